import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.lists import ListPlace
from bot.identifiers import Action
from bot.views.connect import as_of, trouble
from bot.views.home import home
from connector.models import (
    CheckOutcome,
    ConnectionState,
    MyTickets,
    Selection,
    StepName,
    TicketFilter,
    TicketKind,
)
from tests.unit.bot import samples
from tests.unit.bot.home_samples import BOTH, days, facts, installation, kind_of, not_begun
from tests.unit.bot.reading import controls, shown

MOST_BLOCKS = 100
MOST_BYTES = 250_000
CARD = ["Create a ticket", "View all tickets", "Manage ServiceNow configuration"]


def opened(tickets=(), **changes):
    return home(facts(tickets, **changes))


def test_my_tickets_come_first_then_the_two_cards_of_the_original_feature_then_the_score():
    view = opened(score=samples.score())
    heads = [each["text"]["text"] for each in view["blocks"] if each["type"] == "header"]
    assert heads == ["My open tickets", "Change management", "Incident management", "Secure Score"]
    mine, *cards = [each["elements"] for each in view["blocks"] if each["type"] == "actions"]
    assert [each["text"]["text"] for each in mine] == ["View my tickets"]
    assert [[each["text"]["text"] for each in card] for card in cards] == [CARD, CARD]
    assert [card[0]["value"] for card in cards] == [TicketKind.CHANGE_REQUEST, TicketKind.INCIDENT]


def test_each_list_is_opened_as_its_button_says():
    view = opened()
    rows = [each["elements"] for each in view["blocks"] if each["type"] == "actions"]
    opening = [each for row in rows for each in row if each["action_id"] == Action.HOME_TICKETS]
    assert [ListPlace.read(each["value"]).selection for each in opening] == [
        Selection(which=TicketFilter.MINE),
        Selection(which=TicketFilter.ALL, kind=TicketKind.CHANGE_REQUEST),
        Selection(which=TicketFilter.ALL, kind=TicketKind.INCIDENT),
    ]


def test_before_anything_is_connected_an_admin_reads_the_steps_and_can_take_them():
    view = opened(connections=(), installation=not_begun(), may_administer=True)
    text = shown(view)
    assert text.startswith("Snowline shows your Microsoft Secure Score")
    assert "⚪ 1. Application registration" in text
    assert set(controls(view)) == {"Set up ServiceNow", "Connect Microsoft 365"}
    assert "management" not in text
    assert "or owner" not in text


def test_before_anything_is_connected_a_member_reads_who_can_do_it_and_gets_no_button():
    view = opened(connections=(), installation=not_begun())
    text = shown(view)
    assert "An admin or owner of this workspace can do that with `/snow setup`." in text
    assert "You need do nothing" in text
    assert "⚪ 1. Application registration" in text
    assert "*To connect Microsoft 365*\nAn admin types `/snow connect microsoft`." in text
    assert controls(view) == {}


def test_what_is_left_to_set_up_is_there_only_while_it_is():
    text = shown(opened())
    assert "To connect" not in text
    assert "To set ServiceNow up" not in text
    half = shown(opened(installation=installation(CHECKS=CheckOutcome.FAILED)))
    assert half.index("❌ 4. Checks") < half.index("My open tickets")


def test_what_is_wrong_with_a_connection_is_said_once_and_first():
    wrong = f"What is known of {StepName.AUTHORISE}."
    expired = samples.connection(state=ConnectionState.EXPIRED, problem=wrong)
    steps = installation(AUTHORISE=CheckOutcome.FAILED)
    assert shown(opened(connections=(expired, BOTH[1]), installation=steps)).count(wrong) == 1


@pytest.mark.parametrize("problem", ["", "ServiceNow said no. An admin types `/snow connect`."])
def test_an_ended_sign_in_says_what_is_wrong_as_the_status_does(problem):
    gone = samples.connection(state=ConnectionState.EXPIRED, problem=problem)
    text = shown(opened(connections=(gone, BOTH[1])))
    assert text.startswith("⚠️ ")
    assert trouble(gone) in text
    assert "`/snow connect`" in text
    assert "To connect" not in text


@pytest.mark.parametrize(
    "known",
    [
        pytest.param((), id="disconnected"),
        pytest.param((samples.connection(state=ConnectionState.EXPIRED),), id="expired"),
        pytest.param((samples.connection(problem="ServiceNow is asleep."),), id="asleep"),
    ],
)
def test_tickets_that_cannot_be_read_are_said_to_be_old_as_in_their_list(known):
    assert as_of(known) in shown(opened((samples.ticket(),), connections=known))


def test_how_old_everything_is_stands_below_it():
    text = shown(opened(score=samples.score()))
    assert "Tickets as read from ServiceNow <!date^" in text
    assert "Microsoft's score of 23 Nov 2026, read <!date^" in text


@pytest.mark.parametrize("known", [(), BOTH], ids=["first time", "connected"])
def test_nothing_is_said_to_be_old_where_nothing_is(known):
    assert "as of the last time" not in shown(opened(connections=known))


def test_the_score_leads_to_an_action_to_share():
    view = opened(score=samples.score())
    assert "128 of 274 points" in shown(view)
    assert controls(view)["Share an action"]["action_id"] == Action.HOME_SHARE


def test_the_score_says_how_it_moved():
    text = shown(opened(score=samples.score(), days=days(100, 110, 128, every=7)))
    assert "▲ Up 18 points since 17 Nov 2026" in text
    assert "▲ Up 28 points since 10 Nov 2026" in text
    assert "▁▃█" in text


def test_a_tenant_that_has_not_answered_yet_is_said_to_be_awaited():
    assert "Not read yet" in shown(opened())
    assert "Secure Score*" not in shown(opened(connections=(samples.connection(),)))


def test_tickets_without_a_connection_stay_to_be_read_but_none_can_be_asked_for():
    view = opened((samples.ticket(),), connections=(samples.microsoft(),), score=samples.score())
    assert set(controls(view)) == {
        "View my tickets",
        "View all tickets",
        "Manage ServiceNow configuration",
        "Change",
    }


def test_a_ticket_can_be_asked_for_while_the_sign_in_has_ended():
    gone = samples.connection(state=ConnectionState.EXPIRED)
    assert "Create a ticket" in controls(opened(connections=(gone,)))


def test_my_tickets_are_counted_and_the_most_urgent_shown():
    late = samples.ticket(due=date(2026, 11, 23))
    text = shown(opened((late,), mine=MyTickets(open=7, overdue=2, urgent=(late,))))
    assert "*7 open* · 🔴 2 overdue" in text
    assert "🔴 overdue since 23 Nov 2026" in text
    assert "6 more open tickets" in text
    assert "None open. What you ask for" in shown(opened())


def test_each_card_counts_its_own_tickets_by_state():
    late = samples.ticket(due=date(2026, 11, 23))
    closed = samples.ticket(is_open=False, number="INC0009999")
    change = samples.ticket(kind=TicketKind.CHANGE_REQUEST, state_label="Assess")
    text = shown(opened((late, closed, change)))
    assert "*1 open* · 🔴 1 overdue · ✅ 1 done\nIn Progress 1" in text
    assert "*1 open*\nAssess 1" in text
    assert "INC0009999" not in text


def test_five_tickets_are_shown_and_the_rest_counted():
    assert "35 more open tickets" in shown(opened((samples.ticket(),) * 40))


def test_shares_on_their_way_are_counted():
    kinds = (kind_of(TicketKind.INCIDENT, waiting=1),)
    assert "None open. · ⏳ 1 on the way" in shown(opened(kinds=kinds))


WORDS = st.text(max_size=300)
COUNTS = st.integers(min_value=0, max_value=10_000_000)


@st.composite
def any_facts(draw):
    """Whatever there may be: names of any length and signs, and counts of any size."""
    ticket = samples.ticket(
        name=draw(WORDS), number=draw(WORDS), state_label=draw(WORDS), priority_label=draw(WORDS)
    )
    states = tuple(draw(st.lists(st.tuples(WORDS, COUNTS), max_size=40)))
    counted = {"overdue": draw(COUNTS), "done": draw(COUNTS), "waiting": draw(COUNTS)}
    kinds = tuple(
        kind_of(kind, states=states, urgent=(ticket,) * 5, **counted) for kind in TicketKind
    )
    outcomes = {name.name: draw(st.sampled_from(CheckOutcome)) for name in StepName}
    problem = draw(WORDS)
    return facts(
        (ticket,),
        mine=MyTickets(open=draw(COUNTS), overdue=draw(COUNTS), urgent=(ticket,) * 5),
        kinds=kinds,
        connections=(samples.connection(problem=problem), samples.microsoft(problem=problem)),
        installation=installation(**outcomes),
        score=draw(st.none() | st.just(samples.score())),
        days=days(*draw(st.lists(st.floats(0, 1e6), max_size=31))),
        may_administer=draw(st.booleans()),
    )


@given(any_facts())
def test_app_home_stays_within_slacks_limits_whatever_there_is(all_there_is):
    view = home(all_there_is)
    assert len(view["blocks"]) <= MOST_BLOCKS
    assert len(json.dumps(view)) <= MOST_BYTES
    for block in view["blocks"]:
        said = block.get("text", {}).get("text", "")
        assert len(said) <= (150 if block["type"] == "header" else 3000)
        assert len(block.get("elements", ())) <= (10 if block["type"] == "context" else 25)
