"""Digests: what became of a conversation's tickets and of the score since the last one."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import PlaceGoneError, Provider
from connector.models import (
    Digest,
    KindSummary,
    Place,
    SecureScore,
    Ticket,
    TicketChange,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.services.actions import ActionService
from connector.store import connections, deliveries, digests, tickets
from connector.store.database import Database
from connector.store.digests import DigestRow
from connector.work import Done, Job, Next, Work

_REACH: Final = timedelta(days=7)
_STALE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestService:
    """Posts a digest for each request.

    It is marked as posted after it was: a crash in between may post it twice, never lose it.
    """

    database: Database
    work: Work
    actions: ActionService
    announcer: Announcer
    clock: Clock

    async def request(
        self, workspace: WorkspaceId, user: UserId, conversation: str, delivery: str
    ) -> None:
        """Take on a digest; the same ``delivery`` makes one, however often it comes."""
        row = DigestRow(
            id=secrets.token_hex(8),
            conversation=conversation,
            requested_by=user,
            requested_at=self.clock(),
        )
        async with self.database.transaction(workspace) as tx:
            made = await deliveries.claim(tx, f"digest:{delivery}", row.id, row.requested_at)
            if made == row.id:
                await digests.add(tx, row)
                await self.work.plan(tx, Job.POST_DIGEST, row.id, lane=conversation)

    async def post(self, workspace: WorkspaceId, digest_id: str) -> Next:
        """Post a digest from what is kept; one that cannot be posted for a day is dropped.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        row = await digests.get(self.database.view(workspace), digest_id)
        if row is None or row.ended_at is not None:
            return Done()
        place = None
        if self.clock() - row.requested_at < _STALE:
            place = await self._post(await self._digest(workspace, row))
        async with self.database.transaction(workspace) as tx:
            await digests.end(tx, row.id, self.clock(), place)
        return Done()

    async def _post(self, digest: Digest) -> Place | None:
        try:
            return await self.announcer.digest(digest)
        except PlaceGoneError:
            return None

    async def _digest(self, workspace: WorkspaceId, row: DigestRow) -> Digest:
        view, now = self.database.view(workspace), self.clock()
        since = await digests.last_posted(view, row.conversation) or now - _REACH
        still_open = await tickets.every(view)
        here = tuple(each for each in still_open if _is_here(each, row.conversation))
        score, problem = await self._score(workspace)
        return Digest(
            workspace=workspace,
            conversation=row.conversation,
            at=now,
            since=since,
            requested_by=row.requested_by,
            kinds=_kinds(here),
            created=await self._created(workspace, row.conversation, since),
            changed=await self._changed(workspace, row.conversation, since),
            overdue=tuple(each for each in here if each.is_overdue(now.date())),
            elsewhere=len(still_open) - len(here),
            score=score,
            score_problem=problem,
        )

    async def _created(
        self, workspace: WorkspaceId, conversation: str, since: datetime
    ) -> tuple[Ticket, ...]:
        fresh = await tickets.every(self.database.view(workspace), created_since=since)
        return tuple(each for each in fresh if _is_here(each, conversation))

    async def _changed(
        self, workspace: WorkspaceId, conversation: str, since: datetime
    ) -> tuple[tuple[Ticket, TicketChange], ...]:
        view = self.database.view(workspace)
        changed: list[tuple[Ticket, TicketChange]] = []
        for change in await tickets.changes_since(view, since):
            ticket = await tickets.get(view, change.ticket)
            if ticket is not None and _is_here(ticket, conversation):
                changed.append((ticket, change))
        return tuple(changed)

    async def _score(self, workspace: WorkspaceId) -> tuple[SecureScore | None, str]:
        row = await connections.get(self.database.view(workspace), Provider.MICROSOFT)
        problem = row.connection.problem if row else ""
        return await self.actions.known(workspace), problem


def _is_here(ticket: Ticket, conversation: str) -> bool:
    return ticket.place is not None and ticket.place.conversation == conversation


def _kinds(still_open: Iterable[Ticket]) -> tuple[KindSummary, ...]:
    counted: dict[TicketKind, Counter[str]] = {kind: Counter() for kind in TicketKind}
    for ticket in still_open:
        counted[ticket.kind][ticket.state_label] += 1
    return tuple(
        KindSummary(kind=kind, states=tuple(states.items())) for kind, states in counted.items()
    )
