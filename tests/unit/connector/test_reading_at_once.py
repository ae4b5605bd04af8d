"""A long list of tickets is read in parts, some at once."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from bot.sandbox import accounts
from bot.sandbox.servicenow.schema import TABLES
from connector.models import TicketKind
from connector.servicenow.parts import Part, parts
from connector.services.tickets.reading import marked
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import Stage

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make(stage: Stage, count: int) -> list[str]:
    """Make tickets with our mark at the instance."""
    instance = stage.end.servicenow.instance
    actor = instance.people.named(accounts.INTEGRATION_USER.user_name)
    assert actor is not None
    values = {"short_description": "Alert", "correlation_display": "Snowline"}
    made = (instance.writer.insert(TABLES["incident"], values, actor) for _ in range(count))
    return [row["sys_id"] for row in made]


async def read(stage: Stage, limit: int) -> list[str]:
    desk = await stage.connector.services.following.desks.servicenow(ACME)
    pages = marked(desk, TicketKind.INCIDENT, LONG_AGO, limit)
    return [record.sys_id async for page in pages for record in page]


def lists(stage: Stage) -> int:
    return sum(request == "GET /api/now/table/incident" for request in stage.end.requests)


@pytest.mark.parametrize("limit", [1, 3, 7])
async def test_every_ticket_is_read_once(connected: Stage, limit: int) -> None:
    made = make(connected, 60)
    assert sorted(await read(connected, limit)) == sorted(made)


async def test_parts_are_asked_for_at_once(connected: Stage) -> None:
    make(connected, 60)
    under_way, most = 0, 0
    both = asyncio.Event()

    async def boundary(when: str) -> None:
        nonlocal under_way, most
        under_way += 1 if when.startswith("before") else -1
        most = max(most, under_way)
        if most > 1:
            both.set()
        if len(connected.end.requests) > first + 1 and not both.is_set():
            await asyncio.wait_for(both.wait(), 5)

    first = len(connected.end.requests)
    connected.end.boundary = boundary
    await read(connected, 5)
    assert 1 < most <= 4


async def test_who_stops_reading_leaves_nothing_under_way(connected: Stage) -> None:
    make(connected, 60)
    desk = await connected.connector.services.following.desks.servicenow(ACME)
    answers, go_on = 0, asyncio.Event()

    async def boundary(when: str) -> None:
        nonlocal answers
        if when == "before GET":
            answers += 1
            if answers > 2:
                await go_on.wait()

    def walks() -> int:
        return sum("_part" in repr(task.get_coro()) for task in asyncio.all_tasks())

    connected.end.boundary = boundary
    async with aclosing(marked(desk, TicketKind.INCIDENT, LONG_AGO, 5)) as pages:
        await anext(pages)
        await anext(pages)
        assert walks() > 0
    assert walks() == 0
    go_on.set()


async def test_what_is_out_of_sight_hides_no_other(connected: Stage) -> None:
    made = make(connected, 40)
    connected.end.hide(sys_ids=made[::2])
    assert sorted(await read(connected, 2)) == sorted(made[1::2])


async def test_a_ticket_that_changes_meanwhile_is_read_all_the_same(connected: Stage) -> None:
    made = make(connected, 40)
    changed = iter(connected.end.servicenow.records("incident"))

    async def boundary(when: str) -> None:
        if when == "after GET":
            connected.end.change(next(changed)["number"], state="2")

    connected.end.boundary = boundary
    assert set(await read(connected, 2)) == set(made)


async def test_a_short_list_is_read_oldest_first_and_with_few_questions(connected: Stage) -> None:
    make(connected, 9)
    before = lists(connected)
    await read(connected, 3)
    assert lists(connected) - before == 3


@pytest.mark.parametrize(("rows", "limit"), [(1, 1000), (10_000, 1000), (10**7, 1000), (9, 2)])
def test_parts_cover_everything_and_do_not_overlap(rows: int, limit: int) -> None:
    every = parts(rows, limit)
    assert (every[0].low, every[-1].high) == ("", "")
    assert [each.high for each in every[:-1]] == [each.low for each in every[1:]]
    assert len({each.low for each in every}) == len(every) <= 64
    assert Part("40", "80").condition == "sys_id>40^sys_id<80^"
    assert Part("40", "80").behind("5" * 32) == Part("5" * 32, "80")
