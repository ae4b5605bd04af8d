"""PySNC 1.2.1, ServiceNow's own Python client, synchronous and asynchronous."""

from tests.contract.servicenow_clients.conftest import Client

SYS_ID = "0123456789abcdef0123456789abcdef"
NOT_ALLOWED = "ACL Exception Insert Failed due to security constraints"


async def test_it_queries_and_walks_along_references(pysnc, desk):
    mia = desk.user("mia.member")
    for name in ("Contract one", "Contract two", "Other"):
        await desk.create(short_description=name, caller_id=mia)
    await desk.create(short_description="Contract on hold", state="3", caller_id=mia)
    seen = await pysnc("reads")
    assert seen["count"] == 2
    email = "mia@northwind.example"
    assert seen["rows"] == [["Contract two", mia, email], ["Contract one", mia, email]]
    assert seen["state"] == ["1", "New"]
    assert seen["caller"] == "Mia Member"
    assert seen["link"] == f"{desk.origin}/api/now/table/sys_user/{mia}"


async def test_it_reads_every_page_once(pysnc, desk):
    numbers = [(await desk.create())["number"] for _ in range(7)]
    seen = await pysnc("pages")
    assert seen == {"all": numbers, "few": numbers[:4]}


async def test_it_inserts_with_a_chosen_id_and_updates(pysnc, desk):
    seen = await pysnc("writes", SYS_ID)
    (kept,) = desk.server.records("incident")
    assert kept["sys_id"] == seen["inserted"] == seen["updated"] == SYS_ID
    assert (kept["priority"], seen["priority"]) == ("1", "1 - Critical")
    assert (seen["found"], seen["changed"]) == (True, "Contract, changed")
    assert kept["short_description"] == "Contract, changed"
    assert seen["comments"].endswith(" - System Administrator (Additional comments)\nA word\n\n")


async def test_it_deletes_a_record_with_its_files(pysnc, desk):
    row = await desk.create()
    params = {"table_name": "incident", "table_sys_id": row["sys_id"], "file_name": "a"}
    await desk.call("POST", "/api/now/attachment/file", params=params, data=b"x")
    seen = await pysnc("deletes", row["sys_id"])
    assert seen == {"deleted": True, "left": False}
    assert desk.server.records("incident") == desk.server.records("sys_attachment") == []


async def test_it_attaches_lists_reads_and_deletes_files(pysnc, desk):
    row = await desk.create()
    seen = await pysnc("attaches", row["sys_id"])
    (kept,) = desk.server.records("sys_attachment")
    assert seen["location"] == f"{desk.origin}/api/now/v1/attachment/{kept['sys_id']}/file"
    assert (seen["name"], seen["size"], seen["lines"]) == ("größe.txt", "7", ["one", "two"])
    assert seen["streamed"] == "one\ntwo"
    assert (seen["second"], seen["left"]) == (1, 1)
    assert (kept["table_sys_id"], kept["content_type"]) == (row["sys_id"], "text/plain")


async def test_it_reads_updates_and_deletes_in_batches(pysnc, desk):
    rows = [await desk.create() for _ in range(3)]
    seen = await pysnc("batches", *(row["sys_id"] for row in rows))
    assert seen == {"found": 3, "updated": True, "deleted": True}
    kept = desk.server.records("incident")
    assert [row["sys_id"] for row in kept] == [row["sys_id"] for row in rows[1:]]
    assert {row["short_description"] for row in kept} == {"Batched"}


async def test_it_signs_in_with_a_password_and_as_itself(pysnc):
    seen = await pysnc("signs_in")
    assert seen["password"] == seen["client_credentials"] == ["snowline.integration"]
    for name in ("wrong_password", "wrong_secret"):
        assert "access_denied" in seen[name][1]


async def test_it_tells_refusals_apart(pysnc, desk):
    row = await desk.create()
    seen = await pysnc("is_refused", row["sys_id"])
    for name, kind, words in (
        ("not_signed_in", "AuthenticationException", "User is not authenticated"),
        ("no_right", "RoleException", NOT_ALLOWED),
        ("policy", "RoleException", "mandatory: Resolution code, Close notes"),
        ("no_table", "RequestException", "Invalid table no_such_table"),
        ("too_long", "RequestException", "<html><head><title>414"),
    ):
        assert seen[name][0] == kind
        assert words in seen[name][1]
    assert seen["no_record"] is False
    assert [each["state"] for each in desk.server.records("incident")] == ["1"]


async def test_it_is_told_when_the_hour_is_used_up(pysnc, desk):
    desk.server.faults.arm("429")
    seen = await pysnc("is_limited")
    assert seen["limited"][0] == "RequestException"
    assert "Rate limit exceeded" in seen["limited"][1]
    assert desk.server.faults.struck == {"429": 1}


async def test_it_waits_as_long_as_it_is_told(pysnc_python, desk):
    await desk.create()
    desk.server.faults.arm("429:2")
    seen = await Client(pysnc_python, "with_pysnc.py", desk.origin)("waits")
    assert seen == {"count": 1}
    assert desk.server.faults.struck == {"429": 2}
