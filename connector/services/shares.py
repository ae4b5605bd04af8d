"""Shares: from the click to the posted number."""

import logging
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import NotConnectedError, Provider
from connector.models import Share, ShareId, ShareState, TicketDraft, WorkspaceId
from connector.services.cards import Cards
from connector.services.progress import GIVE_UP_AFTER, named
from connector.services.sending import Sender
from connector.store import connections, deliveries, shares, tickets
from connector.store.database import Database
from connector.store.shares import ShareRecord, Shown
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)

LATE_AFTER: Final = timedelta(seconds=60)
_OPEN: Final = (ShareState.RECEIVED, ShareState.SENDING, ShareState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareService:
    """Turns what a user asked for into exactly one ticket, and says where it stands."""

    database: Database
    work: Work
    cards: Cards
    sender: Sender
    clock: Clock

    async def request(
        self, workspace: WorkspaceId, draft: TicketDraft, destination: str, delivery: str
    ) -> Share:
        """Record the wish and plan its work, in one transaction.

        The same ``delivery`` gives the same share, however often it comes within a week.

        Raises:
            NotConnectedError: the workspace has no ServiceNow connection, not even an expired one.
        """
        row = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if row is None:
            raise NotConnectedError(Provider.SERVICENOW)
        share = _new(workspace, draft, destination, row.connection.remote, self.clock())
        async with self.database.transaction(workspace) as tx:
            made = await deliveries.claim(tx, f"share:{delivery}", share.id, share.requested_at)
            if made == share.id:
                await shares.add(tx, share)
                await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
                _log.info("A ticket was asked for. %s", named(share))
                return share
            known = await shares.get(tx, made)
        return known.share if known else share

    async def advance(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Take the share as far as it gets now; calling it twice does no harm.

        Raises:
            ProviderUnavailableError: the chat system could not be reached; the share is safe.
        """
        record = await shares.get(self.database.view(workspace), share_id)
        if record is None:
            return Done()
        if record.share.state in _OPEN and not record.gave_up:
            record = await self.cards.first(record)
            step = await self.sender.step(record)
            if step.wait is not None:
                return await self._wait(step.record, step.wait)
            record = step.record
        return await self._announce(record)

    async def _wait(self, record: ShareRecord, at: datetime) -> Next:
        """Come back at ``at``; a share that is late, or waits for people, says why once."""
        requested_at, now = record.share.requested_at, self.clock()
        late_at, give_up_at = requested_at + LATE_AFTER, requested_at + GIVE_UP_AFTER
        if now >= late_at or record.share.parked:
            await self._say_why(record)
        else:
            at = min(at, late_at)
        if now < give_up_at:
            at = min(at, give_up_at)
        return Again(at)

    async def _say_why(self, record: ShareRecord) -> None:
        if record.shown_reason != record.share.reason:
            await self.cards.try_to_show(record, Shown.LATE)

    async def _announce(self, record: ShareRecord) -> Next:
        match record.share.state:
            case ShareState.CREATED:
                await self._announce_ticket(record)
            case ShareState.REJECTED if record.shown is not Shown.REJECTED:
                await self._keep(await self.cards.show(record, Shown.REJECTED))
            case ShareState.UNKNOWN if record.shown is not Shown.GIVEN_UP:
                await self._keep(await self.cards.show(record, Shown.GIVEN_UP))
        return Done()

    async def _announce_ticket(self, record: ShareRecord) -> None:
        share_id = record.share.id
        ticket = await tickets.get(self.database.view(record.share.workspace), share_id)
        record = await self.cards.show(record, Shown.TICKET, ticket)
        share = replace(record.share, state=ShareState.ANNOUNCED)
        async with self.database.transaction(share.workspace) as tx:
            await shares.save(tx, replace(record, share=share))
            if await tickets.unannounced(tx, share_id):
                await self.work.plan(tx, Job.ANNOUNCE_TICKET, share_id, lane=share.destination)

    async def _keep(self, record: ShareRecord) -> None:
        async with self.database.transaction(record.share.workspace) as tx:
            await shares.save(tx, record)


def _new(
    workspace: WorkspaceId, draft: TicketDraft, destination: str, instance: str, at: datetime
) -> Share:
    return Share(
        id=ShareId(secrets.token_hex(16)),
        workspace=workspace,
        state=ShareState.RECEIVED,
        draft=draft,
        destination=destination,
        instance=instance,
        sys_id=secrets.token_hex(16),
        correlation_id=f"snowline-{uuid.uuid4()}",
        requested_at=at,
    )
