"""User preferences, tables that may not be changed, and what keeps programs out."""

import pytest

from tests.unit.sandbox.servicenow_desk import BOT, desk_at

TABLE = "/api/now/table/sys_user_preference"


@pytest.fixture
async def desk():
    async with desk_at(demo_records=False, frozen=frozenset({"incident"})) as desk:
        yield desk


def preference(desk, user, value="so"):
    return {"name": "snowline.connection", "user": desk.user(user), "value": value}


async def test_everybody_writes_and_reads_preferences_of_their_own(desk):
    made = await desk.call("POST", TABLE, json=preference(desk, BOT))
    assert (made.status, made.result["value"]) == (201, "so")
    path = f"{TABLE}/{made.result['sys_id']}"
    assert (await desk.call("PATCH", path, json={"value": "else"})).result["value"] == "else"
    refused = await desk.call("POST", TABLE, json=preference(desk, "beth.anglin"))
    assert refused.status == 403
    assert (await desk.call("PATCH", path, user="beth.anglin", json={"value": "x"})).status == 404
    assert (await desk.call("GET", TABLE, user="beth.anglin")).result == []
    assert len((await desk.call("GET", TABLE, user="admin")).result) == 1


async def test_the_page_lists_them_for_people(desk):
    await desk.call("POST", TABLE, json=preference(desk, BOT, "<b>Connected</b>"))
    page = (await desk.call("GET", "/sys_user_preference_list.do", user=None)).text
    assert "snowline.connection" in page
    assert "Snowline Integration" in page
    assert "&lt;b&gt;Connected&lt;/b&gt;" in page
    assert (
        "/sys_user_preference_list.do"
        in (await desk.call("GET", "/incident_list.do", user=None)).text
    )


async def test_a_frozen_tables_records_may_be_made_and_not_changed(desk):
    row = await desk.create()
    path = f"/api/now/table/incident/{row['sys_id']}"
    refused = await desk.call("PATCH", path, json={"short_description": "x"})
    assert refused.error[2] == "ACL Exception Update Failed due to security constraints"
    allowed = await desk.call("PATCH", path, user="admin", json={"short_description": "x"})
    assert allowed.status == 200


async def test_a_write_of_the_value_that_is_there_leaves_no_trace(desk):
    row = await desk.create(table="change_request")
    path = f"/api/now/table/change_request/{row['sys_id']}"
    before = (await desk.call("GET", path)).result
    same = {"correlation_display": before["correlation_display"]}
    assert (await desk.call("PATCH", path, json=same)).status == 200
    assert (await desk.call("GET", path)).result == before


async def test_single_sign_on_and_a_second_factor_keep_programs_out(desk):
    for name, status, header in (("sso", 302, "Location"), ("mfa", 401, "X-MFA_TOKEN")):
        body = {"name": name, "times": 1}
        assert (await desk.call("POST", "/_sandbox/faults", user=None, json=body)).status == 200
        answer = await desk.table("incident")
        assert answer.status == status
        assert answer.headers[header] in {"/login_with_sso.do", "invalid"}
