"""What links are shown as, of ordinary and hostile things, against Slack's rules."""

import json

import pytest
from slack_sdk.models.metadata import EntityMetadata

from bot.sandbox.slack.entity_rules import check_details, check_unfurled
from bot.views import links
from tests.contract.link_samples import URL, panes, previews
from tests.contract.test_slack_models import HOSTILE, action, ticket

LONGEST = 3000


def strings(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
    elif isinstance(node, str):
        yield node


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_preview_is_a_work_object_that_slack_takes(text):
    for name, preview in previews(text, ticket, action):
        entity = json.loads(json.dumps(links.entity(preview)))
        assert check_unfurled(entity, "") == [], name
        EntityMetadata(**entity).validate_json()
        assert entity["app_unfurl_url"] == URL
        assert all(len(each) <= LONGEST for each in strings(entity)), name


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_pane_is_one_that_slack_takes(text):
    for name, pane in panes(text, ticket, action):
        metadata = json.loads(json.dumps(pane)).get("metadata")
        if metadata is not None:
            assert check_details(metadata) == [], name
            assert "app_unfurl_url" not in metadata
        assert all(len(each) <= LONGEST for each in strings(pane)), name


def test_the_channel_reads_number_name_state_and_priority_and_no_more():
    for name, preview in previews("x", ticket, action):
        payload = links.entity(preview)["entity_payload"]
        told = {*payload["fields"], *(each["key"] for each in payload.get("custom_fields", []))}
        assert told <= {"status", "priority", "gain"}, name


def test_a_pane_is_known_by_what_its_preview_is_known_by():
    shown = {name: links.entity(each) for name, each in previews("x", ticket, action)}
    opened = dict(panes("x", ticket, action))
    for ours, theirs in (("incident True", "incident False"), ("action 0.0", "action")):
        for part in ("external_ref", "url", "entity_type"):
            assert shown[ours][part] == opened[theirs]["metadata"][part]


def test_only_the_due_date_can_be_changed():
    for kind, where in (("incident False", "custom_fields"), ("change_request False", "fields")):
        payload = dict(panes("x", ticket, action))[kind]["metadata"]["entity_payload"]
        custom = {each["key"]: each for each in payload["custom_fields"]}
        editable = [name for name, each in (payload["fields"] | custom).items() if "edit" in each]
        assert editable == ["due_date"]
        assert "due_date" in (custom if where == "custom_fields" else payload["fields"])
