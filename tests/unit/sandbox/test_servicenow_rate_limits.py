"""Rate limit rules and the way's length, as the sandbox's ServiceNow has them."""

import time

import pytest

from bot.sandbox.servicenow.rate_limits import RateRule
from tests.unit.sandbox.servicenow_desk import desk_at

LIMITS = "/_sandbox/rate-limits"


class Seconds:
    def __init__(self) -> None:
        self.now = 7200.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
async def desk(seconds):
    async with desk_at(demo_records=False, clock=seconds) as desk:
        yield desk


async def test_without_a_rule_no_answer_speaks_of_limits(desk):
    answer = await desk.table("incident")
    assert not [name for name in answer.headers if name.startswith("X-RateLimit")]


async def test_a_rule_counts_each_users_requests_in_windows_of_the_clock(desk, seconds):
    desk.server.instance.limits.rules.append(RateRule(limit=2))
    seconds.now += 600
    for _ in range(2):
        answer = await desk.table("incident")
        assert answer.status == 200
        assert answer.headers["X-RateLimit-Limit"] == "2"
        assert answer.headers["X-RateLimit-Reset"] == str(7200 + 3600)
        assert "Retry-After" not in answer.headers
    refused = await desk.call("POST", "/api/now/table/incident", json={})
    detail = "Rate limit of 2 requests per hour for Table API exceeded"
    assert refused.error == (429, "Rate limit exceeded", detail)
    assert refused.headers["Retry-After"] == "3000"
    assert refused.headers["X-RateLimit-Rule"] == answer.headers["X-RateLimit-Rule"]
    assert desk.server.records("incident") == []
    assert (await desk.table("incident", user="admin")).status == 200
    seconds.now += 3000
    assert (await desk.table("incident")).status == 200


async def test_a_rule_for_one_user_overrides_that_for_all(desk):
    for rule in ({"limit": 1}, {"limit": 3, "window": 60, "user": "admin"}):
        await desk.call("POST", LIMITS, user=None, json=rule)
    statuses = [(await desk.table("incident", user="admin")).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    told = (await desk.call("DELETE", LIMITS, user=None)).body
    assert told == {"rules": [], "refused": 1}
    assert (await desk.table("incident", user="admin")).status == 200


async def test_a_refusal_of_another_kind_counts_and_says_so(desk):
    desk.server.instance.limits.rules.append(RateRule(limit=1))
    answer = await desk.call("GET", "/api/now/table/incident/" + "0" * 32)
    assert (answer.status, answer.headers["X-RateLimit-Limit"]) == (404, "1")
    assert (await desk.table("incident")).status == 429


async def test_every_request_can_be_a_while_on_its_way(desk):
    await desk.call("POST", "/_sandbox/latency", user=None, json={"seconds": 0.05})
    began = time.perf_counter()
    await desk.table("incident")
    assert time.perf_counter() - began >= 0.05
