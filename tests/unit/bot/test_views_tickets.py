from datetime import date

import pytest

from bot.views.tickets import on_their_way, tickets, tickets_modal
from connector.models import ShareState, TicketFilter, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.reading import shown


def listed(found, waiting=(), which=TicketFilter.OPEN):
    return tickets(found, waiting, which, samples.TODAY, samples.NOW)


def numbered(count):
    return [samples.ticket(number=f"INC{index:07}") for index in range(count)]


def test_a_list_says_number_name_state_priority_and_due_date():
    message = listed([samples.ticket()])
    text = shown(message)
    assert f"<{samples.LINK}|INC0010001> *Require MFA for administrative roles*" in text
    assert "In Progress · 2 - High · due 31 Dec 2026" in text
    assert "Open tickets: 1" in text
    assert "INC0010001" in message.text


def test_twenty_are_listed_and_the_rest_counted():
    text = shown(listed(numbered(40)))
    assert "INC0000019" in text
    assert "INC0000020" not in text
    assert "20 more tickets" in text


@pytest.mark.parametrize("which", list(TicketFilter))
def test_an_empty_list_says_what_to_do_next(which):
    message = listed([], which=which)
    assert "`/snow " in shown(message)
    assert "`/snow " in message.text


def test_overdue_and_closed_tickets_are_marked():
    late = samples.ticket(due=date(2026, 11, 23))
    closed = samples.ticket(is_open=False, state_label="Closed")
    text = shown(listed([late, closed]))
    assert "🔴 overdue since 23 Nov 2026" in text
    assert "✅ · Closed" in text


def test_shares_that_are_no_tickets_yet_stand_first_with_their_reason():
    waiting = (
        samples.share(),
        samples.share(reason="ServiceNow is asleep."),
        samples.share(state=ShareState.REJECTED, reason="A field is missing."),
    )
    text = shown(listed([], waiting))
    assert "⏳ *Require MFA for administrative roles*  on its way · asked 3 minutes ago" in text
    assert "⚠️ *Require MFA for administrative roles*  on its way" in text
    assert ">ServiceNow is asleep. Snowline tries again by itself; do not send it again." in text
    assert ">A field is missing.\n" in f"{text}\n"
    assert "❌ *Require MFA for administrative roles*  rejected" in text


def test_a_parked_share_is_listed_with_what_it_waits_for():
    parked = samples.share(reason="ServiceNow is not connected.", parked=True)
    text = shown(listed([], [parked]))
    assert ">ServiceNow is not connected. It goes on when an admin has connected" in text
    assert "`/snow connect`" in text


def test_a_share_given_up_on_is_listed_without_a_next_step():
    lost = samples.share(state=ShareState.UNKNOWN, reason="Look there.", gave_up=True)
    text = shown(listed([], [lost]))
    assert "not confirmed · asked" in text
    assert "tries again" not in text


def test_many_waiting_shares_are_counted():
    assert "35 more" in shown(listed([], [samples.share()] * 40))


def test_the_other_filters_are_named():
    assert "`open`, `overdue`, `all`" in shown(listed([], which=TicketFilter.MINE))


def test_a_kind_has_a_list_of_its_own():
    change = samples.ticket(kind=TicketKind.CHANGE_REQUEST, number="CHG0030001")
    view = tickets_modal(
        [samples.ticket(), change],
        [samples.share()],
        kind=TicketKind.CHANGE_REQUEST,
        today=samples.TODAY,
        now=samples.NOW,
    )
    assert view["title"]["text"] == "Change requests"
    assert "CHG0030001" in shown(view)
    assert "INC0010001" not in shown(view)
    assert "Not yet tickets" not in shown(view)


def test_notes_stand_in_the_list_and_empty_ones_do_not():
    message = tickets(
        [], [], TicketFilter.OPEN, samples.TODAY, samples.NOW, ("", "As of yesterday.")
    )
    assert "As of yesterday." in shown(message)
    assert [block["type"] for block in message.blocks].count("context") == 2


def test_the_title_counts_what_is_listed_under_it():
    assert "Open tickets: 1 · not yet tickets: 2" in shown(
        listed([samples.ticket()], [samples.share()] * 2)
    )


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (0, None, ""),
        (1, None, "1 more share of others is on the way"),
        (2, TicketKind.INCIDENT, "2 more shares of others are on the way"),
        (2, TicketKind.CHANGE_REQUEST, ""),
    ],
)
def test_other_peoples_shares_are_only_counted(count, kind, told):
    assert on_their_way([samples.share()] * count, kind) == told
