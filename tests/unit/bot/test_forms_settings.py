"""What the forms of the ServiceNow settings bring back."""

import json

import pytest

from bot.forms import FormError
from bot.forms.settings import About, group_block, read_rule, read_states
from bot.identifiers import Action, Block
from bot.views.settings import rule_form
from bot.views.states import states_form
from connector.errors import OvertakenError
from connector.models import (
    BotField,
    Column,
    Meaning,
    RecommendationCategory,
    RuleWish,
    StateChoice,
    TicketKind,
    TicketState,
)
from tests.unit.bot.test_forms import filled

INCIDENT = TicketKind.INCIDENT
TEAM = Column(name="u_team", label="Team", choices=(("blue", "Blue team"),))
NEW = TicketState(value="1", label="New", meaning=Meaning.OPEN)
GONE = TicketState(value="20", label="", meaning=Meaning.DONE, name="Gone")


def test_a_fixed_value_is_read_as_chosen_or_as_typed():
    form = rule_form(INCIDENT, TEAM)
    chosen = read_rule(filled(form, fixed_choice="blue"))
    assert chosen == RuleWish(kind=INCIDENT, column="u_team", value="blue")
    typed = read_rule(filled(form, fixed_choice="blue", fixed=" green\u202e "))
    assert typed.value == "green"


def test_a_field_to_copy_is_read():
    wish = read_rule(filled(rule_form(INCIDENT, TEAM), source=BotField.GAIN))
    assert wish.field is BotField.GAIN


def test_groups_are_read_by_category():
    category = RecommendationCategory.DATA
    values = {
        group_block(None): {Action.RULE_GROUP: {"selected_option": {"value": "1" * 32}}},
        group_block(category): {Action.RULE_GROUP: {"selected_option": {"value": "2" * 32}}},
        group_block(RecommendationCategory.APPS): {Action.RULE_GROUP: {"selected_option": None}},
    }
    view = {
        "private_metadata": About(INCIDENT, "assignment_group").value(),
        "state": {"values": values},
    }
    assert read_rule(view).groups == ((None, "1" * 32), (category, "2" * 32))


def test_states_are_read_with_their_names_and_meanings():
    view = filled(
        states_form("acme.service-now.com", INCIDENT, [NEW, GONE]), **{"state_name 1": " To \n do "}
    )
    assert read_states(view) == (
        StateChoice(value="1", name="To do", meaning=Meaning.OPEN),
        StateChoice(value="20", name="Gone", meaning=Meaning.DONE),
    )


def test_a_state_without_a_meaning_is_refused_at_its_field():
    view = filled(
        states_form("acme.service-now.com", INCIDENT, [NEW]), **{"state_meaning 1": "maybe"}
    )
    with pytest.raises(FormError) as refused:
        read_states(view)
    assert list(refused.value.errors) == [f"{Block.STATE_MEANING} 1"]


def test_what_a_button_is_about_comes_back():
    about = About(TicketKind.CHANGE_REQUEST, "u_team", "acme.service-now.com")
    assert About.read(about.value()) == about


@pytest.mark.parametrize(
    "text", ["", "u_team", "[]", "{}", json.dumps({"kind": "problem", "column": ""})]
)
def test_a_button_that_says_nothing_is_too_old(text):
    with pytest.raises(OvertakenError):
        About.read(text)
