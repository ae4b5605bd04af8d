"""A hint of a change plans an earlier look, and nothing else."""

import asyncio
import time
from typing import Any

import pytest

from bot.sandbox import accounts
from connector.models import TicketDraft
from connector.services.tickets import hints
from tests.unit.connector.fakes import GLOBEX, until
from tests.unit.connector.stage import Stage

NAME = accounts.INSTANCE_NAME
INCIDENTS = "GET /api/now/table/incident"
CHANGES = "GET /api/now/table/change_request"


@pytest.fixture
def call_deadline() -> float:
    return 5.0


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks may follow each other at once; without a hint the next is an hour away."""
    monkeypatch.setattr(hints, "EVERY", 0.0)


async def hint(stage: Stage, instance: str = NAME, table: str = "incident") -> None:
    await stage.connector.services.hints.take(instance, table)


async def work(stage: Stage, which: str) -> list[dict[str, Any]]:
    view = stage.connector.database.view_everywhere()
    return await view.run(f"SELECT * FROM work {which}")  # noqa: S608  -- the test's own words


async def asked(stage: Stage, request: str = INCIDENTS) -> int:
    """Wait until no work is left to do within a minute; tell how often something was asked."""
    by = (stage.clock().timestamp() + 60) * 1_000_000
    async with asyncio.timeout(30):
        while await work(stage, f"WHERE claimed = 1 OR due_at <= {by:.0f}"):
            await asyncio.sleep(0.01)
    return stage.end.requests.count(request)


async def test_a_change_shows_long_before_its_time(connected: Stage, draft: TicketDraft) -> None:
    await connected.until_done(await connected.ask(draft))
    await asked(connected)
    (ticket,) = connected.end.tickets()
    connected.end.change(ticket["number"], state="2")
    await hint(connected)
    await until(lambda: bool(connected.chat.changes))


@pytest.mark.parametrize(
    ("instance", "table"),
    [
        ("elsewhere", "incident"),
        ("", "incident"),
        (NAME[:-1], "incident"),
        ("%", "incident"),
        (NAME, ""),
        (NAME, "sys_user"),
    ],
)
async def test_a_hint_of_something_else_does_nothing(
    connected: Stage, instance: str, table: str
) -> None:
    before = await asked(connected)
    await hint(connected, instance, table)
    assert await asked(connected) == before
    await hint(connected)
    assert await asked(connected) > before


async def test_only_that_table_is_looked_at_and_only_by_who_is_connected(
    connected: Stage,
) -> None:
    await connected.connect(GLOBEX)
    before = await asked(connected, CHANGES), await asked(connected)
    await hint(connected)
    assert await asked(connected, CHANGES) == before[0]
    for_both = await asked(connected) - before[1]
    async with connected.connector.database.transaction(GLOBEX) as tx:
        elsewhere = "UPDATE connections SET remote = 'b.service-now.com'"
        await tx.run(f"{elsewhere} WHERE workspace = :workspace")
    await hint(connected)
    assert await asked(connected) - before[1] - for_both == for_both // 2 > 0


async def test_a_storm_of_hints_makes_no_storm_of_looks(
    connected: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "EVERY", 1.0)
    before = await asked(connected)
    await hint(connected)
    one = await asked(connected) - before
    began = time.monotonic()
    for _ in range(100):
        await asyncio.gather(*(hint(connected) for _ in range(20)))
    looks = (await asked(connected) - before - one) / one
    assert 1 <= looks <= time.monotonic() - began + 1


async def test_a_hint_brings_nothing_forward_that_waits_after_a_failure(
    connected: Stage,
) -> None:
    await asked(connected)
    connected.connector.worker.retry_base = 1e6
    connected.end.servicenow.faults.arm("500")
    waiting = "WHERE key = 'incident' AND claimed = 0 AND attempts = 1"
    await hint(connected)
    async with asyncio.timeout(10):
        while not (before := await work(connected, waiting)):
            await asyncio.sleep(0.01)
    await hint(connected)
    assert await work(connected, waiting) == before


async def test_what_changes_while_a_look_is_under_way_is_looked_for_again(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft))
    before = await asked(connected)
    (ticket,) = connected.end.tickets()
    await hint(connected)
    left = await asked(connected) - before
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold_the_last(when: str) -> None:
        nonlocal left
        left -= when == "after GET"
        if left == 0 and not reached.is_set():
            reached.set()
            await go_on.wait()

    connected.end.boundary = hold_the_last
    await hint(connected)
    await asyncio.wait_for(reached.wait(), 10)
    connected.end.change(ticket["number"], state="2")
    await hint(connected)
    go_on.set()
    await until(lambda: bool(connected.chat.changes))
