"""The ticket form of a change request, as it is read and as it changes while it is filled in."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.forms import FormError, TicketForm, Where
from bot.identifiers import Action, Block
from bot.views import share
from bot.views.changes import reshaped, template_options
from connector.models import ChangePlan, ChangeTemplate, ChangeType, TicketKind
from tests.unit.bot import samples
from tests.unit.bot.reading import field, shown

CHANGE = TicketKind.CHANGE_REQUEST
NORMAL = ChangePlan()
STARTS = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
ENDS = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
TEMPLATE = ChangeTemplate(id="c" * 32, name="Block legacy sign-ins")
STANDARD = ChangePlan(type=ChangeType.STANDARD, template=TEMPLATE, starts_at=STARTS, ends_at=ENDS)
KEY = {
    "plain_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
}


def filled(view, **typed):
    """The view as Slack sends it along; ``typed`` replaces values by the name of their block."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            told, initial = KEY[element["type"]]
            value = typed.get(block["block_id"], element.get(initial))
            entry = {"type": element["type"], told: value}
            values[block["block_id"]] = {element["action_id"]: entry}
    blocks = [{"block_id": f"b{n}", **block} for n, block in enumerate(view["blocks"])]
    more = {"id": "V1", "hash": "h", "state": {"values": values}, "blocks": blocks}
    return json.loads(json.dumps(view | more))


def chosen(value, words="x"):
    return {"text": {"type": "plain_text", "text": words}, "value": value}


def free(plan=NORMAL, kind=CHANGE, **changes):
    draft = samples.draft(kind=kind, plan=plan, action_id="", action_link="", gain=None, **changes)
    draft = replace(draft, source="User recommendation")
    return share.create_form(channel="C0ACME", where=Where(), today=samples.TODAY, draft=draft)


def read(view, action=None):
    return TicketForm.read(
        view,
        requester=samples.ADA,
        requester_name="Ada Admin",
        today=samples.TODAY,
        action=action,
    ).draft


def labels(view):
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize(
    "plan",
    [
        ChangePlan(),
        ChangePlan(type=ChangeType.EMERGENCY, ends_at=ENDS),
        replace(STANDARD, starts_at=None),
        STANDARD,
    ],
)
def test_what_a_form_begins_with_is_what_is_read_from_it(plan):
    draft = read(filled(free(plan)))
    assert (draft.kind, draft.plan) == (CHANGE, plan)


def test_an_incident_has_no_plan_whatever_the_form_still_shows():
    view = filled(free(STANDARD), kind=chosen("incident"))
    assert read(view).plan == ChangePlan()
    assert "Type" not in labels(free(kind=TicketKind.INCIDENT))


def test_a_form_that_has_not_followed_yet_makes_a_normal_change():
    view = filled(free(kind=TicketKind.INCIDENT), kind=chosen("change_request"))
    assert read(view).plan == ChangePlan()


@pytest.mark.parametrize(
    ("typed", "block", "words"),
    [
        ({"planned_end": int(STARTS.timestamp())}, Block.PLANNED_END, "after the planned start"),
        ({"planned_end": "x"}, Block.PLANNED_END, "not a time"),
        ({"planned_start": 10**30}, Block.PLANNED_START, "not a time"),
        ({"planned_end": 4102444800}, Block.PLANNED_END, "2099-12-31"),
        ({"template": None}, Block.TEMPLATE, "template"),
        ({"template": chosen("no sys_id")}, Block.TEMPLATE, "template"),
        ({"change_type": chosen("express")}, Block.CHANGE_TYPE, "type"),
    ],
)
def test_what_cannot_be_used_of_a_plan_is_said_at_its_field(typed, block, words):
    with pytest.raises(FormError) as caught:
        read(filled(free(STANDARD), **typed))
    assert list(caught.value.errors) == [block]
    assert words in caught.value.errors[block]


def test_a_template_that_is_not_asked_for_yet_is_missed_at_the_type():
    view = filled(free(), change_type=chosen("standard"))
    with pytest.raises(FormError) as caught:
        read(view)
    assert list(caught.value.errors) == [Block.CHANGE_TYPE]


def test_the_steps_of_an_action_go_along_with_the_ticket():
    action = samples.action(remediation="s" * 5000)
    form = share.ticket_form(action, channel="C", where=Where(), today=samples.TODAY)
    assert read(filled(form), action).remediation == "s" * 3999 + "…"
    assert read(filled(free())).remediation == ""


def test_the_form_follows_the_kind_and_keeps_what_was_typed():
    action = samples.action(category=None)
    form = share.ticket_form(action, channel="C0ACME", where=Where(), today=samples.TODAY)
    typed = {
        "kind": chosen("change_request", "Change request"),
        "name": "Typed with care",
        "description": None,
        "due": None,
    }
    view = reshaped(filled(form, **typed))
    assert labels(view) == [
        *("Kind", "Type", "Name", "Description", "Priority", "Due date"),
        *("Planned start", "Planned end", "Category"),
    ]
    assert field(view, "Kind")["element"]["initial_option"]["value"] == "change_request"
    assert field(view, "Name")["element"]["initial_value"] == "Typed with care"
    assert "initial_value" not in field(view, "Description")["element"]
    assert "initial_date" not in field(view, "Due date")["element"]
    assert shown(view["blocks"][0]) == shown(form["blocks"][0])
    assert view["private_metadata"] == form["private_metadata"]
    assert not {"id", "hash", "state"} & view.keys()
    assert labels(reshaped(filled(view, kind=chosen("incident")))) == labels(form)


def test_only_a_standard_change_asks_for_a_template():
    normal = free()
    standard = reshaped(filled(normal, change_type=chosen("standard")))
    assert labels(standard)[:3] == ["Kind", "Type", "Template"]
    template = field(standard, "Template")["element"]
    assert (template["type"], template["action_id"]) == ("external_select", Action.FIND_TEMPLATE)
    assert labels(reshaped(filled(standard, change_type=chosen("normal")))) == labels(normal)


def test_a_plan_survives_another_choice():
    view = reshaped(filled(free(STANDARD), name="New"))
    assert read(filled(view)).plan == STANDARD


def test_slack_hears_of_the_kind_and_the_type_at_once():
    dispatching = [b["block_id"] for b in free(STANDARD)["blocks"] if b.get("dispatch_action")]
    assert dispatching == [Block.KIND, Block.CHANGE_TYPE]


def test_at_most_a_hundred_templates_are_offered():
    many = [ChangeTemplate(id=f"{n:032x}", name="Long name " * 20) for n in range(200)]
    offered = template_options(many)["options"]
    assert len(offered) == 100
    assert all(len(each["text"]["text"]) <= 75 for each in offered)


@pytest.mark.parametrize(
    ("type_", "words"),
    [(ChangeType.NORMAL, "Change request"), (ChangeType.EMERGENCY, "Emergency change request")],
)
def test_the_type_is_shown_where_it_is_not_normal(type_, words):
    draft = samples.draft(kind=CHANGE, plan=ChangePlan(type=type_))
    assert f"\n{words} · " in shown(share.share_taken(draft, "C"))
