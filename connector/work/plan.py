"""The table of work: planning, claiming, and what becomes of a claimed item.

A claimed item has no due time. Planning it while it runs gives it one, so that nothing
planned is lost: finishing only removes an item that has none.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connector.clock import Clock
from connector.models import WorkspaceId
from connector.store.columns import Row, micros, moment
from connector.store.database import Database, Transaction
from connector.work.items import Item, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done and when, kept beside the rows it is about.

    ``lane_size`` is how many items of one lane run at once.
    """

    database: Database
    clock: Clock
    lane_size: int
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something may have become due."""

    async def plan(
        self, tx: Transaction, job: Job, key: str, *, lane: str, at: datetime | None = None
    ) -> None:
        """Have ``job`` done for ``key``, not before ``at`` (now by default), once ``tx`` holds.

        Planning what is planned already brings it forward at most; planning what is running
        has it run once more.
        """
        await tx.run(
            "INSERT INTO work (workspace, job, key, lane, due_at)"
            " VALUES (:workspace, :job, :key, :lane, :due)"
            " ON CONFLICT (workspace, job, key) DO UPDATE SET attempts = 0,"
            " lane = excluded.lane, due_at = CASE WHEN work.due_at IS NULL"
            " OR work.due_at > :due THEN :due ELSE work.due_at END",
            job=job.value,
            key=key,
            lane=lane,
            due=micros(at or self.clock()),
        )
        tx.after_commit(self.changed.set)

    async def is_planned(self, tx: Transaction, job: Job, key: str) -> bool:
        """Tell whether a work item of that job and key is planned or running."""
        row = await tx.first(
            "SELECT 1 AS yes FROM work WHERE workspace = :workspace AND job = :job AND key = :key",
            job=job.value,
            key=key,
        )
        return row is not None

    async def free_claims(self) -> None:
        """Make everything due that a process which is gone had begun."""
        async with self.database.transaction_everywhere() as tx:
            await tx.run(
                "UPDATE work SET claimed = 0, due_at = coalesce(due_at, :now)"
                " WHERE claimed = 1 RETURNING workspace",
                now=micros(self.clock()),
            )

    async def bring_forward(self) -> None:
        """Make everything due now.

        A time that was written while the machine's clock was ahead may lie years from now;
        what is done too early only finds that there is nothing to do yet.
        """
        async with self.database.transaction_everywhere() as tx:
            await tx.run(
                "UPDATE work SET due_at = :now WHERE due_at > :now RETURNING workspace",
                now=micros(self.clock()),
            )
        self.changed.set()

    async def claim(self, now: datetime) -> list[Item]:
        """Begin whatever is due at ``now`` and has room in its lane, longest due lanes first."""
        due = {"now": micros(now)}
        waiting = await self.database.view_everywhere().run(DUE_LANES, **due)
        items: list[Item] = []
        if waiting:
            async with self.database.transaction_everywhere() as tx:
                for row in waiting:
                    rows = await tx.run(CLAIM, lane=row["lane"], size=self.lane_size, **due)
                    items.extend(_item(each) for each in rows)
        return items

    async def next_due(self, now: datetime) -> datetime | None:
        """Tell when the next item is due that was not due at ``now``, the time of the claim.

        What was due then and was not begun waits for room in its lane, not for a time.
        """
        row = await self.database.view_everywhere().first(_NEXT_DUE, now=micros(now))
        return moment(row["at"]) if row and row["at"] is not None else None

    async def finish(self, item: Item) -> None:
        """Remove an item that is done, unless it was planned anew meanwhile."""
        async with self.database.transaction(item.workspace) as tx:
            await tx.run(
                "DELETE FROM work WHERE workspace = :workspace AND job = :job AND key = :key"
                " AND due_at IS NULL",
                **_key(item),
            )
            await tx.run(
                "UPDATE work SET claimed = 0"
                " WHERE workspace = :workspace AND job = :job AND key = :key",
                **_key(item),
            )
        self.changed.set()

    async def put_back(self, item: Item, at: datetime, *, failed: bool) -> None:
        """Have an item done again, not before ``at`` unless it was planned anew meanwhile."""
        async with self.database.transaction(item.workspace) as tx:
            await tx.run(
                "UPDATE work SET claimed = 0, attempts = :attempts, due_at = CASE"
                " WHEN due_at IS NULL OR due_at > :due THEN :due ELSE due_at END"
                " WHERE workspace = :workspace AND job = :job AND key = :key",
                **_key(item),
                attempts=item.attempts if failed else 0,
                due=micros(at),
            )
        self.changed.set()


# All that a workspace owns which has let Snowline go waits, but for its erasure.
DUE_LANES: Final = (
    "SELECT lane, min(due_at) AS since FROM work WHERE claimed = 0 AND due_at <= :now"
    " AND (job = 'erase workspace'"
    " OR workspace NOT IN (SELECT workspace FROM installs WHERE parked = 1))"
    " GROUP BY lane ORDER BY since"
)
CLAIM: Final = (
    "UPDATE work SET claimed = 1, due_at = NULL, attempts = attempts + 1"
    " WHERE (workspace, job, key) IN (SELECT workspace, job, key FROM work"
    " WHERE claimed = 0 AND lane = :lane AND due_at <= :now AND (job = 'erase workspace'"
    " OR workspace NOT IN (SELECT workspace FROM installs WHERE parked = 1))"
    " ORDER BY due_at LIMIT max(0, :size -"
    " (SELECT count(*) FROM work WHERE claimed = 1 AND lane = :lane)))"
    " RETURNING workspace, job, key, lane, attempts"
)
_NEXT_DUE: Final = (
    "SELECT min(due_at) AS at FROM work WHERE claimed = 0 AND due_at > :now"
    " AND (job = 'erase workspace'"
    " OR workspace NOT IN (SELECT workspace FROM installs WHERE parked = 1))"
)


def _key(item: Item) -> dict[str, str]:
    return {"job": item.job.value, "key": item.key}


def _item(row: Row) -> Item:
    return Item(
        workspace=WorkspaceId(row["workspace"]),
        job=Job(row["job"]),
        key=row["key"],
        lane=row["lane"],
        attempts=row["attempts"],
    )
