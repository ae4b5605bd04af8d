"""Walks through tickets at an instance, page by page."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine, Iterable
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any, Final

from connector.models import TicketKind
from connector.servicenow.client import MOST_ASKED_FOR, Changed, Position, ServiceNowClient
from connector.servicenow.parts import Part, parts
from connector.servicenow.record import Record
from connector.services.desks import Desk

Pages = AsyncGenerator[tuple[Record, ...]]
Records = list[tuple[Record, ...]]
Walk = Coroutine[Any, Any, Records]

_AT_ONCE: Final = 4


async def marked(
    desk: Desk[ServiceNowClient], kind: TicketKind, since: datetime, limit: int
) -> Pages:
    """Walk through everything with our mark that changed since a time.

    Oldest first, where it is not much: each page begins behind the last record of the page
    before, by time and then by sys_id. A record that is changed meanwhile moves to the end, and no
    other is skipped or read twice. Only through records out of sight it is counted.

    What would take many pages is read in parts, some at once. There a record keeps its place,
    but it may have been changed after it was read and before all was.
    """
    after, offset = Position(since, ""), 0
    while True:
        page = await desk.ask(partial(_page, kind=kind, after=after, offset=offset, limit=limit))
        yield page.records
        if not page.more:
            return
        last = max((Position(each.updated_at, each.sys_id) for each in page.records), default=after)
        after, offset = (last, 0) if last > after else (after, offset + limit)
        if page.rest > _AT_ONCE * limit:
            break
    walks = (_part(desk, kind, after, each, limit) for each in parts(page.rest, limit))
    async with aclosing(_some_ahead(walks)) as walked:
        async for pages in walked:
            for records in pages:
                yield records


async def _some_ahead(walks: Iterable[Walk]) -> AsyncGenerator[Records]:
    """Go some walks ahead of the one that is looked at, and bring them in their order."""
    begun: deque[asyncio.Future[Records]] = deque()
    try:
        for walk in walks:
            begun.append(asyncio.ensure_future(walk))
            if len(begun) == _AT_ONCE:
                yield await begun.popleft()
        while begun:
            yield await begun.popleft()
    finally:
        for each in begun:
            each.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


async def _part(
    desk: Desk[ServiceNowClient], kind: TicketKind, after: Position, part: Part, limit: int
) -> Records:
    pages, offset = [], 0
    while True:
        ask = partial(_page, kind=kind, after=after, part=part, offset=offset, limit=limit)
        page = await desk.ask(ask)
        pages.append(page.records)
        if not page.more:
            return pages
        last = max((each.sys_id for each in page.records), default="")
        part, offset = (part.behind(last), 0) if last else (part, offset + limit)


async def _page(
    client: ServiceNowClient,
    *,
    kind: TicketKind,
    after: Position,
    offset: int,
    limit: int,
    part: Part | None = None,
) -> Changed:
    return await client.changed_after(kind, after, part=part, offset=offset, limit=limit)


async def named(
    desk: Desk[ServiceNowClient], kind: TicketKind, sys_ids: tuple[str, ...], since: datetime
) -> Pages:
    """Walk through what changed of the tickets that no mark leads to."""
    for start in range(0, len(sys_ids), MOST_ASKED_FOR):
        some = sys_ids[start : start + MOST_ASKED_FOR]
        ask = partial(ServiceNowClient.sight_of, kind=kind, sys_ids=some, since=since)
        yield (await desk.ask(ask)).records
