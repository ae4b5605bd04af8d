"""The Change Management API: its own addresses, answers, states and words."""

import json
from pathlib import Path

import pytest

from tests.unit.sandbox.servicenow_desk import desk_at

CHANGE = "/api/sn_chg_rest/change"
SHARED = Path(__file__).parents[3].parent / "shared"


@pytest.fixture
async def desk():
    async with desk_at(demo_records=False) as desk:
        yield desk


async def make(desk, kind="/normal", **values):
    answer = await desk.call("POST", CHANGE + kind, json=values)
    assert answer.status == 200, answer.text
    return answer.result


async def change(desk, row, user="snowline.integration", **values):
    path = f"{CHANGE}/{row['sys_id']['value']}"
    return await desk.call("PATCH", path, user=user, json=values)


def kept(desk, row):
    rows = desk.server.records("change_request")
    return next(each for each in rows if each["sys_id"] == row["sys_id"]["value"])


async def test_a_change_request_is_made_with_200_and_every_field_twice(desk):
    row = await make(desk, short_description="Reboot", priority="4", start_date="2026-12-01")
    assert row["state"] == {"display_value": "New", "value": -5.0}
    assert row["active"] == {"display_value": "true", "value": True}
    assert row["contact_type"] == {"display_value": "", "value": ""}
    assert row["start_date"] == {
        "display_value": "2026-11-30 16:00:00",
        "value": "2026-12-01 00:00:00",
        "display_value_internal": "2026-11-30 16:00:00",
    }
    assert row["opened_by"] == {
        "display_value": "Snowline Integration",
        "value": desk.user("snowline.integration"),
    }
    assert row["chg_model"]["display_value"] == "Normal"
    assert row["__meta"] == {"ignoredFields": []}
    assert kept(desk, row)["short_description"] == "Reboot"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data are not beside the checkout")
async def test_a_change_request_looks_like_the_recorded_one(desk):
    recorded = json.loads(
        (SHARED / "data" / "servicenow" / "rapid7_create_change_request.json").read_text()
    )["result"]
    ours = await make(desk, short_description=recorded["short_description"]["value"])
    shapes = [
        {name: {key: type(each) for key, each in field.items()} for name, field in row.items()}
        for row in (ours, recorded)
    ]
    assert shapes[0] == shapes[1]
    for name in ("state", "priority", "risk", "scope", "is_bulk", "sla_due", "chg_model"):
        assert ours[name] == recorded[name]


async def test_what_is_no_field_or_not_for_clients_is_named_as_ignored(desk):
    wanted = {"sys_id": "a" * 32, "no_such_field": "x", "short_description": "Kept"}
    row = await make(desk, **wanted)
    assert row["__meta"] == {"ignoredFields": ["sys_id", "no_such_field"]}
    assert row["sys_id"]["value"] != "a" * 32
    answer = await change(desk, row, number="CHG1", short_description="Changed")
    assert answer.result["__meta"] == {"ignoredFields": ["number"]}
    assert kept(desk, row)["short_description"] == "Changed"


@pytest.mark.parametrize(
    ("kind", "values", "type_"),
    [
        pytest.param("", {}, "normal", id="nothing said"),
        pytest.param("", {"type": "Emergency"}, "emergency", id="type by its label"),
        pytest.param("", {"chg_model": "standard"}, "standard", id="model by its name"),
        pytest.param(
            "", {"chg_model": "007c4001c343101035ae3f52c1d3aeb2"}, "normal", id="model by its id"
        ),
        pytest.param("/emergency", {"type": "normal"}, "emergency", id="the address decides"),
    ],
)
async def test_the_type_comes_from_the_address_the_type_or_the_model(desk, kind, values, type_):
    row = await make(desk, kind, **values)
    assert (row["type"]["value"], kept(desk, row)["type"]) == (type_, type_)
    assert row["chg_model"]["display_value"].lower() == type_


async def test_values_may_stand_in_the_address(desk):
    path = f"{CHANGE}/normal?short_description=From%20the%20address&no_such_field=1"
    row = (await desk.call("POST", path)).result
    assert row["short_description"]["value"] == "From the address"
    assert row["__meta"] == {"ignoredFields": ["no_such_field"]}


async def test_change_requests_are_listed_by_type_and_page(desk):
    for kind in ("/normal", "/emergency", "/normal", "/normal"):
        await make(desk, kind)
    query = {"sysparm_query": "ORDERBYnumber", "sysparm_limit": "2", "sysparm_offset": "1"}
    answer = await desk.call("GET", f"{CHANGE}/normal", params=query)
    assert [row["type"]["value"] for row in answer.result] == ["normal", "normal"]
    assert answer.headers["X-Total-Count"] == "3"
    assert len((await desk.call("GET", CHANGE)).result) == 4


async def test_a_record_of_another_type_is_not_found_under_this_one(desk):
    sys_id = (await make(desk))["sys_id"]["value"]
    assert (await desk.call("GET", f"{CHANGE}/normal/{sys_id}")).status == 200
    assert (await desk.call("GET", f"/api/sn_chg_rest/v1/change/{sys_id}")).status == 200
    assert (await desk.call("GET", f"{CHANGE}/emergency/{sys_id}")).status == 404
    assert (await desk.call("GET", f"{CHANGE}/{'0' * 32}")).status == 404


async def test_the_next_states_are_those_that_a_change_accepts(desk):
    row = await make(desk)
    path = f"{CHANGE}/{row['sys_id']['value']}/nextstates"
    told = (await desk.call("GET", path)).result
    assert told["available_states"] == ["-4", "4", "-5"]
    assert told["state_label"] == {"-4": "Assess", "4": "Canceled", "-5": "New"}
    (transitions,) = told["state_transitions"]
    assert [(each["from_state"], each["to_state"]) for each in transitions] == [
        ("-5", "-4"),
        ("-5", "4"),
    ]
    assert all(each["transition_available"] for each in transitions)
    assert (await change(desk, row, state="-1")).error[0] == 403
    assert (await change(desk, row, state=-4.0)).result["state"]["display_value"] == "Assess"
    assert (await desk.call("GET", path)).result["available_states"] == ["-3", "-5", "4", "-4"]


async def test_a_transition_that_needs_a_group_says_so():
    async with desk_at(group_needed_beyond_new=True) as desk:
        row = await make(desk)
        path = f"{CHANGE}/{row['sys_id']['value']}/nextstates"
        ((assess, cancel),) = (await desk.call("GET", path)).result["state_transitions"]
        assert (assess["transition_available"], cancel["transition_available"]) == (False, True)
        assert assess["conditions"][0]["passed"] is False
        assert (await change(desk, row, state="Assess")).status == 403
        group = desk.server.records("sys_user_group")[0]["sys_id"]
        await change(desk, row, assignment_group=group)
        ((assess, _),) = (await desk.call("GET", path)).result["state_transitions"]
        assert assess["transition_available"] is True
        assert (await change(desk, row, state="Assess")).status == 200


async def test_approving_moves_on_and_rejecting_moves_back_to_new(desk):
    row = await make(desk)
    await change(desk, row, state="-4")
    path = f"{CHANGE}/{row['sys_id']['value']}/approvals"
    for state in ("Authorize", "Scheduled"):
        answer = await desk.call("PATCH", path, json={"state": "approved"})
        assert answer.result["state"]["display_value"] == state
    assert answer.result["approval"]["value"] == "approved"
    answer = await desk.call("PATCH", path, json={"state": "rejected"})
    assert answer.result["state"]["display_value"] == "New"
    assert (await desk.call("PATCH", path, json={"state": "maybe"})).status == 400


async def test_a_standard_change_request_is_made_from_a_template(desk):
    templates = f"{CHANGE}/standard/template"
    asked = {"sysparm_query": "active=true^name=Block legacy sign-ins"}
    (template,) = (await desk.call("GET", templates, params=asked)).result
    assert template["template"]["display_value"] == "Block legacy sign-ins"
    sys_id = template["sys_id"]["value"]
    assert (await desk.call("GET", f"{templates}/{sys_id}")).result == template
    wanted = {"short_description": "Switch off POP", "category": "Network"}
    row = await make(desk, f"/standard/{sys_id}", **wanted)
    assert row["type"]["value"] == "standard"
    assert row["category"]["value"] == "Software"
    assert row["short_description"]["value"] == "Switch off POP"
    assert row["std_change_producer_version"]["value"] == sys_id
    assert (await desk.call("POST", f"{CHANGE}/standard/{'0' * 32}")).status == 404


async def test_the_models_are_listed(desk):
    models = (await desk.call("GET", f"{CHANGE}/model")).result
    assert [each["name"]["value"] for each in models] == ["Normal", "Standard", "Emergency"]


async def test_who_may_not_write_is_refused(desk):
    assert (await desk.call("POST", CHANGE, user=None)).status == 401
    refused = await desk.call("POST", CHANGE, user="mia.member", json={})
    assert refused.error == (
        403,
        "Operation Failed",
        "ACL Exception Insert Failed due to security constraints",
    )
    row = await make(desk)
    assert (await change(desk, row, user="mia.member", priority="1")).status == 404
    assert desk.server.records("change_request")[0]["priority"] == "4"


async def test_deleting_answers_with_what_was_deleted(desk):
    row = await make(desk)
    path = f"{CHANGE}/normal/{row['sys_id']['value']}"
    assert (await desk.call("DELETE", path)).status == 403
    answer = await desk.call("DELETE", path, user="admin")
    assert (answer.status, answer.result["number"]) == (200, row["number"])
    assert desk.server.records("change_request") == []
