"""Shares: from the click to the posted number."""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from connector.clock import Clock
from connector.errors import NotConnectedError, Provider
from connector.models import (
    BulkWish,
    Place,
    Share,
    ShareId,
    ShareState,
    TicketDraft,
    WorkspaceId,
)
from connector.servicenow.marks import new_reference
from connector.services.languages import Languages
from connector.services.sharing import progress
from connector.services.sharing.coverings import check
from connector.services.sharing.progress import named
from connector.services.sharing.sending import Sender
from connector.services.tickets.cards import Cards
from connector.store import connections, deliveries, shares
from connector.store.database import Database
from connector.store.shares import ShareRecord
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareService:
    """Turns what a user asked for into exactly one ticket, and says where it stands."""

    database: Database
    work: Work
    cards: Cards
    sender: Sender
    languages: Languages
    clock: Clock

    async def request(
        self,
        workspace: WorkspaceId,
        draft: TicketDraft,
        destination: str,
        delivery: str,
        *,
        thread: Place | None = None,
        seen: frozenset[ShareId] | None = None,
    ) -> Share:
        """Record the wish and plan its work, in one transaction.

        The same ``delivery`` gives the same share, however often it comes within a week.
        ``thread`` is the message in whose thread the card is to stand. With ``seen``, the shares
        of the same actions that the user knows of, any other that is live stands in the way.

        Raises:
            NotConnectedError: the workspace has no ServiceNow connection, not even an expired one.
            AlreadySharedError: an action has a ticket that is not among those ``seen``; nothing
                was recorded.
        """
        row = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if row is None:
            raise NotConnectedError(Provider.SERVICENOW)
        share = new_share(workspace, draft, destination, row.connection.remote, self.clock())
        share = replace(share, thread=thread)
        async with self.database.transaction(workspace) as tx:
            made = await deliveries.claim(tx, f"share:{delivery}", share.id, share.requested_at)
            if made == share.id:
                if seen is not None:
                    wish = BulkWish(
                        drafts=(draft,),
                        requester=draft.requester,
                        destination=destination,
                        seen=seen,
                    )
                    await check(tx, share.instance, wish)
                await shares.add(tx, share)
                await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
                await self.cards.plan(tx, ShareRecord(share=share))
                _log.info("A ticket was asked for. %s", named(share))
                return share
            known = await shares.get(tx, made)
        return known.share if known else share

    async def advance(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Take the share as far as it gets now; calling it twice does no harm."""
        record = await shares.get(self.database.view(workspace), share_id)
        if record is None:
            return Done()
        if not progress.is_open(record):
            await self._show(record)
            return Done()
        # Why it is no ticket yet is kept as it is said, for whoever asked for it.
        async with self.languages.speaking_to(workspace, record.share.draft.requester):
            step = await self.sender.step(record)
        await self._show(step.record)
        return Done() if step.wait is None else Again(self._next(step.record, step.wait))

    def _next(self, record: ShareRecord, wait: datetime) -> datetime:
        give_up_at = progress.give_up_at(record)
        return min(wait, give_up_at) if self.clock() < give_up_at else wait

    async def _show(self, record: ShareRecord) -> None:
        async with self.database.transaction(record.share.workspace) as tx:
            shown = await shares.get(tx, record.share.id)
            await self.cards.plan(tx, shown or record)


def new_share(
    workspace: WorkspaceId, draft: TicketDraft, destination: str, instance: str, at: datetime
) -> Share:
    """Make a share with its reference and its sys_id, which nobody has used before."""
    return Share(
        id=ShareId(secrets.token_hex(16)),
        workspace=workspace,
        state=ShareState.RECEIVED,
        draft=draft,
        destination=destination,
        instance=instance,
        sys_id=secrets.token_hex(16),
        correlation_id=new_reference(),
        requested_at=at,
    )
