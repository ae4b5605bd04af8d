from datetime import date

import pytest

from bot.identifiers import Action
from bot.views.connect import as_of, trouble
from bot.views.home import home
from connector.models import ConnectionState, ShareState, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.reading import controls, shown

BOTH = (samples.connection(), samples.microsoft())


def opened(connections=BOTH, tickets=(), waiting=(), score=None):
    return home(connections, tickets, waiting, score, samples.TODAY)


def test_the_two_cards_of_the_original_feature_are_there():
    view = opened()
    text = shown(view)
    assert text.index("Change management") < text.index("Incident management")
    rows = [block for block in view["blocks"] if block["type"] == "actions"]
    assert [e["action_id"] for e in rows[0]["elements"]] == [
        Action.HOME_CREATE,
        Action.HOME_TICKETS,
        Action.HOME_CONFIGURATION,
    ]
    assert [e["text"]["text"] for e in rows[0]["elements"]] == [
        "Create a ticket",
        "View all tickets",
        "Manage configuration",
    ]
    values = [row["elements"][0]["value"] for row in rows]
    assert values == [TicketKind.CHANGE_REQUEST, TicketKind.INCIDENT]


def test_what_is_left_to_set_up_comes_first_and_only_while_it_is():
    text = shown(opened(connections=()))
    assert text.startswith("*To connect ServiceNow*\nAn admin types `/snow connect`.")
    assert "*To connect Microsoft 365*\nAn admin types `/snow connect microsoft`." in text
    assert "To connect" not in shown(opened())


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
    text = shown(opened(connections=known, tickets=(samples.ticket(),)))
    assert as_of(known) in text
    assert text.index(as_of(known)) < text.index("Change management")


@pytest.mark.parametrize("known", [(), BOTH], ids=["first time", "connected"])
def test_nothing_is_said_to_be_old_where_nothing_is(known):
    assert "as of the last time" not in shown(opened(connections=known))


def test_the_score_leads_to_an_action_to_share():
    view = opened(score=samples.score())
    assert "128 of 274 points" in shown(view)
    assert controls(view)["Share an action"]["action_id"] == Action.HOME_SHARE


@pytest.mark.parametrize("known", [(), (samples.microsoft(),)], ids=["nothing", "Microsoft 365"])
def test_no_button_leads_to_a_ticket_while_servicenow_is_not_connected(known):
    view = opened(connections=known, score=samples.score())
    assert set(controls(view)) == {"View all tickets", "Manage configuration"}
    assert "128 of 274 points" in shown(view)


def test_a_ticket_can_be_asked_for_while_the_sign_in_has_ended():
    gone = samples.connection(state=ConnectionState.EXPIRED)
    assert "Create a ticket" in controls(opened(connections=(gone,)))


def test_each_card_counts_its_own_open_tickets():
    late = samples.ticket(due=date(2026, 11, 23))
    closed = samples.ticket(is_open=False, number="INC0009999")
    change = samples.ticket(kind=TicketKind.CHANGE_REQUEST, state_label="Assess")
    text = shown(opened(tickets=(late, closed, change)))
    assert "*1 open* · 🔴 1 overdue\nIn Progress 1" in text
    assert "*1 open*\nAssess 1" in text
    assert "INC0009999" not in text


def test_five_tickets_are_shown_and_the_rest_counted():
    assert "35 more open tickets" in shown(opened(tickets=(samples.ticket(),) * 40))


def test_shares_on_their_way_are_counted_and_rejected_ones_are_not():
    waiting = (samples.share(), samples.share(state=ShareState.REJECTED))
    assert "None open. · ⏳ 1 on the way" in shown(opened(waiting=waiting))
