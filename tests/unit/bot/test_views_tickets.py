import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.lists import ListPlace
from bot.identifiers import Action, Block
from bot.views.ticket_lists import on_their_way, tickets, tickets_modal
from connector.models import (
    PAGE,
    Facets,
    Position,
    Selection,
    ShareState,
    TicketFilter,
    TicketKind,
    Towards,
)
from tests.unit.bot import samples
from tests.unit.bot.home_samples import KEY, page
from tests.unit.bot.reading import controls, shown

FACETS = Facets(states=(("In Progress", 12), ("New", 3)), priorities=(("2 - High", 15),))


def listed(found=(), waiting=(), before=0, total=None, which=TicketFilter.OPEN):
    of = page(found, before, total, which=which)
    return tickets(of, waiting, samples.TODAY, samples.NOW)


def narrowed(found=(), waiting=(), facets=FACETS, before=0, total=None, **chosen):
    of = page(found, before, total, **chosen)
    return tickets_modal(of, facets, waiting, samples.TODAY, samples.NOW)


def menus(view):
    return {each["action_id"]: each for each in view["blocks"][0]["elements"]}


def offered(menu):
    return [each["text"]["text"] for each in menu["options"]]


def test_a_list_says_number_name_state_priority_and_due_date():
    message = listed([samples.ticket()])
    text = shown(message)
    assert f"<{samples.LINK}|INC0010001> *Require MFA for administrative roles*" in text
    assert "In Progress · 2 - High · due 31 Dec 2026" in text
    assert "Open tickets: 1" in text
    assert "INC0010001" in message.text


@pytest.mark.parametrize(
    ("before", "total", "said", "turns"),
    [
        pytest.param(0, 20, "1–20 of 20", [], id="all there is"),
        pytest.param(0, 10_000, "1–20 of 10,000", ["Next"], id="the first"),
        pytest.param(40, 10_000, "41–60 of 10,000", ["Previous", "Next"], id="in between"),
        pytest.param(9_980, 10_000, "9,981–10,000 of 10,000", ["Previous"], id="the last"),
    ],
)
def test_a_part_says_which_it_is_and_leads_to_those_beside_it(before, total, said, turns):
    found = [samples.ticket()] * PAGE
    for view in (listed(found, (), before, total), narrowed(found, (), FACETS, before, total)):
        assert f"{said}, the most urgent first" in shown(view)
        assert [each for each in controls(view) if each in {"Previous", "Next"}] == turns


def test_all_tickets_are_listed_newest_first():
    assert "1–1 of 1, the newest first" in shown(listed([samples.ticket()], which=TicketFilter.ALL))


def test_a_turn_leads_on_from_the_ticket_at_that_end():
    view = narrowed([samples.ticket()], before=20, total=90, kind=TicketKind.INCIDENT)
    for label, towards in (("Previous", Towards.BEFORE), ("Next", Towards.AFTER)):
        place = ListPlace.read(controls(view)[label]["value"])
        assert place.position == Position(towards=towards, key=KEY)
        assert place.selection == Selection(kind=TicketKind.INCIDENT)


def test_a_list_can_be_narrowed_from_its_message():
    press = controls(listed([samples.ticket()], which=TicketFilter.MINE))["Choose which"]
    assert press["action_id"] == Action.HOME_TICKETS
    assert ListPlace.read(press["value"]).selection == Selection(which=TicketFilter.MINE)
    assert "Choose which" not in controls(listed())


def test_the_menus_show_what_the_list_holds():
    view = narrowed(
        [samples.ticket()], which=TicketFilter.MINE, kind=TicketKind.INCIDENT, state="New"
    )
    assert view["blocks"][0]["block_id"] == Block.LIST_FILTERS
    chosen = {each: menu["initial_option"]["text"]["text"] for each, menu in menus(view).items()}
    assert chosen == {
        Action.LIST_WHICH: "My tickets",
        Action.LIST_KIND: "Incidents",
        Action.LIST_STATE: "New (3)",
        Action.LIST_PRIORITY: "Any priority",
    }
    assert offered(menus(view)[Action.LIST_STATE]) == ["Any state", "In Progress (12)", "New (3)"]


def test_a_state_that_no_ticket_has_any_more_stays_chosen():
    view = narrowed(state="Put by")
    assert menus(view)[Action.LIST_STATE]["initial_option"]["text"]["text"] == "Put by (0)"
    assert "No ticket fits what is chosen above." in shown(view)


@pytest.mark.parametrize("which", list(TicketFilter))
def test_an_empty_list_says_what_to_do_next(which):
    message = listed(which=which)
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
    assert "`open`, `overdue`, `all`" in shown(listed(which=TicketFilter.MINE))


def test_a_list_of_one_kind_says_so_and_shows_no_shares_of_the_other():
    change = samples.ticket(kind=TicketKind.CHANGE_REQUEST, number="CHG0030001")
    view = narrowed([change], [samples.share()], kind=TicketKind.CHANGE_REQUEST)
    assert view["title"]["text"] == "Change requests"
    assert "CHG0030001" in shown(view)
    assert "Not yet tickets" not in shown(view)
    assert "Not yet tickets" in shown(narrowed([change], [samples.share()]))


def test_notes_stand_in_the_list_and_empty_ones_do_not():
    message = tickets(page(), [], samples.TODAY, samples.NOW, ("", "As of yesterday."))
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


WORDS = st.text(max_size=255)
LABELS = st.lists(st.tuples(WORDS, st.integers(1, 10**7)), max_size=300).map(tuple)


@given(words=WORDS, states=LABELS, priorities=LABELS, state=WORDS, many=st.booleans())
def test_a_list_stays_within_slacks_limits_whatever_there_is(
    words, states, priorities, state, many
):
    ticket = samples.ticket(name=words, number=words, state_label=words, priority_label=words)
    waiting = [samples.share(reason=words, draft=samples.draft(name=words or "x"))] * 40
    found = [ticket] * (PAGE if many else 1)
    facets = Facets(states=states, priorities=priorities)
    view = narrowed(found, waiting, facets, 20, 10_000, state=state)
    message = listed(found, waiting, 20, 10_000)
    assert len(view["blocks"]) <= 100
    assert len(message.blocks) <= 50
    assert len(json.dumps(view)) <= 250_000
    for menu in menus(view).values():
        values = [each["value"] for each in menu["options"]]
        assert 1 <= len(values) <= 100
        assert len(set(values)) == len(values)
        assert all(1 <= len(each) <= 150 for each in values)
        assert all(1 <= len(each) <= 75 for each in offered(menu))
        assert menu.get("initial_option") in (None, *menu["options"])
    for each in (*view["blocks"], *message.blocks):
        assert len(each.get("text", {}).get("text", "")) <= 3000
    for turn in ("Previous", "Next"):
        place = ListPlace.read(controls(view)[turn]["value"])
        assert place.selection == Selection(state=state)
