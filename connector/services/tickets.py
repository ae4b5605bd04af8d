"""Tickets: listed from what is kept, kept up to date, and changes told."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connector.announcer import Announcer, Card
from connector.clock import Clock
from connector.errors import (
    NotConnectedError,
    PlaceGoneError,
    ProviderError,
    ProviderRefusedError,
    SignInExpiredError,
)
from connector.models import (
    Share,
    ShareId,
    ShareState,
    Ticket,
    TicketChange,
    TicketFilter,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.servicenow.client import MOST_ASKED_FOR, Changed, ServiceNowClient
from connector.servicenow.wire import MARK_FIELD, Record
from connector.services.cards import Cards
from connector.services.desks import Desk, Desks
from connector.services.records import changes, reread
from connector.settings import ConnectorSettings
from connector.store import connections, shares, tickets
from connector.store.database import Database, Transaction
from connector.work import Again, Done, Job, Next, Work

OVERLAP: Final = timedelta(seconds=30)
_SKEW: Final = timedelta(minutes=10)
"""How far an instance's clock may well be ahead of ours."""
_FIRST_REACH: Final = timedelta(days=1)
_NOBODY: Final = ("0" * 32,)
"""Asked for where no ticket is known: it tells whether anything may be read at all."""
_Pages = AsyncIterator[tuple[Record, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Shares that are no tickets yet: one's own, to list, and other people's, only to count.

    Other people's may have been asked for in private; of theirs only those on their way are here.
    """

    own: tuple[Share, ...] = ()
    others: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketService:
    """Follows tickets until they are closed and after: nothing is closed for being absent."""

    database: Database
    work: Work
    desks: Desks
    cards: Cards
    announcer: Announcer
    settings: ConnectorSettings
    clock: Clock
    page_size: int = 200

    async def list(
        self, workspace: WorkspaceId, which: TicketFilter, user: UserId
    ) -> tuple[Ticket, ...]:
        """Read the newest tickets of a filter from what is kept, at most 200."""
        return await tickets.listed(self.database.view(workspace), which, user, self.clock())

    async def waiting(self, workspace: WorkspaceId, which: TicketFilter, user: UserId) -> Waiting:
        """Read the shares that are no tickets yet, with one's own that were lately rejected.

        Lately is in the last seven days. What is no ticket yet is not overdue.
        """
        if which is TicketFilter.OVERDUE:
            return Waiting()
        every = await shares.waiting(self.database.view(workspace), user, self.clock())
        own = tuple(each for each in every if each.draft.requester == user)
        if which is TicketFilter.MINE:
            return Waiting(own=own)
        others = tuple(each for each in every if each.draft.requester != user)
        on_their_way = tuple(each for each in others if each.state is not ShareState.REJECTED)
        return Waiting(own=own, others=on_their_way)

    async def sync(self, workspace: WorkspaceId, kind_name: str) -> Next:
        """Read what was changed in ServiceNow since the last time, and plan telling it.

        Raises:
            ProviderUnavailableError: the instance could not be reached; nothing is skipped.
        """
        again = Again(self.clock() + timedelta(seconds=self.settings.sync_every))
        try:
            desk = await self.desks.servicenow(workspace)
            await self._read_noted(workspace, desk, TicketKind(kind_name))
        except (NotConnectedError, SignInExpiredError):
            return Done()
        return again

    async def announce(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Bring the card up to date, then tell each change in its thread.

        A change is marked as told after it was posted: a crash in between tells it twice.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        view = self.database.view(workspace)
        record = await shares.get(view, share_id)
        ticket = await tickets.get(view, ShareId(share_id))
        if record is None or ticket is None or record.share.state is not ShareState.ANNOUNCED:
            return Done()
        untold = await tickets.unannounced(view, ticket.share)
        if untold:
            card = await self._updated(Card(share=record.share, ticket=ticket))
            for change in untold:
                await self._tell(card, change)
        return Done()

    async def _updated(self, card: Card) -> Card:
        place = await self.cards.post(card)
        if place is None or card.ticket is None:
            return card
        async with self.database.transaction(card.share.workspace) as tx:
            await shares.keep_place(tx, card.share.id, place)
        return Card(
            share=replace(card.share, place=place), ticket=replace(card.ticket, place=place)
        )

    async def _tell(self, card: Card, change: TicketChange) -> None:
        with suppress(PlaceGoneError):
            await self.announcer.change(card, change)
        async with self.database.transaction(card.share.workspace) as tx:
            await tickets.mark_announced(tx, change.id)

    async def _read_noted(
        self, workspace: WorkspaceId, desk: Desk[ServiceNowClient], kind: TicketKind
    ) -> None:
        """Read what was changed, and note with the connection whether that went well."""
        connection = desk.row.connection
        try:
            await self._read(workspace, desk, kind)
        except ProviderError as exc:
            async with self.database.transaction(workspace) as tx:
                await connections.note_problem(tx, connection, exc.user_message)
            raise
        async with self.database.transaction(workspace) as tx:
            await connections.note_success(tx, connection, self.clock())

    async def _read(
        self, workspace: WorkspaceId, desk: Desk[ServiceNowClient], kind: TicketKind
    ) -> None:
        began, known = self.clock(), await self._known_through(workspace, desk.remote, kind)
        start = known or began - _FIRST_REACH
        latest = began + _SKEW
        first, unmarked = await self._read_marked(workspace, desk, kind, start, latest)
        pages = _named(desk, kind, unmarked, start - OVERLAP)
        last = await self._store_all(workspace, desk.remote, pages, start, latest)
        # What was asked for first may have changed while the rest was asked for.
        through = max(first, last - max(self.clock() - began, timedelta()))
        async with self.database.transaction(workspace) as tx:
            if known is not None or through > start:
                # A time that was only begun at, by our clock, says nothing of theirs.
                await tickets.advance_watermark(tx, desk.remote, kind, through)

    async def _read_marked(
        self,
        workspace: WorkspaceId,
        desk: Desk[ServiceNowClient],
        kind: TicketKind,
        start: datetime,
        latest: datetime,
    ) -> tuple[datetime, tuple[str, ...]]:
        """Read what our mark leads to; tell up to when, and the tickets it does not lead to."""
        view = self.database.view(workspace)
        pages = _pages(desk, kind, start - OVERLAP, self.page_size)
        try:
            newest = await self._store_all(workspace, desk.remote, pages, start, latest)
        except SignInExpiredError:
            raise
        except ProviderRefusedError:
            # The mark may not be read, so nothing is found by it; what is known can be named.
            return start, await tickets.sys_ids(view, desk.remote, kind) or _NOBODY
        return newest, await tickets.sys_ids(view, desk.remote, kind, lacking=MARK_FIELD)

    async def _store_all(
        self,
        workspace: WorkspaceId,
        instance: str,
        pages: _Pages,
        start: datetime,
        latest: datetime,
    ) -> datetime:
        """Keep what was read, and tell when the newest of it was changed, or ``start``.

        What was changed after ``latest`` is from the future and does not count.
        """
        newest = start
        async for page in pages:
            await self._store(workspace, instance, page)
            times = (record.updated_at for record in page)
            newest = max((newest, *(at for at in times if at <= latest)))
        return newest

    async def _known_through(
        self, workspace: WorkspaceId, instance: str, kind: TicketKind
    ) -> datetime | None:
        view = self.database.view(workspace)
        mark = await tickets.watermark(view, instance, kind)
        return mark or await tickets.oldest(view, instance, kind)

    async def _store(self, workspace: WorkspaceId, instance: str, page: tuple[Record, ...]) -> None:
        async with self.database.transaction(workspace) as tx:
            for record in page:
                ticket = await tickets.by_sys_id(tx, instance, record.kind, record.sys_id)
                if ticket is not None and self._is_news(ticket, record):
                    await self._update(tx, ticket, record)

    def _is_news(self, ticket: Ticket, record: Record) -> bool:
        from_the_future = ticket.updated_at > self.clock() + _SKEW
        return from_the_future or record.updated_at >= ticket.updated_at

    async def _update(self, tx: Transaction, ticket: Ticket, record: Record) -> None:
        now = self.clock()
        after = reread(ticket, record, read_at=now)
        fields = changes(ticket, after)
        await tickets.put(tx, after)
        if fields:
            change = TicketChange(
                id=0,
                ticket=ticket.share,
                number=ticket.number,
                at=record.updated_at,
                by=record.updated_by,
                fields=fields,
            )
            await tickets.add_change(tx, change, now)
            lane = ticket.place.conversation if ticket.place else ticket.instance
            await self.work.plan(tx, Job.ANNOUNCE_TICKET, ticket.share, lane=lane)


async def _pages(
    desk: Desk[ServiceNowClient], kind: TicketKind, since: datetime, limit: int
) -> _Pages:
    """Walk through everything changed since a time, oldest first.

    A record that is changed meanwhile moves to the end and the rest moves up; so the next page
    begins at the time of the last record, and only within one second by counting.
    """
    offset = 0
    while True:
        page = await desk.ask(partial(_page, kind=kind, since=since, offset=offset, limit=limit))
        yield page.records
        if not page.more:
            return
        last = page.records[-1].updated_at if page.records else since
        since, offset = (last, 0) if last > since else (since, offset + limit)


async def _page(
    client: ServiceNowClient, *, kind: TicketKind, since: datetime, offset: int, limit: int
) -> Changed:
    return await client.changed_since(kind, since, offset=offset, limit=limit)


async def _named(
    desk: Desk[ServiceNowClient], kind: TicketKind, sys_ids: tuple[str, ...], since: datetime
) -> _Pages:
    """Walk through what changed of the tickets that no mark leads to."""
    for start in range(0, len(sys_ids), MOST_ASKED_FOR):
        some = sys_ids[start : start + MOST_ASKED_FOR]
        yield await desk.ask(partial(_among, kind=kind, sys_ids=some, since=since))


async def _among(
    client: ServiceNowClient, *, kind: TicketKind, sys_ids: tuple[str, ...], since: datetime
) -> tuple[Record, ...]:
    return await client.changed_among(kind, sys_ids, since)
