"""Writing: what sticks, what is dropped, what is refused."""

import asyncio

import pytest

from tests.unit.sandbox.servicenow_desk import BOT, desk_at

SYS_ID = "0123456789abcdef0123456789abcdef"
POLICY = "Data Policy Exception: \n\tThe following fields are mandatory: "
RESOLUTION = {"close_code": "Solution provided", "close_notes": "Done."}


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


async def test_an_empty_body_inserts_a_default_record(desk):
    answer = await desk.call("POST", "/api/now/table/incident")
    assert answer.status == 201
    row = answer.result
    assert (row["number"], row["state"], row["priority"]) == ("INC0010001", "1", "5")
    assert row["category"] == "inquiry"
    change = await desk.create("change_request")
    assert (change["number"], change["state"], change["type"]) == ("CHG0030001", "-5", "normal")


async def test_the_instance_stamps_who_and_when(desk):
    row = await desk.create(opened_by="somebody", sys_created_on="2001-01-01 00:00:00", number="X")
    assert row["opened_by"]["value"] == desk.user(BOT)
    assert row["sys_created_by"] == row["sys_updated_by"] == BOT
    assert row["number"] == "INC0010001"
    assert not row["sys_created_on"].startswith("2001")
    changed = (await desk.change(row, user="beth.anglin", urgency="1")).result
    assert (changed["sys_updated_by"], changed["sys_mod_count"]) == ("beth.anglin", "1")
    same = (await desk.change(row, urgency="1", bogus="1", state="99")).result
    assert same["sys_mod_count"] == "1"


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [("1", "1", "1"), ("1", "2", "2"), ("2", "2", "3"), ("3", "1", "3"), ("3", "2", "4")],
)
async def test_an_incidents_priority_follows_impact_and_urgency(desk, impact, urgency, priority):
    row = await desk.create(impact=impact, urgency=urgency, priority="5")
    assert row["priority"] == priority


async def test_a_changes_priority_is_its_own(desk):
    assert (await desk.create("change_request", priority="1"))["priority"] == "1"


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        pytest.param({"category": "nonsense"}, {"category": "inquiry"}, id="choice"),
        pytest.param({"due_date": "tomorrow"}, {"due_date": ""}, id="date"),
        pytest.param({"due_date": "2026-02-31"}, {"due_date": ""}, id="no such day"),
        pytest.param(
            {"due_date": "2026-02-28"}, {"due_date": "2026-02-28 00:00:00"}, id="day without time"
        ),
        pytest.param({"active": "maybe"}, {"active": "true"}, id="boolean"),
        pytest.param({"short_description": "x" * 200}, {"short_description": "x" * 160}, id="long"),
        pytest.param({"order": "many"}, {"order": ""}, id="number"),
        pytest.param({"watch_list": ["a", "b"]}, {"watch_list": "a,b"}, id="list"),
        pytest.param({"cause": {"a": None}}, {"cause": "{a=}"}, id="map"),
        pytest.param({"cause": "a\ud800b"}, {"cause": "a?b"}, id="half a character"),
        pytest.param({"time_worked": "long"}, {"time_worked": ""}, id="duration"),
        pytest.param({"due_date": "0001-01-01 00:00:00"}, {"due_date": ""}, id="long ago"),
    ],
)
async def test_what_does_not_fit_is_dropped_or_cut_without_a_word(desk, values, kept):
    row = await desk.create(**values)
    assert {name: row[name] for name in kept} == kept


async def test_a_reference_to_nobody_is_kept_and_linked(desk):
    row = await desk.create(assigned_to="nobody knows this person by this name")
    assert row["assigned_to"]["value"] == "nobody knows this person by thi" + "s"
    assert row["assigned_to"]["link"].endswith("/sys_user/" + row["assigned_to"]["value"])


async def test_display_values_can_be_written(desk):
    answer = await desk.call(
        "POST",
        "/api/now/table/incident",
        params={"sysparm_input_display_value": "true"},
        json={
            "assigned_to": "Beth Anglin",
            "impact": "1 - High",
            "due_date": "2026-07-01 05:00:00",
            "company": "Nobody Ltd",
        },
    )
    assert answer.result["assigned_to"]["value"] == desk.user("beth.anglin")
    assert answer.result["impact"] == "1"
    assert answer.result["due_date"] == "2026-07-01 12:00:00"
    assert answer.result["company"] == ""


async def test_users_see_their_own_zone_and_format(desk):
    user = {"sys_id": desk.user("beth.anglin")}
    looks = {"time_zone": "Europe/Berlin", "date_format": "dd.MM.yyyy", "time_format": "hh:mm:ss a"}
    await desk.change(user, "sys_user", user="admin", **looks)
    params = {"sysparm_input_display_value": "true", "sysparm_display_value": "all"}
    body = {"due_date": "24.12.2026 01:00:00 PM", "follow_up": "31.12.9999 soon"}
    answer = await desk.call(
        "POST", "/api/now/table/incident", user="beth.anglin", params=params, json=body
    )
    assert answer.result["due_date"] == {
        "display_value": "24.12.2026 01:00:00 PM",
        "value": "2026-12-24 12:00:00",
    }
    assert answer.result["follow_up"]["value"] == ""
    await desk.change(user, "sys_user", user="admin", time_zone="Nowhere/Land")
    sys_id = answer.result["sys_id"]["value"]
    path = f"/api/now/table/incident/{sys_id}?sysparm_display_value=true"
    again = await desk.call("GET", path, user="beth.anglin")
    assert again.result["due_date"] == "24.12.2026 12:00:00 PM"


async def test_a_chosen_sys_id_is_honoured_and_the_second_insert_refused(desk):
    row = await desk.create(sys_id=SYS_ID)
    assert row["sys_id"] == SYS_ID
    for table in ("incident", "change_request"):
        answer = await desk.call("POST", f"/api/now/table/{table}", json={"sys_id": SYS_ID})
        status, message, detail = answer.error
        assert (status, message) == (403, "Operation Failed")
        assert detail.startswith(f"Error during insert of {table} (")
    assert len([r for r in desk.server.records("task") if r["sys_id"] == SYS_ID]) == 1
    assert (await desk.create(sys_id="too short"))["sys_id"] != "too short"


async def test_an_instance_may_replace_a_chosen_sys_id():
    async with desk_at(honour_sys_id=False) as desk:
        assert (await desk.create(sys_id=SYS_ID))["sys_id"] != SYS_ID


async def test_resolving_asks_for_a_code_and_notes_by_their_labels(desk):
    row = await desk.create()
    refused = await desk.change(row, state="6", close_code="Solved (Permanently)")
    assert refused.error == (
        403,
        "Operation Failed",
        POLICY + "Resolution code, Close notes",
    )
    done = (await desk.change(row, state="6", **RESOLUTION)).result
    assert (done["state"], done["incident_state"]) == ("6", "6")
    assert done["resolved_by"]["value"] == desk.user(BOT)
    closed = (await desk.change(row, state="7")).result
    assert (closed["active"], closed["closed_at"] != "") == ("false", True)
    back = (await desk.change(row, incident_state="2")).result
    assert (back["state"], back["reopen_count"], back["resolved_at"]) == ("2", "1", "")


async def test_a_change_walks_the_path_of_its_type(desk):
    row = await desk.create("change_request", type="emergency", state="-1")
    assert row["state"] == "-5"
    refused = await desk.change(row, "change_request", state="-1")
    assert "Change Model: Check State Transition^" in refused.error[2]
    for state in ("-3", "-2", "-1", "0"):
        assert (await desk.change(row, "change_request", state=state)).result["state"] == state
    refused = await desk.change(row, "change_request", state="3")
    assert refused.error[2].endswith("mandatory: Close code, Close notes")
    closing = {"state": "3", "close_code": "successful", "close_notes": "Fine."}
    closed = (await desk.change(row, "change_request", **closing)).result
    assert (closed["active"], closed["approval"]) == ("false", "approved")
    assert (await desk.change(row, "change_request", state="4")).status == 403


async def test_a_rejected_change_is_new_again(desk):
    row = await desk.create("change_request")
    await desk.change(row, "change_request", state="-4")
    rejected = (await desk.change(row, "change_request", approval="rejected")).result
    assert rejected["state"] == "-5"


async def test_an_instance_may_ask_for_an_assignment_group_beyond_new():
    async with desk_at(group_needed_beyond_new=True) as desk:
        row = await desk.create("change_request")
        refused = await desk.change(row, "change_request", state="-4")
    assert refused.error[2].endswith("mandatory: Assignment group")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"{'urgency':'1'}", "application/json", 201, id="apostrophes"),
        pytest.param(b"{nonsense", "application/json", 400, id="no JSON"),
        pytest.param(b"\xff", "application/json", 400, id="no text"),
        pytest.param(b"[]", "application/json", 400, id="a list"),
        pytest.param(b"[" * 100_000, "application/json", 400, id="a deep list"),
        pytest.param(b"a=b", "application/x-www-form-urlencoded", 415, id="a form"),
    ],
)
async def test_bodies_are_read_leniently_but_read(desk, body, kind, status):
    headers = {"Content-Type": kind}
    answer = await desk.call("POST", "/api/now/table/incident", data=body, headers=headers)
    assert answer.status == status


async def test_500_inserts_at_once_get_500_numbers(desk):
    rows = await asyncio.gather(*(desk.create(order=n) for n in range(500)))
    assert len({row["number"] for row in rows}) == 500
    assert len({row["sys_id"] for row in rows}) == 500


async def test_resolving_says_how_long_it_took():
    now = {"at": 1_700_000_000.0}
    async with desk_at(clock=lambda: now["at"]) as desk:
        row = await desk.create()
        now["at"] += 102_197
        await desk.change(row, state="6", **RESOLUTION)
        shown = await desk.read(row, sysparm_display_value="true")
        stored = await desk.read(row)
    assert (shown["calendar_stc"], shown["calendar_duration"]) == (
        "102,197",
        "1 Day 4 Hours 23 Minutes",
    )
    assert stored["calendar_duration"] == "1970-01-02 04:23:17"
