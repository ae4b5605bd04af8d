"""Reading through the Table API: shapes, parameters, pages, headers."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.sandbox.servicenow_desk import BOT, desk_at


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


async def test_values_are_text_and_references_are_links(desk):
    row = await desk.create(short_description="Text", impact=1, knowledge=True)
    assert row["impact"] == "1"
    assert row["knowledge"] == "true"
    assert row["close_code"] == ""
    me = desk.user(BOT)
    assert row["opened_by"] == {
        "link": f"{desk.origin}/api/now/table/sys_user/{me}",
        "value": me,
    }
    assert all(isinstance(value, str) for name, value in row.items() if name not in _LINKED)


_LINKED = {"opened_by", "sys_domain"}


async def test_links_use_the_address_and_the_version_that_the_client_used(desk):
    answer = await desk.call(
        "POST", "/api/now/v2/table/incident", json={}, headers={"Host": "acme.service-now.com"}
    )
    base = "http://acme.service-now.com/api/now/v2/table"
    assert answer.headers["Location"] == f"{base}/incident/{answer.result['sys_id']}"
    assert answer.result["opened_by"]["link"].startswith(f"{base}/sys_user/")


@pytest.mark.parametrize(
    ("shape", "state", "opened_by", "close_code", "created"),
    [
        pytest.param("False", "1", {"link", "value"}, "", "22:30:00", id="values"),
        pytest.param("true", "New", {"link", "display_value"}, None, "14:30:00", id="labels"),
        pytest.param(
            "ALL",
            {"display_value": "New", "value": "1"},
            {"link", "display_value", "value"},
            {"display_value": None, "value": ""},
            {"display_value": "2023-11-14 14:30:00", "value": "2023-11-14 22:30:00"},
            id="both",
        ),
    ],
)
async def test_display_values_have_three_shapes(shape, state, opened_by, close_code, created):
    async with desk_at(clock=lambda: 1_700_001_000.0) as desk:
        row = await desk.create()
        read = await desk.read(row, sysparm_display_value=shape)
    assert read["state"] == state
    assert set(read["opened_by"]) == opened_by
    assert read["close_code"] == close_code
    if isinstance(created, dict):
        assert read["sys_created_on"] == created
    else:
        assert read["sys_created_on"].endswith(created)


async def test_reference_links_can_be_left_out(desk):
    row = await desk.create()
    plain = await desk.read(row, sysparm_exclude_reference_link="True")
    named = await desk.read(
        row, sysparm_exclude_reference_link="true", sysparm_display_value="true"
    )
    assert plain["opened_by"] == desk.user(BOT)
    assert named["opened_by"] == "Snowline Integration"


async def test_fields_may_be_dotted_spaced_unknown_or_empty(desk):
    row = await desk.create(caller_id=desk.user("mia.member"))
    read = await desk.read(row, sysparm_fields="number, caller_id.email,bogus,caller_id.bogus")
    assert read == {"number": row["number"], "caller_id.email": "mia@northwind.example"}
    assert len(await desk.read(row, sysparm_fields="", sysparm_view="")) == len(row)


async def test_the_journal_is_empty_as_a_value_and_whole_as_a_display_value(desk):
    row = await desk.create(comments="First")
    await desk.change(row, comments="Second\nline", work_notes="Internal")
    assert (await desk.read(row))["comments"] == ""
    read = await desk.read(row, sysparm_display_value="true")
    first, second, rest = read["comments"].split("\n\n")
    assert first.endswith("- Snowline Integration (Additional comments)\nSecond\nline")
    assert second.endswith("(Additional comments)\nFirst")
    assert rest == ""
    assert read["work_notes"].count("(Work notes)\nInternal\n\n") == 1
    assert read["comments_and_work_notes"].count("Snowline Integration") == 3


async def test_a_page_says_how_many_there_are_and_where_the_others_are(desk):
    for _ in range(5):
        await desk.create(correlation_id="page")
    query = {"sysparm_query": "correlation_id=page", "sysparm_limit": "2"}
    answer = await desk.table("incident", **query, sysparm_offset="2")
    assert answer.headers["X-Total-Count"] == "5"
    links = dict(reversed(part.split(";rel=")) for part in answer.headers["Link"].split(","))
    offsets = {
        rel.strip('"'): parse_qs(urlsplit(link.strip("<>")).query)["sysparm_offset"]
        for rel, link in links.items()
    }
    assert offsets == {"first": ["0"], "prev": ["0"], "next": ["4"], "last": ["4"]}
    last = await desk.table("incident", **query, sysparm_offset="4")
    assert len(last.result) == 1
    assert 'rel="next"' not in last.headers["Link"]


async def test_one_page_has_no_links_and_both_headers_can_be_switched_off(desk):
    whole = await desk.table("incident")
    assert "Link" not in whole.headers
    bare = await desk.table(
        "incident",
        sysparm_limit="1",
        sysparm_no_count="true",
        sysparm_suppress_pagination_header="true",
    )
    assert "Link" not in bare.headers
    assert "X-Total-Count" not in bare.headers


async def test_no_rows_are_an_empty_list_except_in_version_1(desk):
    query = {"sysparm_query": "number=none"}
    assert (await desk.table("incident", **query)).result == []
    answer = await desk.call("GET", "/api/now/v1/table/incident", params=query)
    assert answer.error[:2] == (404, "No Record found")


async def test_head_and_the_method_override_are_understood(desk):
    row = await desk.create()
    path = f"/api/now/table/incident/{row['sys_id']}"
    head = await desk.call("HEAD", path)
    assert (head.status, head.text) == (200, "")
    override = {"X-HTTP-Method-Override": "PATCH"}
    answer = await desk.call("POST", path, json={"urgency": "1"}, headers=override)
    assert answer.result["urgency"] == "1"
    quiet = {"X-no-response-body": "true"}
    answer = await desk.call("PUT", path, json={"urgency": "2"}, headers=quiet)
    assert (answer.status, answer.text) == (200, "")


async def test_what_an_administrator_deletes_is_gone(desk):
    row = await desk.create(comments="Goes too")
    path = f"/api/now/table/incident/{row['sys_id']}"
    gone = await desk.call("DELETE", path, user="admin")
    assert (gone.status, gone.text) == (204, "")
    assert (await desk.call("GET", path)).status == 404
    assert desk.server.records("sys_journal_field") == []


async def test_incidents_and_changes_are_tasks_too(desk):
    incident = await desk.create()
    change = await desk.create("change_request")
    numbers = {row["number"] for row in (await desk.table("task")).result}
    assert {incident["number"], change["number"]} <= numbers
    read = await desk.read(incident, "task")
    assert read["sys_class_name"] == "incident"


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        pytest.param(
            "GET",
            "/api/now/table/nothing",
            (400, "Invalid table nothing", "Table nothing does not exist"),
            id="no such table",
        ),
        pytest.param(
            "GET",
            "/api/now/tables",
            (400, "Requested URI does not represent any resource", None),
            id="no such resource",
        ),
        pytest.param(
            "GET",
            f"/api/now/table/incident/{'0' * 32}",
            (
                404,
                "No Record found",
                "Record doesn't exist or ACL restricts the record retrieval",
            ),
            id="no such record",
        ),
        pytest.param(
            "DELETE",
            "/api/now/table/incident",
            (405, "Method not supported", "DELETE not supported"),
            id="no such method",
        ),
    ],
)
async def test_refusals_have_the_vendors_words(desk, method, path, error):
    assert (await desk.call(method, path)).error == error


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        pytest.param("application/json", 200, id="json"),
        pytest.param("text/html,*/*;q=0.8", 200, id="a browser"),
        pytest.param("application/xml", 406, id="xml"),
    ],
)
async def test_answers_are_json_or_none(desk, accept, status):
    answer = await desk.call("GET", "/api/now/table/incident", headers={"Accept": accept})
    assert answer.status == status


async def test_an_address_of_more_than_8192_bytes_is_refused_in_html(desk):
    for length, status in ((8100, 200), (8300, 414), (40_000, 414)):
        answer = await desk.call("GET", f"/api/now/table/incident?x={'a' * length}")
        assert answer.status == status
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_answers_carry_the_headers_of_an_instance(desk):
    answer = await desk.table("incident")
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert answer.headers["X-Is-Logged-In"] == "true"
    assert len(answer.headers["X-Transaction-ID"]) == 12
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers.getall("Set-Cookie")
