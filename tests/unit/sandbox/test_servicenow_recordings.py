"""Our answers beside recorded ones: the same fields, shapes, headers and words."""

import json
from pathlib import Path

import pytest

from bot.sandbox.servicenow.answers import FAULT_ANSWERS
from bot.sandbox.servicenow.choices import CHOICES
from bot.sandbox.servicenow.errors import acl, no_record, no_such_table, not_authenticated
from bot.sandbox.servicenow.priority import priority_of
from tests.unit.sandbox.servicenow_desk import desk_at

SHARED = Path(__file__).parents[3].parent / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SHARED.is_dir(), reason="the reference data are not beside the checkout"
    ),
]
PER_REQUEST = {"Content-Encoding", "Transfer-Encoding", "Keep-Alive", "Connection"}


@pytest.fixture
async def desk():
    async with desk_at(demo_records=False) as desk:
        yield desk


def sample(name):
    return json.loads((SHARED / "data" / "servicenow" / name).read_text())


def shape(value):
    return sorted(value) if isinstance(value, dict) else type(value)


async def test_a_created_incident_looks_like_the_recorded_one(desk):
    recorded = sample("swimlane_create_incident.json")["recorded"][0]
    answer = await desk.call("POST", "/api/now/v2/table/incident", user="admin", json={})
    assert answer.status == recorded["status_code"]
    assert set(recorded["response_headers"]) - PER_REQUEST <= set(answer.headers)
    theirs, ours = recorded["json_body"]["result"], answer.result
    assert {name: shape(value) for name, value in ours.items()} == {
        name: shape(value) for name, value in theirs.items()
    }
    given = {"sys_id", "number", "task_effective_number", "opened_at", "opened_by", "sys_domain"}
    given |= {"sys_created_on", "sys_updated_on"}
    for name in set(theirs) - given:
        assert ours[name] == theirs[name], name
    assert ours["opened_by"]["value"] == theirs["opened_by"]["value"]


async def test_an_incident_with_display_values_looks_like_the_recorded_one(desk):
    recorded = sample("swimlane_update_table_row.json")["recorded"][0]["json_body"]["result"]
    row = await desk.create(user="admin", category="inquiry", impact="2", urgency="2")
    closing = {"close_code": "Solution provided", "close_notes": "Done."}
    closing |= {"state": "7", "contact_type": "self-service", "comments": "test"}
    path = f"/api/now/v2/table/incident/{row['sys_id']}?sysparm_display_value=true"
    answer = await desk.call("PATCH", path, user="admin", json=closing)
    ours = answer.result
    assert set(ours) == set(recorded)
    same = "state incident_state impact urgency priority severity category contact_type notify"
    same += (
        " approval escalation upon_approval upon_reject sys_class_name active sla_due hold_reason"
    )
    for name in same.split():
        assert ours[name] == recorded[name], name
    for name in ("opened_by", "closed_by", "sys_domain"):
        assert sorted(ours[name]) == sorted(recorded[name])
    stamp, rest = recorded["comments"].split(" - ", 1)
    assert len(ours["comments"].split(" - ")[0]) == len(stamp)
    assert rest.startswith(ours["comments"].split(" - ", 1)[1])


async def test_a_change_with_all_values_looks_like_the_recorded_one(desk):
    result = sample("stackstate_CHG0000001.json")["result"]
    recorded = result[0] if isinstance(result, list) else result
    await desk.create("change_request", user="admin", priority="3", risk="2", category="Software")
    answer = await desk.table(
        "change_request",
        user="admin",
        sysparm_display_value="all",
        sysparm_exclude_reference_link="true",
    )
    (ours,) = answer.result
    assert set(ours) == set(recorded)
    assert {tuple(sorted(value)) for value in ours.values()} == {("display_value", "value")}
    same = "state type phase phase_state impact urgency priority risk scope category active on_hold"
    same += " sla_due activity_due close_code sys_class_name escalation sys_domain cab_required"
    for name in same.split():
        assert ours[name] == recorded[name], name


async def test_links_to_pages_read_like_the_recorded_ones(desk):
    recorded = sample("swimlane_get_all_incidents.json")["recorded"][0]["response_headers"]
    for _ in range(3):
        await desk.create(short_description="x")
    path = "/api/now/v2/table/incident?sysparm_query=short_description%3Dx&sysparm_limit=1"
    answer = await desk.call("GET", path)
    theirs = recorded["Link"].split(",")[0]
    ours = answer.headers["Link"].split(",")[0]
    assert theirs.endswith('&sysparm_limit=1&sysparm_offset=0>;rel="first"')
    assert ours == f'<{desk.origin}{path}&sysparm_offset=0>;rel="first"'
    wanted = sample("elastic_link_headers.json")["limit1_total3"]
    for offset in ("1", "2"):
        answer = await desk.call("GET", f"{path}&sysparm_offset={offset}")
        said = ",".join(_in_short(part) for part in answer.headers["Link"].split(","))
        assert said == wanted[f"offset={offset}"]


def _in_short(link):
    address, rel = link.split(";rel=")
    offset = address.strip("<>").rpartition("=")[2]
    return f"{rel.strip(chr(34))}({offset})"


def test_errors_use_the_recorded_words():
    recorded = [entry["body"] for entry in sample("error_envelopes.json")]
    for error in (
        not_authenticated(),
        no_such_table("sys_nonexistent"),
        no_record(),
        acl("Update"),
    ):
        assert error.body in recorded
    for name in ("429", "500"):
        body = FAULT_ANSWERS[name]().body
        assert isinstance(body, bytes)
        assert json.loads(body) in recorded


def test_choices_and_the_priority_matrix_are_the_collected_ones():
    collected = sample("choices.json")
    for table in ("incident", "change_request"):
        for name, values in collected[table].items():
            if name in CHOICES[table] and isinstance(values, dict):
                ours = CHOICES[table][name]
                assert {key: ours.get(key) for key in values} == values
    assert list(CHOICES["incident"]["close_code"]) == collected["incident"]["close_code_current"]
    for impact, row in collected["incident"]["priority_matrix_[impact][urgency]"].items():
        for urgency, priority in row.items():
            assert priority_of(impact, urgency) == priority
