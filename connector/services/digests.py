"""Digests: what became of a conversation's tickets and of the score since the last one."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.models import (
    Digest,
    KindSummary,
    Place,
    Share,
    ShareId,
    Standing,
    Ticket,
    TicketChange,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.services.actions import ActionService
from connector.services.notifying.names import Names
from connector.services.posting import Post, Posts, Way
from connector.store import connections, deliveries, digests, shares, tickets
from connector.store.database import Database, Session
from connector.store.digests import DigestRow
from connector.work import Done, Job, Next, Work

_REACH: Final = timedelta(days=7)
_STALE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestService:
    """Posts a digest for each request.

    It is never lost: one of which nobody knows whether it was posted follows again, and says so.
    """

    database: Database
    work: Work
    actions: ActionService
    names: Names
    announcer: Announcer
    posts: Posts
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
            place = await self._post(row, await self._digest(workspace, row))
        async with self.database.transaction(workspace) as tx:
            await digests.end(tx, row.id, self.clock(), place)
            await self.posts.settle(tx, _key(row.id))
        return Done()

    async def _post(self, row: DigestRow, digest: Digest) -> Place | None:
        async def make(way: Way) -> Place:
            return await self.announcer.digest(
                replace(digest, in_private=way.in_private, may_be_twice=way.may_be_twice)
            )

        return await self.posts.make(
            Post(
                workspace=digest.workspace,
                key=_key(row.id),
                conversation=row.conversation,
                asker=row.requested_by,
                make=make,
            )
        )

    async def _digest(self, workspace: WorkspaceId, row: DigestRow) -> Digest:
        view, now = self.database.view(workspace), self.clock()
        here = _Here(row.conversation, await tickets.asked_for_in(view, row.conversation))
        since = await digests.last_posted(view, row.conversation) or now - _REACH
        still_open = await tickets.every(view)
        ours = here.only(still_open)
        unconfirmed = [
            each for each in await shares.waiting(view, row.requested_by, now) if each.gave_up
        ]
        return Digest(
            workspace=workspace,
            conversation=row.conversation,
            at=now,
            since=since,
            requested_by=row.requested_by,
            requested_by_name=await self.names.of(workspace, row.requested_by, ""),
            kinds=_kinds(ours),
            created=here.only(await tickets.every(view, created_since=since)),
            changed=await _changed(view, here, since),
            overdue=tuple(each for each in ours if each.is_overdue(now.date())),
            elsewhere=len(still_open) - len(ours),
            score=await self.actions.known(workspace),
            connections=await connections.all_of(view),
            on_their_way=here.count(await shares.unfinished(view)),
            unconfirmed=here.count(unconfirmed),
        )


def _key(digest_id: str) -> str:
    return f"digest {digest_id}"


@dataclass(frozen=True, slots=True)
class _Here:
    """A conversation's tickets: asked for in it, or with their card in it.

    A card may be elsewhere: it comes in private where the bot may not write.
    """

    conversation: str
    asked_for: frozenset[ShareId]

    def count(self, waiting: Iterable[Share]) -> int:
        return sum(1 for each in waiting if each.id in self.asked_for)

    def only(self, every: Iterable[Ticket]) -> tuple[Ticket, ...]:
        return tuple(each for each in every if self.holds(each))

    def holds(self, ticket: Ticket) -> bool:
        card_in = ticket.place.conversation if ticket.place else ""
        return ticket.share in self.asked_for or card_in == self.conversation


async def _changed(
    view: Session, here: _Here, since: datetime
) -> tuple[tuple[Ticket, TicketChange], ...]:
    changed: list[tuple[Ticket, TicketChange]] = []
    for change in await tickets.changes_since(view, since):
        ticket = await tickets.get(view, change.ticket)
        known = ticket is not None and ticket.standing is not Standing.FORGOTTEN
        if ticket is not None and known and here.holds(ticket):
            changed.append((ticket, change))
    return tuple(changed)


def _kinds(still_open: Iterable[Ticket]) -> tuple[KindSummary, ...]:
    counted: dict[TicketKind, Counter[str]] = {kind: Counter() for kind in TicketKind}
    for ticket in still_open:
        counted[ticket.kind][ticket.state_label] += 1
    return tuple(
        KindSummary(kind=kind, states=tuple(states.items())) for kind, states in counted.items()
    )
