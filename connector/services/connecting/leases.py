"""Doing something alone, among all processes that share the store."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.models import WorkspaceId
from connector.store import leases
from connector.store.database import Database

_LOOK_EVERY: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """Gives leases of ``lasting``: longer than what is done under one can take.

    The lock on the database file keeps a second process out; where it does not hold, as after
    its file was deleted or on a network disk, a lease in the store still does. A holder that
    died holds the others up until its lease is over.
    """

    database: Database
    clock: Clock
    lasting: timedelta
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    @asynccontextmanager
    async def held(self, workspace: WorkspaceId, name: str) -> AsyncIterator[None]:
        """Wait for a lease and hold it; within this process whoever calls sees to one at a time.

        Raises:
            StoreError: the store did not say whose it is.
        """
        while not await self._take(workspace, name):  # noqa: ASYNC110  -- as said below
            await asyncio.sleep(_LOOK_EVERY)  # what another process does sets no event here
        try:
            yield
        finally:
            async with self.database.transaction(workspace) as tx:
                await leases.give_back(tx, name, self.holder)

    async def _take(self, workspace: WorkspaceId, name: str) -> bool:
        now = self.clock()
        async with self.database.transaction(workspace) as tx:
            return await leases.take(tx, name, self.holder, now, now + self.lasting)
