"""Who may sign in, see and do what."""

import pytest

from bot.sandbox import accounts
from tests.unit.sandbox.servicenow_desk import BOT, basic, desk_at

NOBODY = "mia.member"
INSERT_REFUSED = (
    403,
    "Operation Failed",
    "ACL Exception Insert Failed due to security constraints",
)


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param(basic("admin", "wrong"), id="wrong password"),
        pytest.param(basic("ghost", "ghost"), id="unknown user"),
        pytest.param({"Authorization": "Basic !!!"}, id="unreadable"),
        pytest.param({"Authorization": "Bearer made-up"}, id="unknown token"),
        pytest.param({"Authorization": "Digest x"}, id="unknown scheme"),
    ],
)
async def test_without_credentials_everything_is_401(desk, headers):
    for path in ("/api/now/table/incident", "/api/now/table/nothing", "/api/anything"):
        answer = await desk.call("GET", path, user=None, headers=headers)
        assert answer.error == (
            401,
            "User is not authenticated",
            "Required to provide Auth information",
        )
        assert answer.headers["WWW-Authenticate"] == 'BASIC realm="Service-now"'
        assert answer.headers["X-Is-Logged-In"] == "false"


async def test_a_user_who_was_switched_off_is_nobody(desk):
    row = {"sys_id": desk.user(BOT)}
    assert (await desk.change(row, "sys_user", user="admin", active=False)).status == 200
    assert (await desk.table("incident")).status == 401


async def test_a_user_without_roles_reads_nothing_and_is_not_told(desk):
    answer = await desk.table("incident", user=NOBODY)
    assert (answer.status, answer.result) == (200, [])
    assert answer.headers["X-Total-Count"] == "3"
    row = await desk.create()
    path = f"/api/now/table/incident/{row['sys_id']}"
    assert (await desk.call("GET", path, user=NOBODY)).status == 404
    refused = await desk.call("POST", "/api/now/table/incident", user=NOBODY, json={})
    assert refused.error == INSERT_REFUSED


async def test_the_limit_comes_before_the_access_rules(desk):
    answer = await desk.table("sys_user_has_role", sysparm_limit="1")
    assert answer.result == []
    own = await desk.table("sys_user_has_role", sysparm_fields="role.name")
    assert {row["role.name"] for row in own.result} == {"itil", "sn_change_write"}


async def test_itil_neither_deletes_nor_writes_users(desk):
    row = await desk.create()
    gone = await desk.call("DELETE", f"/api/now/table/incident/{row['sys_id']}")
    assert gone.error[2] == "ACL Exception Delete Failed due to security constraints"
    changed = await desk.change({"sys_id": desk.user(NOBODY)}, "sys_user", email="x@example.com")
    assert changed.error[2] == "ACL Exception Update Failed due to security constraints"


async def test_roles_can_be_given(desk):
    role = next(r["sys_id"] for r in desk.server.records("sys_user_role") if r["name"] == "itil")
    given = {"user": desk.user(NOBODY), "role": role}
    path = "/api/now/table/sys_user_has_role"
    assert (await desk.call("POST", path, user="admin", json=given)).status == 201
    assert len((await desk.table("incident", user=NOBODY)).result) == 3


@pytest.mark.parametrize("name", ["oauth_admin", "mi_admin"])
async def test_those_who_look_after_registrations_read_how_long_tokens_live(desk, name):
    role = next(r["sys_id"] for r in desk.server.records("sys_user_role") if r["name"] == name)
    given = {"user": desk.user(NOBODY), "role": role}
    path = "/api/now/table/sys_user_has_role"
    assert (await desk.call("POST", path, user="admin", json=given)).status == 201
    query = {"sysparm_query": f"client_id={accounts.SERVICENOW_CLIENT_ID}"}
    (row,) = (await desk.table("oauth_entity", user=NOBODY, **query)).result
    assert row["refresh_token_lifespan"] == "8640000"
    assert (await desk.table("sys_user_role", user=NOBODY)).status == 403


async def test_choices_are_rows_without_names_for_those_who_are_no_admins(desk):
    answer = await desk.table("sys_choice", sysparm_limit="1")
    assert {"label", "sequence"} <= set(answer.result[0])
    assert not {"name", "element", "value"} & set(answer.result[0])
    refused = await desk.table("sys_choice", sysparm_query="name=incident")
    assert refused.error == (
        403,
        "Insufficient rights to query records",
        "Field(s) present in the query do not have permission to be read",
    )
    query = "name=incident^element=state^value=2"
    seen = await desk.table("sys_choice", user="admin", sysparm_query=query)
    assert [row["label"] for row in seen.result] == ["In Progress"]


@pytest.mark.parametrize(
    ("table", "status"),
    [("sys_properties", 200), ("sys_journal_field", 200), ("oauth_entity", 403)],
)
async def test_tables_of_administrators_are_empty_or_closed_to_others(desk, table, status):
    await desk.create(comments="A journal entry")
    answer = await desk.table(table)
    assert answer.status == status
    assert answer.body.get("result", []) == []
    assert (await desk.table(table, user="admin")).result != []


async def test_tables_can_be_opened_to_everybody_and_closed_to_all_but_administrators():
    async with desk_at(opened=frozenset({"oauth_entity"}), closed=frozenset({"incident"})) as desk:
        assert (await desk.table("oauth_entity")).result != []
        assert (await desk.table("incident")).error[:2] == (
            403,
            "Insufficient rights to query records",
        )
        assert (await desk.table("incident", user="admin")).result != []


async def test_the_release_is_what_its_settings_say():
    async with desk_at(release="San Diego") as desk:
        (war,) = (await desk.table("sys_properties", user="admin", name="glide.war")).result
        (name,) = (await desk.table("sys_properties", user="admin", name="glide.buildname")).result
        assert war["value"].startswith("glide-sandiego-")
        assert name["value"] == "San Diego"


async def test_answers_are_dated_by_the_instances_own_clock():
    async with desk_at(clock=lambda: 1_700_000_000.0) as desk:
        answer = await desk.table("incident")
        assert answer.headers["Date"] == "Tue, 14 Nov 2023 22:13:20 GMT"


async def test_an_administrator_reads_the_release(desk):
    query = {"sysparm_query": "name=glide.war", "sysparm_fields": "value"}
    (row,) = (await desk.table("sys_properties", user="admin", **query)).result
    assert row["value"].startswith("glide-australia")
