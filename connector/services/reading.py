"""Walks through tickets at an instance, page by page."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

from connector.models import TicketKind
from connector.servicenow.client import MOST_ASKED_FOR, Changed, Position, ServiceNowClient
from connector.servicenow.record import Record
from connector.services.desks import Desk

Pages = AsyncIterator[tuple[Record, ...]]


async def marked(
    desk: Desk[ServiceNowClient], kind: TicketKind, since: datetime, limit: int
) -> Pages:
    """Walk through everything with our mark that changed since a time, oldest first.

    Each page begins behind the last record of the page before, by time and then by sys_id: a
    record that is changed meanwhile moves to the end, and no other is skipped or read twice.
    Only through records out of sight it is counted.
    """
    after, offset = Position(since, ""), 0
    while True:
        page = await desk.ask(partial(_page, kind=kind, after=after, offset=offset, limit=limit))
        yield page.records
        if not page.more:
            return
        last = max((Position(each.updated_at, each.sys_id) for each in page.records), default=after)
        after, offset = (last, 0) if last > after else (after, offset + limit)


async def _page(
    client: ServiceNowClient, *, kind: TicketKind, after: Position, offset: int, limit: int
) -> Changed:
    return await client.changed_after(kind, after, offset=offset, limit=limit)


async def named(
    desk: Desk[ServiceNowClient], kind: TicketKind, sys_ids: tuple[str, ...], since: datetime
) -> Pages:
    """Walk through what changed of the tickets that no mark leads to."""
    for start in range(0, len(sys_ids), MOST_ASKED_FOR):
        some = sys_ids[start : start + MOST_ASKED_FOR]
        ask = partial(ServiceNowClient.sight_of, kind=kind, sys_ids=some, since=since)
        yield (await desk.ask(ask)).records
