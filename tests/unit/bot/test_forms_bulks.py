"""The form for several actions: what it asks, what it refuses, and the tickets it describes."""

import json
from datetime import timedelta

import pytest

from bot.forms import FormError, Origin, Where
from bot.forms.bulks import BulkForm, Mode, Repeat
from bot.identifiers import Action, Block
from bot.views.bulks import Filled, bulk_form
from connector.models import (
    MOST_AT_ONCE,
    Mark,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketKind,
)
from tests.unit.bot import samples

TODAY = samples.TODAY
ORIGIN = Origin(samples.CHANNEL, Where(thread="1764100000.000100"))
FOUND = [
    samples.action(id="a", title="Ask  for\na second factor", remediation="Turn it on."),
    samples.action(id="b", title="B", category=RecommendationCategory.DATA, max_score=3),
    samples.action(id="c", title="C", category=RecommendationCategory.DATA, max_score=8.5),
]


def option(key):
    return {"text": {"type": "plain_text", "text": f"Title of {key}"}, "value": key}


def submitted(*keys, view=None, **typed):
    """The form as Slack hands it back: what it began with, and what was entered over it."""
    view = view or bulk_form(ORIGIN, today=TODAY)
    values = {Block.ACTIONS: {Action.FIND_MANY: {"selected_options": list(map(option, keys))}}}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("action_id") == Action.INPUT:
            values[block["block_id"]] = {
                Action.INPUT: _state(element, typed.get(block["block_id"]))
            }
    return json.loads(json.dumps(view | {"state": {"values": values}}))


def _state(element, typed):
    match element["type"]:
        case "datepicker":
            return {"selected_date": typed or element.get("initial_date")}
        case "plain_text_input":
            return {"value": typed or element.get("initial_value")}
        case _:
            initial = element.get("initial_option")
            return {"selected_option": option(typed) if typed else initial}


def read(*keys, **typed):
    return BulkForm.read(submitted(*keys, **typed), today=TODAY)


def test_it_begins_with_one_ticket_each_in_a_month():
    form = read("a", "b")
    assert form.keys == {"a": "Title of a", "b": "Title of b"}
    assert (form.mode, form.kind, form.priority) == (
        Mode.EACH,
        TicketKind.INCIDENT,
        Priority.MODERATE,
    )
    assert form.due == TODAY + timedelta(days=30)
    assert form.repeat is None
    assert form.origin == ORIGIN


def test_one_ticket_each_is_named_and_described_after_its_action():
    form = read("a", "b", description="Before the audit.")
    first, second, third = form.drafts(FOUND, samples.ADA, "ada")
    assert first.name == "Ask for a second factor"
    assert first.description == "Before the audit.\n\nTurn it on."
    assert (first.action_id, first.gain, first.action_link) == ("a", 9.0, samples.DEEP_LINK)
    assert first.source is RecommendationSource.MICROSOFT
    assert [each.category for each in (first, second, third)] == [
        RecommendationCategory.IDENTITY,
        RecommendationCategory.DATA,
        RecommendationCategory.DATA,
    ]
    assert {each.covers for each in (first, second, third)} == {()}


def test_one_ticket_for_all_lists_them_and_wins_what_they_win_together():
    form = read("a", "b", "c", mode="all", kind="change_request", priority="2")
    (draft,) = form.drafts(FOUND, samples.ADA, "ada")
    assert draft.name == "3 Secure Score improvement actions"
    assert draft.kind is TicketKind.CHANGE_REQUEST
    assert draft.gain == 9 + 2 + 7.5
    assert draft.action_ids == ("a", "b", "c")
    assert draft.covers[0].title == "Ask for a second factor"
    assert draft.category is RecommendationCategory.DATA
    named = read("a", "b", mode="all", name="Harden sign-ins")
    assert named.drafts(FOUND, samples.ADA, "ada")[0].name == "Harden sign-ins"


def test_one_action_for_all_is_an_ordinary_ticket():
    (draft,) = read("a", mode="all").drafts(FOUND[:1], samples.ADA, "ada")
    assert (draft.action_id, draft.covers) == ("a", ())


@pytest.mark.parametrize(
    ("keys", "typed", "field", "words"),
    [
        ((), {}, Block.ACTIONS, "at least one"),
        (tuple(map(str, range(MOST_AT_ONCE + 1))), {}, Block.ACTIONS, f"At most {MOST_AT_ONCE}"),
        (("a",), {"due": "2020-02-02"}, Block.DUE, "past"),
        (("a",), {"kind": "change_request", "priority": "5"}, Block.PRIORITY, "no priority"),
        (("a",), {"description": "x" * 3001}, Block.DESCRIPTION, "3,000"),
        (("a",), {"mode": "some"}, Block.MODE, "Choose"),
    ],
    ids=["none", "too many", "past", "planning", "too long", "no such mode"],
)
def test_what_cannot_be_used_is_refused_at_its_field(keys, typed, field, words):
    with pytest.raises(FormError) as refusal:
        read(*keys, **typed)
    assert words in refusal.value.errors[field]


def test_asked_again_it_keeps_what_was_typed_and_asks_about_those_that_have_a_ticket():
    form = read("a", "b", mode="all", name="Harden", description="Soon", priority="1")
    marks = {"b": Mark(number="INC0010023", state="In Progress")}
    filled = Filled(form=form, chosen=FOUND[:2], marks=marks)
    view = bulk_form(ORIGIN, today=TODAY, filled=filled)
    assert "INC0010023, In Progress" in json.dumps(view)
    again = BulkForm.read(submitted("a", "b", view=view, again="anew"), today=TODAY)
    assert again.repeat is Repeat.ANEW
    for field in ("mode", "name", "description", "priority", "due", "kind"):
        assert getattr(again, field) == getattr(form, field)
    chosen = next(each for each in view["blocks"] if each.get("block_id") == Block.ACTIONS)
    assert [each["value"] for each in chosen["element"]["initial_options"]] == ["a", "b"]


def test_a_channel_chosen_in_a_form_that_was_opened_nowhere_is_where_it_goes():
    nowhere = Origin(samples.ADA, Where(direct=True, is_open=True))
    view = submitted("a", view=bulk_form(nowhere, today=TODAY))
    assert Origin.read(view) == nowhere
    chosen = {"selected_conversation": samples.CHANNEL}
    view["state"]["values"][Block.CHANNEL] = {Action.INPUT: chosen}
    assert Origin.read(view) == Origin(samples.CHANNEL)
    elsewhere = submitted("a")
    elsewhere["state"]["values"][Block.CHANNEL] = {Action.INPUT: {"selected_conversation": "C0X"}}
    assert Origin.read(elsewhere) == ORIGIN
