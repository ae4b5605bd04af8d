"""Several tickets asked for at once: kept together, made one by one, told in one message."""

import logging
import secrets
from dataclasses import dataclass, replace
from functools import partial

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import NotConnectedError, PlaceGoneError, Provider, ThreadGoneError
from connector.models import (
    Bulk,
    BulkId,
    BulkItem,
    BulkWish,
    Place,
    Share,
    ShareId,
    WorkspaceId,
)
from connector.services.posting import Post, Posts, Way
from connector.services.rights.leavers import Leavers
from connector.services.sharing.coverings import check
from connector.services.sharing.progress import named
from connector.services.sharing.shares import new_share
from connector.services.tickets import cards
from connector.store import bulks, connections, deliveries, shares, tickets
from connector.store.database import Database, Session, Transaction
from connector.work import Done, Job, Next, Work

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkService:
    """Takes on several shares at once, and tells in one message how far they are.

    What is kept of each is an ordinary share: it is sent, looked for and given up as any other.
    Its card stands in the thread of that message, and is posted once there is a ticket, or
    something to say of why there is none yet.
    """

    database: Database
    work: Work
    announcer: Announcer
    posts: Posts
    leavers: Leavers
    clock: Clock

    async def request(self, workspace: WorkspaceId, wish: BulkWish, delivery: str) -> Bulk:
        """Record every wish and plan the work, in one transaction.

        The same ``delivery`` gives the same bulk, however often it comes within a week.

        Raises:
            NotConnectedError: the workspace has no ServiceNow connection, not even an expired one.
            AlreadySharedError: actions have a ticket that is not among those ``seen``; nothing
                was recorded.
        """
        row = await connections.get(self.database.view(workspace), Provider.SERVICENOW)
        if row is None:
            raise NotConnectedError(Provider.SERVICENOW)
        instance, bulk = row.connection.remote, self._new(workspace, wish)
        async with self.database.transaction(workspace) as tx:
            # One form makes either one ticket or several: its delivery has one effect of both.
            key = f"share:{delivery}"
            made = await deliveries.claim(tx, key, bulk.id, bulk.requested_at)
            if made != bulk.id:
                known = await bulks.get(tx, made)
                return await _whole(tx, known.bulk) if known else bulk
            await check(tx, instance, wish)
            await bulks.add(tx, bulk)
            for position, draft in enumerate(wish.drafts):
                share = new_share(workspace, draft, wish.destination, instance, bulk.requested_at)
                share = replace(share, bulk=bulk.id, thread=wish.thread)
                await self._take_on(tx, share, position)
            lane = cards.bulk_lane(wish.destination)
            await self.work.plan(tx, Job.SHOW_BULK, bulk.id, lane=lane)
            bulk = await _whole(tx, bulk)
        _log.info("%s tickets were asked for at once. bulk=%s", len(bulk.items), bulk.id)
        return bulk

    def _new(self, workspace: WorkspaceId, wish: BulkWish) -> Bulk:
        return Bulk(
            id=BulkId(secrets.token_hex(16)),
            workspace=workspace,
            requester=wish.requester,
            destination=wish.destination,
            requested_at=self.clock(),
            thread=wish.thread,
        )

    async def _take_on(self, tx: Transaction, share: Share, position: int) -> None:
        await shares.add(tx, share, position)
        await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
        _log.info("A ticket was asked for. %s bulk=%s", named(share), share.bulk)

    async def show(self, workspace: WorkspaceId, bulk_id: str) -> Next:
        """Make the message about a bulk tell how far it is now; twice does no harm.

        Where nobody knows whether it was posted, another follows after a while, and says so.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        view = self.database.view(workspace)
        row = await bulks.get(view, bulk_id)
        if row is None:
            return Done()
        bulk = await _whole(view, row.bulk)
        told = _shorthand(bulk)
        if row.is_announced and told == row.shown:
            return Done()
        place = await self._tell(bulk)
        async with self.database.transaction(workspace) as tx:
            ended_at = self.clock() if bulk.is_ended else None
            await bulks.keep_shown(tx, bulk.id, told, place, ended_at)
            await self.posts.settle(tx, _key(bulk))
            if not row.is_announced:
                await self._begin_cards(tx, bulk, place)
        return Done()

    async def _begin_cards(self, tx: Transaction, bulk: Bulk, place: Place | None) -> None:
        if place is not None:
            await bulks.gather(tx, bulk.id, place)
        for each in bulk.items:
            lane = cards.lane(each.share.destination)
            await self.work.plan(tx, Job.SHOW_SHARE, each.share.id, lane=lane)

    async def _tell(self, bulk: Bulk) -> Place | None:
        """Update the message where it is, or post it; None where nobody can be reached."""
        twice = await self.posts.may_be_twice(bulk.workspace, _key(bulk))
        bulk = replace(bulk, may_be_twice=twice)
        if bulk.place is not None:
            where = bulk.place.conversation
            if await self.leavers.had(bulk.workspace, where, bulk.requester):
                return bulk.place
            try:
                return await self.announcer.bulk(bulk)
            except PlaceGoneError as exc:
                _log.warning("The message about a bulk has no place: %s bulk=%s", exc, bulk.id)
        return await self.posts.make(
            Post(
                workspace=bulk.workspace,
                key=_key(bulk),
                conversation=bulk.destination,
                asker=bulk.requester,
                make=partial(self._post, bulk),
            )
        )

    async def _post(self, bulk: Bulk, way: Way) -> Place:
        bulk = replace(bulk, place=None, in_private=way.in_private, may_be_twice=way.may_be_twice)
        try:
            return await self.announcer.bulk(bulk)
        except ThreadGoneError as exc:
            # Its message begins a thread of its own then, in which the cards stand.
            _log.info("the thread of a bulk is gone (%s) bulk=%s", exc, bulk.id)
            async with self.database.transaction(bulk.workspace) as tx:
                await bulks.leave_thread(tx, bulk.id)
            return await self.announcer.bulk(replace(bulk, thread=None))


def _key(bulk: Bulk) -> str:
    return f"bulk {bulk.id}"


async def _whole(session: Session, bulk: Bulk) -> Bulk:
    items = [
        BulkItem(share=each, ticket=await tickets.get(session, ShareId(each.id)))
        for each in await shares.of_bulk(session, bulk.id)
    ]
    return replace(bulk, items=tuple(items))


def _shorthand(bulk: Bulk) -> str:
    return ",".join(f"{each.share.id[:8]} {each.outcome}" for each in bulk.items)
