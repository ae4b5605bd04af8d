"""The installation checklist, the question when moving, and tickets of a former instance."""

import pytest

from bot.forms import FormError
from bot.forms.moving import MoveForm
from bot.identifiers import Action, Block
from bot.views.card import card
from bot.views.home import home
from bot.views.installation import checklist, setup
from bot.views.moving import move
from bot.views.tickets import ticket_line
from connector.models import (
    CheckOutcome,
    Grant,
    LeftBehind,
    Standing,
)
from connector.services.forms import SignIn
from tests.unit.bot import samples
from tests.unit.bot.home_samples import facts, installation
from tests.unit.bot.reading import controls, shown

SIGN_IN = SignIn(
    url="https://snowline.example/connect/servicenow/abc",
    expires_in_minutes=10,
    host="fabrikam.service-now.com",
    grant=Grant.CLIENT,
    asks_secret=True,
)
LEFT = LeftBehind(instances=(samples.HOST,), tickets=12, open=5)


def test_home_shows_every_step_by_its_mark_and_what_failed_with_its_remedy():
    view = installation(AUTHORISE=CheckOutcome.FAILED, CHECKS=CheckOutcome.UNKNOWN)
    text = shown(home(facts(connections=(), installation=view)))
    assert "✅ First: ServiceNow Kingston or later" in text
    assert "✅ 1. Application registration" in text
    assert "❌ 3. Authorise" in text
    assert "What is known of Authorise.\n→ How to mend Authorise." in text
    assert "⚪ 4. Checks" in text
    assert "How to mend Checks" not in text


def test_home_shows_no_checklist_once_all_is_done():
    assert checklist(installation(connected=True), admin=True) == []
    unsure = installation(connected=True, RELEASE=CheckOutcome.UNKNOWN)
    assert checklist(unsure, admin=True) == []
    assert checklist(installation(RELEASE=CheckOutcome.FAILED), admin=False) != []


def test_the_whole_list_says_what_to_do_next():
    view = setup(installation(connected=False, USER=CheckOutcome.UNKNOWN))
    text = shown(view)
    assert text.index("Kingston") < text.index("1. Application") < text.index("4. Checks")
    assert "⚪ *2. Integration user and its roles*" in text
    assert "→ How to mend Checks." in text
    assert set(controls(view)) == {"Connect ServiceNow"}
    assert controls(setup(installation(connected=True), checking=True)) == {}
    later = setup(installation(connected=True))
    assert "ServiceNow is set up" in shown(later)
    assert set(controls(later)) == {"Check now", "Connect again"}


def submitted(view, choice):
    option = {"value": choice} if choice else None
    values = {Block.FORMER_TICKETS: {Action.INPUT: {"selected_option": option}}}
    return view | {"state": {"values": values}}


def test_who_moves_is_asked_and_the_sign_in_is_not_lost():
    view = move(LEFT, SIGN_IN)
    text = shown(view)
    assert "12 tickets, 5 of them open" in text
    assert samples.HOST in text
    assert "Nothing is deleted in ServiceNow" in text
    assert SIGN_IN.url not in text
    for choice in (Standing.FORMER, Standing.FORGOTTEN):
        form = MoveForm.read(submitted(view, choice))
        assert (form.becomes, form.sign_in) == (choice, SIGN_IN)


@pytest.mark.parametrize("choice", ["", "followed", "deleted"])
def test_an_answer_that_is_none_is_asked_for_again(choice):
    with pytest.raises(FormError) as refused:
        MoveForm.read(submitted(move(LEFT, SIGN_IN), choice))
    assert set(refused.value.errors) == {Block.FORMER_TICKETS}


def test_a_former_instances_ticket_says_whose_it_is_and_is_not_overdue():
    old = samples.ticket(standing=Standing.FORMER, due=samples.TODAY.replace(year=2020))
    line = ticket_line(old, samples.TODAY)
    assert f"former instance {samples.HOST}, as of" in line
    assert "overdue" not in line
    assert "⚪" in line
    assert "followed again once its instance is connected again" in shown(
        card(samples.card(of_ticket=old), samples.NOW)
    )


def test_the_card_of_a_forgotten_ticket_says_that_it_is_not_followed():
    old = samples.ticket(standing=Standing.FORGOTTEN)
    text = shown(card(samples.card(of_ticket=old), samples.NOW))
    assert "Snowline no longer follows this ticket" in text
