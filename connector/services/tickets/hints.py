"""Hints that something changed in an instance: each plans an earlier look, and nothing else.

However many hints come, a look begins at most every ``EVERY`` seconds: one that has not begun
will see what they are about, and where looks fail their own waits hold. What a hint missed, or
what missed to hint, the looks at their usual times find.
"""

import math
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from connector.clock import Clock, Ticks
from connector.models import TicketKind, WorkspaceId
from connector.services.recurring import following_lane
from connector.services.tickets.following import Following
from connector.store import instances
from connector.store.database import Database
from connector.work import Job, Next, Work

EVERY: Final = 5.0


@dataclass(slots=True)
class _Turn:
    """One kind of ticket of one workspace: when a look began last, by the ticks."""

    began: float = -math.inf
    is_planned: bool = False
    has_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Brings looks forward."""

    database: Database
    work: Work
    following: Following
    clock: Clock
    ticks: Ticks
    _turns: dict[tuple[WorkspaceId, str], _Turn] = field(default_factory=dict)

    async def take(self, instance: str, table: str) -> None:
        """Have tickets of a table looked at soon by whoever is connected to an instance.

        Both are names as the hint gave them; what is unknown does nothing.

        Raises:
            StoreError: it could not be planned.
        """
        if table not in {kind.value for kind in TicketKind}:
            return
        for workspace, host in await instances.connected(self.database, instance):
            turn = self._turn(workspace, table)
            if not turn.is_planned and not turn.has_failed:
                await self._plan(workspace, table, host, turn)

    async def look(self, workspace: WorkspaceId, kind_name: str) -> Next:
        """Look for changes, as ``Following.sync`` does, and note that it was done."""
        turn = self._turn(workspace, kind_name)
        turn.began, turn.is_planned, turn.has_failed = self.ticks(), False, False
        try:
            return await self.following.sync(workspace, kind_name)
        except BaseException:
            turn.has_failed = True
            raise

    async def _plan(self, workspace: WorkspaceId, table: str, host: str, turn: _Turn) -> None:
        # Before anything is waited for: of many hints at once one plans.
        turn.is_planned = True
        wait = timedelta(seconds=max(turn.began + EVERY - self.ticks(), 0.0))
        try:
            async with self.database.transaction(workspace) as tx:
                at = self.clock() + wait
                await self.work.plan(tx, Job.SYNC_TICKETS, table, lane=following_lane(host), at=at)
        except BaseException:
            turn.is_planned = False
            raise

    def _turn(self, workspace: WorkspaceId, kind_name: str) -> _Turn:
        return self._turns.setdefault((workspace, kind_name), _Turn())
