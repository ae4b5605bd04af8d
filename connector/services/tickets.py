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
    Provider,
    ProviderError,
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
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.wire import Record
from connector.services.cards import Cards
from connector.services.desks import Desk, Desks
from connector.services.records import changes, reread
from connector.settings import ConnectorSettings
from connector.store import connections, shares, tickets
from connector.store.database import Database, Transaction
from connector.work import Again, Done, Job, Next, Work

OVERLAP: Final = timedelta(seconds=30)
_FIRST_REACH: Final = timedelta(days=1)


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
            await self._read(workspace, desk, TicketKind(kind_name))
        except (NotConnectedError, SignInExpiredError):
            return Done()
        except ProviderError as exc:
            async with self.database.transaction(workspace) as tx:
                await connections.note_problem(tx, Provider.SERVICENOW, exc.user_message)
            raise
        async with self.database.transaction(workspace) as tx:
            await connections.note_success(tx, Provider.SERVICENOW, self.clock())
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

    async def _read(
        self, workspace: WorkspaceId, desk: Desk[ServiceNowClient], kind: TicketKind
    ) -> None:
        mark = await self._since(workspace, desk.remote, kind)
        async for page in _pages(desk, kind, mark - OVERLAP, self.page_size):
            await self._store(workspace, desk.remote, page)
            mark = max((mark, *(record.updated_at for record in page)))
        async with self.database.transaction(workspace) as tx:
            await tickets.advance_watermark(tx, desk.remote, kind, mark)

    async def _since(self, workspace: WorkspaceId, instance: str, kind: TicketKind) -> datetime:
        view = self.database.view(workspace)
        mark = await tickets.watermark(view, instance, kind)
        mark = mark or await tickets.oldest(view, instance, kind)
        return mark or self.clock() - _FIRST_REACH

    async def _store(self, workspace: WorkspaceId, instance: str, page: tuple[Record, ...]) -> None:
        async with self.database.transaction(workspace) as tx:
            for record in page:
                ticket = await tickets.by_sys_id(tx, instance, record.kind, record.sys_id)
                if ticket is not None and record.updated_at >= ticket.updated_at:
                    await self._update(tx, ticket, record)

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
) -> AsyncIterator[tuple[Record, ...]]:
    """Walk through everything changed since a time, oldest first.

    A record that is changed meanwhile moves to the end and the rest moves up; so the next page
    begins at the time of the last record, and only within one second by counting.
    """
    offset = 0
    while True:
        page = await desk.ask(partial(_page, kind=kind, since=since, offset=offset, limit=limit))
        yield page
        if len(page) < limit:
            return
        last = page[-1].updated_at
        since, offset = (last, 0) if last > since else (since, offset + limit)


async def _page(
    client: ServiceNowClient, *, kind: TicketKind, since: datetime, offset: int, limit: int
) -> tuple[Record, ...]:
    return await client.changed_since(kind, since, offset=offset, limit=limit)
