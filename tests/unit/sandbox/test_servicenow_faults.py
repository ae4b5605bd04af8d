"""Failures on demand, in ServiceNow's own words."""

import asyncio
import time

import aiohttp
import pytest

from tests.unit.sandbox.servicenow_desk import desk_at

RESETS = {"reset-before-commit": 0, "reset-after-commit": 1, "late-commit": 1}


@pytest.fixture
async def desk():
    async with desk_at(demo_records=False, longest_transaction=0.2) as desk:
        yield desk


async def arm(desk, name, times=1):
    body = {"name": name, "times": times}
    assert (await desk.call("POST", "/_sandbox/faults", user=None, json=body)).status == 200


async def test_a_rate_limit_says_when_to_come_back(desk):
    await arm(desk, "429")
    answer = await desk.call("POST", "/api/now/table/incident", json={})
    assert answer.error == (
        429,
        "Rate limit exceeded",
        "Rate limit of 100 requests per hour for Table API exceeded",
    )
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["X-RateLimit-Limit"] == "100"
    assert int(answer.headers["X-RateLimit-Reset"]) >= int(time.time())
    assert len(answer.headers["X-RateLimit-Rule"]) == 32
    assert desk.server.records("incident") == []
    await arm(desk, "429-bare")
    bare = await desk.table("incident")
    assert bare.status == 429
    assert "Retry-After" not in bare.headers


async def test_a_cancelled_transaction_may_have_been_carried_out(desk):
    for name, rows in (("500", 0), ("500-after-commit", 1)):
        await arm(desk, name)
        answer = await desk.call("POST", "/api/now/table/incident", json={})
        assert answer.error[:2] == (
            500,
            "Transaction cancelled: maximum execution time exceeded",
        )
        assert len(desk.server.records("incident")) == rows


async def test_an_instance_that_is_away_answers_in_html(desk):
    await arm(desk, "503")
    assert (await desk.table("incident")).status == 503
    await arm(desk, "sleeping")
    asleep = await desk.call("POST", "/oauth_token.do", user=None, data={})
    assert asleep.status == 200
    assert "Instance Hibernating page" in asleep.text


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("data-policy", "The following fields are mandatory: Description, Service offering"),
        ("business-rule", "was aborted by Business Rule 'Changes only on weekdays^"),
    ],
)
async def test_an_instances_own_rules_refuse_a_write_and_no_reading(desk, name, detail):
    await arm(desk, name)
    assert (await desk.table("incident")).status == 200
    status, message, said = (
        await desk.call("POST", "/api/now/table/incident", json={"short_description": "x"})
    ).error
    assert (status, message) == (403, "Operation Failed")
    assert detail in said
    assert desk.server.records("incident") == []


async def test_an_expired_token_looks_like_no_token(desk):
    await arm(desk, "expired-token")
    assert (await desk.table("incident")).error[:2] == (401, "User is not authenticated")
    assert (await desk.table("incident")).status == 200


@pytest.mark.parametrize(("name", "rows"), RESETS.items())
async def test_a_reset_leaves_the_client_in_the_dark(desk, name, rows):
    await arm(desk, name)
    with pytest.raises(aiohttp.ClientError):
        await desk.call("POST", "/api/now/table/incident", json={"short_description": "Lost"})
    if name == "late-commit":
        assert desk.server.records("incident") == []
        await asyncio.sleep(0.3)
    found = await desk.table("incident", sysparm_query="short_description=Lost")
    assert len(found.result) == rows


async def test_pages_that_poll_take_no_fault_meant_for_a_client(desk):
    await arm(desk, "500")
    for path in ("/incident_list.do", "/change_request_list.do", "/_static/pages.css"):
        assert (await desk.call("GET", path, user=None)).status == 200
    assert (await desk.table("incident")).status == 500


async def test_tests_can_look_at_the_raw_rows(desk):
    row = await desk.create(short_description="Raw")
    dump = await desk.call("GET", "/_sandbox/records/incident", user=None)
    assert [each["sys_id"] for each in dump.result] == [row["sys_id"]]
    assert (await desk.call("GET", "/_sandbox/records/nothing", user=None)).status == 400
