"""Plans again whatever is due and has no live work, and forgets what has served its time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.models import ConnectionState, WorkspaceId
from connector.services.homes.counterparts import plan_show
from connector.services.journals.service import reading_lane
from connector.services.notices import LANE
from connector.services.notifying import spreading
from connector.services.recurring import ERASE_KEY, recurring
from connector.services.tickets import cards
from connector.store import (
    acts,
    bulks,
    connections,
    deliveries,
    digests,
    health,
    homes,
    installs,
    journal,
    news,
    notices,
    posts,
    redraws,
    right_requests,
    shares,
    sign_ins,
    tickets,
)
from connector.store.database import Database, Transaction
from connector.work import Again, Job, Next, Work

PURGE_KEY: Final = "purge"
_PURGE_EVERY: Final = timedelta(hours=1)
_AT_ONCE: Final = 500
_TWICE_FOR: Final = timedelta(days=30)
"""After what time a post need not say any more that it may be there twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The rows are the truth: work that was lost is found by looking at them."""

    database: Database
    work: Work
    clock: Clock

    async def sweep(self) -> None:
        """Plan work for every row that wants it and has none."""
        for workspace in await health.workspaces(self.database):
            async with self.database.transaction(workspace) as tx:
                await self._plan_steps(tx)
                await self._plan_recurring(tx)

    async def purge(self, workspace: WorkspaceId, _key: str) -> Next:
        """Forget deliveries, sign-ins, answered requests and posts whose time is over, hourly."""
        now = self.clock()
        async with self.database.transaction(workspace) as tx:
            await deliveries.purge(tx, now)
            await sign_ins.purge(tx, now)
            await right_requests.purge(tx, now)
            await posts.purge(tx, now - _TWICE_FOR)
        return Again(now + _PURGE_EVERY)

    async def _plan_steps(self, tx: Transaction) -> None:
        for share in await shares.without_work(tx):
            await self.work.plan(tx, Job.ADVANCE_SHARE, share.id, lane=share.instance)
        for share in await shares.without_card(tx):
            await self.work.plan(tx, Job.SHOW_SHARE, share.id, lane=cards.lane(share.destination))
        for share in await redraws.without_work(tx):
            await self.work.plan(tx, Job.REDRAW_CARD, share.id, lane=cards.lane(share.destination))
        for row in await bulks.without_work(tx):
            lane = cards.bulk_lane(row.bulk.destination)
            await self.work.plan(tx, Job.SHOW_BULK, row.bulk.id, lane=lane)
        for share_id in await tickets.without_work(tx):
            await self.work.plan(tx, Job.ANNOUNCE_TICKET, share_id, lane="changes")
        for digest_id, conversation in await digests.without_work(tx):
            await self.work.plan(tx, Job.POST_DIGEST, digest_id, lane=conversation)
        for notice_id in await notices.without_work(tx):
            await self.work.plan(tx, Job.TELL_NOTICE, notice_id, lane=LANE)
        await self._plan_people(tx)
        await self._plan_requests(tx)
        await self._plan_journals(tx)
        await self._plan_acts(tx)

    async def _plan_people(self, tx: Transaction) -> None:
        for user in await news.people_without_work(tx, _AT_ONCE):
            await self.work.plan(tx, Job.TELL_NEWS, user, lane=spreading.lane(user))
        for user in await homes.without_work(tx, self.clock()):
            await plan_show(self.work, tx, user)

    async def _plan_requests(self, tx: Transaction) -> None:
        for request_id in await right_requests.without_work(tx):
            await self.work.plan(tx, Job.TELL_RIGHT_REQUEST, request_id, lane=LANE)

    async def _plan_journals(self, tx: Transaction) -> None:
        for kind, instance in await journal.wanted_without_work(tx):
            await self.work.plan(tx, Job.READ_JOURNALS, kind.value, lane=reading_lane(instance))
        for share_id in await journal.untold_without_work(tx):
            await self.work.plan(tx, Job.TELL_JOURNAL, share_id, lane="changes")

    async def _plan_acts(self, tx: Transaction) -> None:
        for ticket in await acts.without_work(tx):
            await self.work.plan(tx, Job.ADVANCE_ACT, ticket, lane="acts")
        for act_id in await acts.untold(tx):
            await self.work.plan(tx, Job.TELL_ACT, act_id, lane="acts told")

    async def _plan_recurring(self, tx: Transaction) -> None:
        wanted = [(Job.PURGE, PURGE_KEY, "upkeep")]
        for connection in await connections.all_of(tx):
            if connection.state is ConnectionState.CONNECTED:
                wanted += recurring(connection)
        if (install := await installs.get(tx)) is not None and install.install.erase_at:
            wanted.append((Job.ERASE_WORKSPACE, ERASE_KEY, "upkeep"))
        for job, key, lane in wanted:
            if not await self.work.is_planned(tx, job, key):
                await self.work.plan(tx, job, key, lane=lane)
