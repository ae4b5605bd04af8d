"""Import sets: staged rows become records, and the answer tells what became of each."""

import pytest

from tests.unit.sandbox.servicenow_desk import desk_at


@pytest.fixture
async def desk():
    async with desk_at(demo_records=False) as desk:
        yield desk


async def stage(desk, table="u_imp_incident", user="snowline.integration", **row):
    return await desk.call("POST", f"/api/now/import/{table}", user=user, json=row)


async def test_a_staged_user_becomes_a_user(desk):
    person = {"first_name": "John", "last_name": "Public", "user_id": "john.public"}
    answer = await stage(desk, "imp_user", "admin", **person)
    (user,) = [row for row in desk.server.records("sys_user") if row["name"] == "John Public"]
    assert user["user_name"] == "john.public"
    assert answer.status == 201
    assert answer.body == {
        "import_set": "ISET0010001",
        "staging_table": "imp_user",
        "result": [
            {
                "transform_map": "User",
                "table": "sys_user",
                "display_name": "name",
                "display_value": "John Public",
                "record_link": f"{desk.origin}/api/now/table/sys_user/{user['sys_id']}",
                "status": "inserted",
                "sys_id": user["sys_id"],
            }
        ],
    }


async def test_a_row_that_was_imported_before_updates_its_record(desk):
    first = (await stage(desk, correlation_id="a", short_description="One")).result[0]
    again = (await stage(desk, correlation_id="a", short_description="One")).result[0]
    other = (await stage(desk, correlation_id="a", short_description="Two")).result[0]
    assert [each["status"] for each in (first, again, other)] == ["inserted", "ignored", "updated"]
    (incident,) = desk.server.records("incident")
    assert (incident["sys_id"], incident["short_description"]) == (other["sys_id"], "Two")


async def test_a_row_without_a_key_is_always_new(desk):
    for _ in range(2):
        assert (await stage(desk, short_description="No key")).result[0]["status"] == "inserted"
    assert len(desk.server.records("incident")) == 2


async def test_a_row_that_a_policy_refuses_is_told_as_an_error(desk):
    answer = await stage(desk, correlation_id="b", state="6")
    assert answer.status == 201
    assert answer.result[0]["status"] == "error"
    assert "Resolution code" in answer.result[0]["error_message"]
    assert desk.server.records("incident") == []


async def test_many_rows_are_imported_at_once(desk):
    path = "/api/now/import/u_imp_incident/insertMultiple"
    rows = [{"correlation_id": key, "short_description": key} for key in "ab"]
    answer = await desk.call("POST", path, json={"records": rows})
    assert (answer.status, sorted(answer.body)) == (201, ["import_set_id", "multi_import_set_id"])
    assert [row["correlation_id"] for row in desk.server.records("incident")] == ["a", "b"]
    assert (await desk.call("POST", path, json={"records": "a"})).status == 400


async def test_who_may_not_import_is_refused(desk):
    assert (await stage(desk, user=None)).status == 401
    assert (await stage(desk, "imp_user", user_id="x")).error[0] == 403
    assert (await stage(desk, user="mia.member")).error[0] == 403
    assert (await stage(desk, "imp_nothing")).error[:2] == (400, "Invalid table imp_nothing")
    assert desk.server.records("incident") == []
