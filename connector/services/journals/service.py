"""Reads what was said on tickets that changed, and plans telling what is new.

A whole journal comes as one text. Where ServiceNow shows its rows, too, they are read instead,
once there is news: they alone tell for sure where an entry ends and who wrote it.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connector.clock import Clock
from connector.errors import (
    NotConnectedError,
    ProviderError,
    ProviderUnavailableError,
    SignInExpiredError,
    ThrottledError,
)
from connector.models import Ticket, TicketKind, WorkspaceId
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.journal import (
    READ_TOGETHER,
    Journal,
    Written,
    journals_of,
    own_name,
    written_on,
)
from connector.servicenow.record import Record
from connector.services.desks import Desk, Desks
from connector.services.journals.news import LONGEST_AUTHOR, News, in_rows, in_text, is_touched
from connector.store import journal as store
from connector.store.database import Database, Transaction
from connector.store.journal import JournalRow
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)

_ROWS_AGAIN: Final = timedelta(hours=1)
"""After what time an instance that shows no rows is asked for them again."""

ServiceNowDesk = Desk[ServiceNowClient]
Wanted = tuple[Ticket, str]


def reading_lane(instance: str) -> str:
    """Name the lane in which journals are read, beside the making and following of tickets."""
    return f"journals {instance}"


@dataclass(slots=True)
class _Learned:
    """What was found out, in this process's life, about integration users and instances."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    without_rows: dict[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """Reads journals; each entry is kept once, however often it is read."""

    database: Database
    work: Work
    desks: Desks
    clock: Clock
    learned: _Learned = field(default_factory=_Learned)

    async def want(self, tx: Transaction, ticket: Ticket, record: Record) -> None:
        """Plan the reading of a ticket's journal, if the record was updated since the last."""
        if is_touched(await store.get(tx, ticket.share), record):
            await store.want(tx, ticket.share, f"{record.updated_at} {record.updates}")
            lane = reading_lane(ticket.instance)
            await self.work.plan(tx, Job.READ_JOURNALS, ticket.kind.value, lane=lane)

    async def read(self, workspace: WorkspaceId, kind_name: str) -> Next:
        """Read every journal of a kind that is to be read.

        Raises:
            ProviderUnavailableError: the instance could not be reached; nothing is skipped.
        """
        kind, view = TicketKind(kind_name), self.database.view(workspace)
        try:
            desk = await self.desks.servicenow(workspace, yields=True)
            while some := await store.wanted(view, desk.remote, kind, READ_TOGETHER):
                await self._read(desk, kind, some)
        except (NotConnectedError, SignInExpiredError):
            # They stay wanted: the sweep plans them once there is a connection again.
            return Done()
        except ThrottledError as exc:
            # People's requests come first.
            _log.info("journals of %s are read later: %s", kind_name, exc)
            return Again(exc.until)
        return Done()

    async def _read(self, desk: ServiceNowDesk, kind: TicketKind, some: tuple[Wanted, ...]) -> None:
        sys_ids = tuple(ticket.sys_id for ticket, _ in some)
        try:
            found = await desk.ask(partial(journals_of, kind=kind, sys_ids=sys_ids))
        except (SignInExpiredError, ProviderUnavailableError):
            raise
        except ProviderError as exc:
            if len(some) > 1:
                for each in some:
                    await self._read(desk, kind, (each,))
                return
            _log.warning("the journal of %s is left out: %s", some[0][0].number, exc)
            found = ()
        journals = {each.sys_id: each for each in found}
        for ticket, version in some:
            await self._keep(desk, ticket, version, journals.get(ticket.sys_id))

    async def _keep(
        self, desk: ServiceNowDesk, ticket: Ticket, version: str, journal: Journal | None
    ) -> None:
        news = await self._news(desk, ticket, journal) if journal else []
        heard = [each for each in news if not await self._is_ours(desk, each)]
        async with self.database.transaction(ticket.workspace) as tx:
            for each in heard:
                if each.entry.text:
                    await store.add(tx, each.entry, each.key)
            for each in news:
                await store.know(tx, ticket.share, each.entry.element, each.key)
            for element, pieces in (journal.pieces if journal else {}).items():
                for piece in pieces:
                    await store.know(tx, ticket.share, element, piece.key)
            at, updates = _stand(ticket, journal)
            row = JournalRow(share=ticket.share, updated_at=at, updates=updates)
            await store.keep_read(tx, row)
            await store.settle(tx, ticket.share, version)
            if heard:
                lane = ticket.place.conversation if ticket.place else ticket.instance
                await self.work.plan(tx, Job.TELL_JOURNAL, ticket.share, lane=lane)

    async def _news(self, desk: ServiceNowDesk, ticket: Ticket, journal: Journal) -> list[News]:
        view = self.database.view(ticket.workspace)
        row, known = await store.get(view, ticket.share), await store.known(view, ticket.share)
        if row is None or not (news := in_text(journal, row, known)):
            return []
        written = await self._written(desk, ticket.sys_id)
        return in_rows(written, journal, row, known) if written else news

    async def _written(self, desk: ServiceNowDesk, sys_id: str) -> tuple[Written, ...]:
        """Read a journal's rows, from an instance that was not found to show none lately."""
        instance, now = (desk.remote, desk.identity), self.clock()
        without = self.learned.without_rows.get(instance)
        if without is not None and without <= now < without + _ROWS_AGAIN:
            return ()
        try:
            written = await desk.ask(partial(written_on, sys_id=sys_id))
        except (SignInExpiredError, ProviderUnavailableError):
            raise
        except ProviderError as exc:
            _log.info("rows of journals are not shown: %s", exc)
            written = ()
        if written is None:
            # That says nothing about other tickets.
            return ()
        if not written:
            self.learned.without_rows[instance] = now
        return written

    async def _is_ours(self, desk: ServiceNowDesk, news: News) -> bool:
        """Tell whether Snowline wrote an entry for somebody in the chat."""
        if not news.is_signed:
            return False
        if news.by:
            return news.by.casefold() == desk.identity.casefold()
        if _is_named(news, await self._own_name(desk)):
            return True
        # It may have been renamed since it was asked for.
        self.learned.names.pop((desk.remote, desk.identity), None)
        return _is_named(news, await self._own_name(desk))

    async def _own_name(self, desk: ServiceNowDesk) -> str:
        who = (desk.remote, desk.identity)
        if who not in self.learned.names:
            try:
                self.learned.names[who] = await desk.ask(own_name)
            except (SignInExpiredError, ProviderUnavailableError):
                raise
            except ProviderError as exc:
                _log.info("the integration user's name is not shown: %s", exc)
                self.learned.names[who] = ""
        return self.learned.names[who]


def _is_named(news: News, name: str) -> bool:
    """Tell whether an entry is by a name; where that is not known, its form alone has to do."""
    return not name or news.entry.author.split() == name[:LONGEST_AUTHOR].split()


def _stand(ticket: Ticket, journal: Journal | None) -> tuple[datetime, int | None]:
    return (journal.updated_at, journal.updates) if journal else (ticket.updated_at, None)
