"""Sends a rejected share again, changed, as a new one in the old one's place."""

import logging
from dataclasses import dataclass, replace
from typing import Final

from connector.clock import Clock
from connector.errors import (
    COMMAND,
    NotConnectedError,
    NotFoundError,
    NotToSendAgainError,
    Provider,
)
from connector.models import Share, TicketDraft, UserId, WorkspaceId
from connector.services.sharing.progress import is_surely_none, named
from connector.services.sharing.shares import new_share
from connector.services.tickets.cards import Cards
from connector.store import connections, deliveries, resends, shares
from connector.store.database import Database, Session
from connector.store.shares import ShareRecord
from connector.words import later, tr
from connector.work import Job, Work

_log = logging.getLogger(__name__)

_NOT_YOURS: Final = later(
    "Only who asked for this ticket can edit and send it again. Ask for one of your own with"
    " `{command} create`."
)
_SENT_AGAIN: Final = later("It was sent again already. Its card shows how far it has come.")
_THE_SHARE: Final = later("That request")
_NOT_SURE: Final = later(
    "Nobody knows whether ServiceNow made this ticket, so it is not sent again. Look there for the"
    " reference {reference} first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resending:
    """Makes one new share of a rejected one, however often that is asked for."""

    database: Database
    work: Work
    cards: Cards
    clock: Clock

    async def rejected(self, workspace: WorkspaceId, share_id: str, user: UserId) -> Share:
        """Read a share that a user may edit and send again.

        Raises:
            NotToSendAgainError: it is somebody else's, was sent again, or may have become a ticket.
            NotFoundError: there is no such share.
        """
        view = self.database.view(workspace)
        record = await shares.get(view, share_id)
        if record is None:
            raise NotFoundError(_THE_SHARE)
        await _check(view, record, user)
        return record.share

    async def send_again(
        self,
        workspace: WorkspaceId,
        share_id: str,
        user: UserId,
        draft: TicketDraft,
        delivery: str,
    ) -> Share:
        """Record the new wish and plan its work, in one transaction.

        The action, its gain and the conversation are the old share's, and its card is now the new
        one's. The same ``delivery`` gives the same share, however often it comes within a week.

        Raises:
            NotToSendAgainError: as for ``rejected``.
            NotFoundError: there is no such share.
            NotConnectedError: the workspace has no ServiceNow connection, not even an expired one.
        """
        row = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if row is None:
            raise NotConnectedError(Provider.SERVICENOW)
        now = self.clock()
        async with self.database.transaction(workspace) as tx:
            old = await shares.get(tx, share_id)
            if old is None:
                raise NotFoundError(_THE_SHARE)
            kept = _about_the_same(draft, old.share.draft)
            share = new_share(workspace, kept, old.share.destination, row.connection.remote, now)
            share = replace(share, bulk=old.share.bulk, thread=old.share.thread)
            made = await deliveries.claim(tx, f"share:{delivery}", share.id, now)
            if made != share.id and (known := await shares.get(tx, made)) is not None:
                return known.share
            await _check(tx, old, user)
            await shares.add(tx, share)
            await resends.hand_over(tx, old.share.id, share.id)
            await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
            await self.cards.plan(tx, ShareRecord(share=share))
        _log.info("A ticket is edited and sent again as %s. %s", share.id, named(old.share))
        return share


async def _check(session: Session, record: ShareRecord, user: UserId) -> None:
    share = record.share
    if share.draft.requester != user:
        raise NotToSendAgainError("it is somebody else's", tr(_NOT_YOURS, command=COMMAND))
    if await resends.sent_again_as(session, share.id):
        raise NotToSendAgainError("it was sent again", tr(_SENT_AGAIN))
    if not is_surely_none(record):
        sentence = tr(_NOT_SURE, reference=share.correlation_id)
        raise NotToSendAgainError("it may have become a ticket", sentence)


def _about_the_same(draft: TicketDraft, old: TicketDraft) -> TicketDraft:
    return replace(
        draft,
        source=old.source,
        action_id=old.action_id,
        action_link=old.action_link,
        gain=old.gain,
        remediation=old.remediation,
        covers=old.covers,
    )
