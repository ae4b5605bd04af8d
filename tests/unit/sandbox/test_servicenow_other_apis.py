"""What clients use beside the Table API: files, numbers, batches, short addresses."""

import base64
import json

import aiohttp
import pytest

from tests.unit.sandbox.servicenow_desk import desk_at


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


async def attach(desk, row, content=b"hello"):
    params = {"table_name": "incident", "table_sys_id": row["sys_id"], "file_name": "größe.txt"}
    headers = {"Content-Type": "text/plain"}
    path = "/api/now/v1/attachment/file"
    return await desk.call("POST", path, params=params, data=content, headers=headers)


async def test_a_file_can_be_attached_found_read_and_deleted(desk):
    row = await desk.create()
    answer = await attach(desk, row)
    assert answer.status == 201
    sys_id = answer.result["sys_id"]
    location = f"{desk.origin}/api/now/v1/attachment/{sys_id}/file"
    assert answer.headers["Location"] == answer.result["download_link"] == location
    assert (answer.result["size_bytes"], answer.result["content_type"]) == ("5", "text/plain")
    for query in ({"table_sys_id": row["sys_id"]}, {"sysparm_query": f"sys_id={sys_id}"}):
        listed = await desk.call("GET", "/api/now/attachment", params=query)
        assert [each["sys_id"] for each in listed.result] == [sys_id]
    one = await desk.call("GET", f"/api/now/attachment/{sys_id}")
    assert one.result["file_name"] == "größe.txt"
    file = await desk.call("GET", f"/api/now/attachment/{sys_id}/file")
    assert file.text == "hello"
    assert "gr%C3%B6%C3%9Fe.txt" in file.headers["Content-Disposition"]
    assert json.loads(file.headers["x-attachment-metadata"])["table_name"] == "incident"
    assert (await desk.call("DELETE", f"/api/now/attachment/{sys_id}")).status == 204
    assert (await desk.call("GET", f"/api/now/attachment/{sys_id}")).status == 404


async def test_a_file_can_come_in_a_form(desk):
    row = await desk.create()
    form = aiohttp.FormData({"table_name": "incident", "table_sys_id": row["sys_id"]})
    form.add_field("uploadFile", b"\x00\x01", filename="two.bin", content_type="image/png")
    answer = await desk.call("POST", "/api/now/attachment/upload", data=form)
    assert (answer.status, answer.result["file_name"]) == (201, "two.bin")
    bare = aiohttp.FormData({"table_name": "incident"}, default_to_multipart=True)
    assert (await desk.call("POST", "/api/now/attachment/upload", data=bare)).status == 400


@pytest.mark.parametrize("boundary", ["", "; boundary=x"])
async def test_a_form_that_is_none_is_refused(desk, boundary):
    # pysnow 0.7.17 sends the file alone and calls it a form.
    headers = {"Content-Type": f"multipart/form-data{boundary}"}
    path = "/api/now/attachment/upload"
    answer = await desk.call("POST", path, data=b"raw", headers=headers)
    assert answer.error[:2] == (400, "Invalid multipart body")


async def test_files_go_with_their_record(desk):
    row = await desk.create()
    sys_id = (await attach(desk, row)).result["sys_id"]
    await desk.call("DELETE", f"/api/now/table/incident/{row['sys_id']}", user="admin")
    assert (await desk.call("GET", f"/api/now/attachment/{sys_id}")).status == 404
    assert desk.server.records("sys_attachment") == []


async def test_a_file_needs_a_record_and_the_right_to_write(desk):
    row = await desk.create()
    assert (await attach(desk, {"sys_id": "none"})).status == 404
    params = {"table_name": "nothing"}
    path = "/api/now/attachment/file"
    assert (await desk.call("POST", path, params=params, data=b"x")).status == 400
    params = {"table_name": "incident", "table_sys_id": row["sys_id"]}
    nobody = await desk.call("POST", path, user="mia.member", params=params, data=b"x")
    assert nobody.status == 404


async def test_rows_are_counted_and_summed_as_text(desk):
    for order in (1, 2, 6):
        await desk.create(correlation_id="sum", order=order, impact="1" if order == 1 else "2")
    params = {
        "sysparm_query": "correlation_id=sum",
        "sysparm_count": "true",
        "sysparm_avg_fields": "order",
        "sysparm_min_fields": "order",
        "sysparm_max_fields": "order",
        "sysparm_sum_fields": "order, due_date",
    }
    whole = await desk.call("GET", "/api/now/stats/incident", params=params)
    assert whole.result["stats"] == {
        "count": "3",
        "avg": {"order": "3.0000"},
        "min": {"order": "1"},
        "max": {"order": "6"},
        "sum": {"order": "9", "due_date": ""},
    }


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        ("false", {"field": "impact", "value": "1"}),
        ("true", {"field": "impact", "value": "1 - High"}),
        ("all", {"field": "impact", "value": "1", "display_value": "1 - High"}),
    ],
)
async def test_rows_are_counted_by_group(desk, shape, field):
    for impact in ("1", "2", "2"):
        await desk.create(correlation_id="group", impact=impact)
    params = {
        "correlation_id": "group",
        "sysparm_count": "true",
        "sysparm_group_by": "impact",
        "sysparm_display_value": shape,
    }
    groups = (await desk.call("GET", "/api/now/stats/incident", params=params)).result
    assert [group["stats"]["count"] for group in groups] == ["1", "2"]
    assert groups[0]["groupby_fields"] == [field]


async def test_a_batch_is_carried_out_in_its_order(desk):
    body = base64.b64encode(b'{"short_description": "Batched", "correlation_id": "b"}').decode()
    read = "/api/now/table/incident?sysparm_query=correlation_id%3Db"
    asked = [
        {"id": "1", "method": "GET", "url": read, "exclude_response_headers": True},
        {"id": 2, "method": "POST", "url": "/api/now/table/incident", "body": body},
        {"id": "3", "method": "GET", "url": read},
        {"id": "4", "method": "GET", "url": "api/now/table/nothing"},
    ]
    asked[1]["headers"] = [{"name": "Content-Type", "value": "application/json"}]
    batch = {"batch_request_id": 7, "rest_requests": asked}
    answer = await desk.call("POST", "/api/now/v1/batch", json=batch)
    assert answer.body["batch_request_id"] == "7"
    assert answer.body["unserviced_requests"] == []
    served = answer.body["serviced_requests"]
    assert [(each["id"], each["status_code"]) for each in served] == [
        ("1", 200),
        ("2", 201),
        ("3", 200),
        ("4", 400),
    ]
    assert served[0]["headers"] == []
    assert served[1]["headers"]
    first, third = (json.loads(base64.b64decode(served[i]["body"])) for i in (0, 2))
    assert first["result"] == []
    assert third["result"][0]["short_description"] == "Batched"
    assert third["result"][0]["opened_by"]["link"].startswith(desk.origin)


async def test_the_parts_of_a_batch_may_have_addresses_too_long_for_the_edge(desk):
    url = "/api/now/table/incident?sysparm_query=number%3DINC0000041%5Ebogus%3D" + "x" * 20_000
    asked = [{"id": "1", "method": "GET", "url": url}]
    answer = await desk.call("POST", "/api/now/batch", json={"rest_requests": asked})
    (served,) = answer.body["serviced_requests"]
    assert len(json.loads(base64.b64decode(served["body"]))["result"]) == 1


async def test_a_batch_may_be_lost_though_its_parts_were_carried_out(desk):
    post = {"id": "1", "method": "POST", "url": "/api/now/table/incident"}
    before = len(desk.server.records("incident"))
    desk.server.faults.arm("reset-after-commit:2")
    with pytest.raises(aiohttp.ClientError):
        await desk.call("POST", "/api/now/batch", json={"rest_requests": [post]})
    assert desk.server.faults.struck == {"reset-after-commit": 2}
    assert len(desk.server.records("incident")) == before + 1


async def test_a_batch_with_a_body_that_is_no_base64_is_refused(desk):
    asked = [{"id": "1", "method": "POST", "url": "/api/now/table/incident", "body": "?"}]
    answer = await desk.call("POST", "/api/now/batch", json={"rest_requests": asked})
    assert answer.status == 400


@pytest.mark.parametrize("asked", [1, [1], [{"headers": 1}], [{"headers": [{"name": "x"}]}]])
async def test_a_batch_that_holds_no_requests_is_refused(desk, asked):
    answer = await desk.call("POST", "/api/now/batch", json={"rest_requests": asked})
    assert answer.error[:2] == (400, "Invalid batch request")


async def test_a_query_too_long_for_an_address_can_be_shortened(desk):
    await desk.create(short_description="tiny")
    long = "short_description=tiny^ORshort_description=" + "x" * 9000
    url = f"incident_list.do?sysparm_query={long}&sysparm_fields=short_description"
    answer = await desk.call("POST", "/api/now/tinyurl", json={"url": url})
    page, _, tiny = answer.result.partition("?sysparm_tiny=")
    assert page == "incident_list.do"
    listed = await desk.table("incident", sysparm_tiny=tiny)
    assert listed.result == [{"short_description": "tiny"}]
