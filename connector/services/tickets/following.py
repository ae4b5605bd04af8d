"""Follows tickets: what is changed in ServiceNow is read, kept, and planned to be told.

Most is found by our mark, from the time of the newest change read so far. Tickets that no mark
leads to are asked for by their sys_ids. And with each reading those few tickets are asked for
that were not read for longest, whatever their time: what took the mark off them, or took them
away, shows in the end.
"""

import logging
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connector.clock import Clock
from connector.errors import (
    NotConnectedError,
    ProviderError,
    ProviderRefusedError,
    SignInExpiredError,
    ThrottledError,
)
from connector.models import (
    FieldChange,
    Standing,
    Ticket,
    TicketChange,
    TicketKind,
    WorkspaceId,
)
from connector.servicenow.client import MOST_ASKED_FOR, ServiceNowClient
from connector.servicenow.marks import MARK_FIELD
from connector.servicenow.record import Record
from connector.services.configuring.state_names import as_named
from connector.services.desks import Desk, Desks
from connector.services.journals.service import Journals
from connector.services.languages import Languages
from connector.services.tickets.reading import Pages, marked, named
from connector.services.tickets.records import (
    changes,
    gone,
    has_lost_mark,
    is_another,
    replaced_by,
    reread,
    turn,
)
from connector.settings import ConnectorSettings
from connector.store import acts, connections, shares, tickets
from connector.store.database import Database, Transaction
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)

OVERLAP: Final = timedelta(seconds=30)
PAGE: Final = 500
"""Some 900 bytes a ticket: half a megabyte, and half a second or so of an instance's time."""
_KEPT_AT_ONCE: Final = 25
"""How many tickets are kept in one turn at the store: what people ask for waits for it."""
_SKEW: Final = timedelta(minutes=10)
"""How far an instance's clock may well be ahead of ours."""
_FIRST_REACH: Final = timedelta(days=1)
_LOOKED_AT: Final = 5
"""Of how many tickets that a list lacks each is asked for by its address, at one look."""
_NOBODY: Final = ("0" * 32,)
"""Asked for where no ticket is known: it tells whether anything may be read at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Reads what changed; a ticket is followed after it is closed, too."""

    database: Database
    work: Work
    desks: Desks
    journals: Journals
    languages: Languages
    settings: ConnectorSettings
    clock: Clock
    page_size: int = PAGE

    async def sync(self, workspace: WorkspaceId, kind_name: str) -> Next:
        """Read what was changed in ServiceNow since the last time, and plan telling it.

        Raises:
            ProviderUnavailableError: the instance could not be reached; nothing is skipped.
        """
        again = Again(self.clock() + timedelta(seconds=self.settings.sync_every))
        try:
            desk = await self.desks.servicenow(workspace, yields=True)
            # What goes wrong is kept as it is said, for whoever connected.
            by = desk.row.connection.connected_by
            async with self.languages.speaking_to(workspace, by):
                await self._read_noted(workspace, desk, TicketKind(kind_name))
        except (NotConnectedError, SignInExpiredError):
            return Done()
        except ThrottledError as exc:
            # People's requests come first. Nothing is skipped: it is read from where this began.
            _log.info("%s are followed later: %s", kind_name, exc)
            return Again(max(again.at, exc.until))
        return again

    async def _read_noted(
        self, workspace: WorkspaceId, desk: Desk[ServiceNowClient], kind: TicketKind
    ) -> None:
        """Read what was changed, and note with the connection whether that went well."""
        connection = desk.row.connection
        try:
            await self._read(workspace, desk, kind)
        except ThrottledError:
            raise
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
        pages = named(desk, kind, unmarked, start - OVERLAP)
        last = await self._store_all(workspace, desk.remote, pages, start, latest)
        # What was asked for first may have changed while the rest was asked for. What was found
        # by its mark, too, where that took long: it is read again with what overlaps.
        took = max(self.clock() - began, timedelta())
        through = max(first - took if took > OVERLAP / 2 else first, last - took)
        async with self.database.transaction(workspace) as tx:
            if known is not None or through > start:
                # A time that was only begun at, by our clock, says nothing of theirs.
                await tickets.advance_watermark(tx, desk.remote, kind, through)
        try:
            await self._look_at_a_few(workspace, desk, kind)
        except SignInExpiredError:
            raise
        except ProviderError as exc:
            # All that changed was read; these come round again.
            _log.info("a look at a few tickets was not answered: %s", exc)

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
        pages = marked(desk, kind, start - OVERLAP, self.page_size)
        try:
            newest = await self._store_all(workspace, desk.remote, pages, start, latest)
        except SignInExpiredError:
            raise
        except ProviderRefusedError:
            # The mark may not be read, so nothing is found by it; what is known can be named.
            return start, await tickets.sys_ids(view, desk.remote, kind) or _NOBODY
        return newest, await tickets.sys_ids(view, desk.remote, kind, lacking=MARK_FIELD)

    async def _look_at_a_few(
        self, workspace: WorkspaceId, desk: Desk[ServiceNowClient], kind: TicketKind
    ) -> None:
        """Ask for the tickets that were not asked for by name for longest."""
        view = self.database.view(workspace)
        asked = await tickets.next_to_ask(view, desk.remote, kind, MOST_ASKED_FOR, self.clock())
        if not asked:
            return
        began = self.clock()
        sight = await desk.ask(partial(ServiceNowClient.sight_of, kind=kind, sys_ids=asked))
        await self._store(workspace, desk.remote, sight.records, began)
        shown = {record.sys_id for record in sight.records}
        bare = [record.sys_id for record in sight.records if has_lost_mark(record)]
        # Where some are hidden nobody can tell which of the others are gone.
        missing = [] if sight.hidden else [each for each in asked if each not in shown]
        async with self.database.transaction(workspace) as tx:
            for ticket in await _known(tx, desk.remote, kind, bare):
                await shares.add_not_kept(tx, ticket.share, MARK_FIELD)
            lost = [t for t in await _known(tx, desk.remote, kind, missing) if not t.is_gone]
            # Those that are not looked at now come first the next time.
            later = {ticket.sys_id for ticket in lost[_LOOKED_AT:]}
            done = tuple(each for each in asked if each not in later)
            await tickets.note_asked(tx, desk.remote, kind, done, self.clock())
        for ticket in lost[:_LOOKED_AT]:
            if await self._is_gone(desk, kind, ticket.sys_id):
                async with self.database.transaction(workspace) as tx:
                    await self._keep(tx, ticket, gone(ticket, read_at=self.clock()))

    async def _is_gone(self, desk: Desk[ServiceNowClient], kind: TicketKind, sys_id: str) -> bool:
        """Ask for a record by its address, too: a list may leave out what is there."""
        return await desk.ask(partial(ServiceNowClient.by_sys_id, kind=kind, sys_id=sys_id)) is None

    async def _store_all(
        self,
        workspace: WorkspaceId,
        instance: str,
        pages: Pages,
        start: datetime,
        latest: datetime,
    ) -> datetime:
        """Keep what was read, and tell when the newest of it was changed, or ``start``.

        What was changed after ``latest`` is from the future and does not count.
        """
        newest, began = start, self.clock()
        async with aclosing(pages):
            async for page in pages:
                await self._store(workspace, instance, page, began)
                times = (record.updated_at for record in page)
                newest = max((newest, *(at for at in times if at <= latest)))
        return newest

    async def _known_through(
        self, workspace: WorkspaceId, instance: str, kind: TicketKind
    ) -> datetime | None:
        view = self.database.view(workspace)
        mark = await tickets.watermark(view, instance, kind)
        return mark or await tickets.oldest(view, instance, kind)

    async def _store(
        self, workspace: WorkspaceId, instance: str, page: tuple[Record, ...], began: datetime
    ) -> None:
        """Keep what is news of a page that was asked for after ``began``."""
        for some in (page[at : at + _KEPT_AT_ONCE] for at in range(0, len(page), _KEPT_AT_ONCE)):
            await self._store_some(workspace, instance, some, began)

    async def _store_some(
        self, workspace: WorkspaceId, instance: str, some: tuple[Record, ...], began: datetime
    ) -> None:
        async with self.database.transaction(workspace) as tx:
            for record in some:
                ticket = await tickets.by_sys_id(tx, instance, record.kind, record.sys_id)
                if ticket is None or await acts.is_under_way(tx, ticket.share):
                    # What is being done with it from the chat reads it at its end.
                    continue
                if self._is_news(ticket, record, began):
                    await self._update(tx, ticket, record)

    def _is_news(self, ticket: Ticket, record: Record, began: datetime) -> bool:
        if ticket.standing is Standing.FORGOTTEN:
            return False
        if record.updated_at == ticket.updated_at and began <= ticket.read_at <= self.clock():
            # An act has read it since: of one second nobody knows which is newer. What is not
            # news now is read again, as it is within the overlap.
            return False
        from_the_future = ticket.updated_at > self.clock() + _SKEW
        return from_the_future or ticket.is_gone or record.updated_at >= ticket.updated_at

    async def _update(self, tx: Transaction, ticket: Ticket, record: Record) -> None:
        record = await as_named(tx, ticket.instance, record)
        if is_another(ticket, record):
            after = gone(ticket, read_at=self.clock())
            await self._keep(tx, ticket, after, fields=(replaced_by(record),))
            return
        after = reread(ticket, record, read_at=self.clock())
        await self._keep(tx, ticket, after, by=record.updated_by)
        await self.journals.want(tx, ticket, record)

    async def _keep(
        self,
        tx: Transaction,
        ticket: Ticket,
        after: Ticket,
        *,
        by: str = "",
        fields: tuple[FieldChange, ...] = (),
    ) -> None:
        if replace(after, read_at=ticket.read_at) == ticket:
            # Read again, as it is within the overlap.
            return
        fields = fields or changes(ticket, after)
        await tickets.put(tx, after)
        if not fields:
            return
        at = after.read_at if after.is_gone else after.updated_at
        change = TicketChange(
            id=0,
            ticket=ticket.share,
            number=ticket.number,
            at=at,
            by=by,
            fields=fields,
            turn=turn(ticket, after),
        )
        await tickets.add_change(tx, change, after.read_at)
        lane = ticket.place.conversation if ticket.place else ticket.instance
        await self.work.plan(tx, Job.ANNOUNCE_TICKET, ticket.share, lane=lane)


async def _known(
    tx: Transaction, instance: str, kind: TicketKind, sys_ids: Iterable[str]
) -> list[Ticket]:
    found = [await tickets.by_sys_id(tx, instance, kind, sys_id) for sys_id in sys_ids]
    return [each for each in found if each is not None]
