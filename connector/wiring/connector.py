"""The whole of this package: opened, at work, closed."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from connector.clock import Clock
from connector.http import Http
from connector.models import WorkspaceId
from connector.services.connecting.access import Access
from connector.store import health
from connector.store.database import Database
from connector.vault import Vault, VaultError
from connector.wiring.services import Services
from connector.work import Worker

STOP_SECONDS: Final = 8.0
# For work that is cancelled, for renewals that end only now, and for connections to close.
_GOODBYE: Final = 3.0
_HANG_UP: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The whole of this package, ready to start."""

    services: Services
    database: Database
    vault: Vault
    http: Http
    access: Access
    worker: Worker
    clock: Clock

    async def open(self) -> None:
        """Open the store and check the keys against it; nothing is worked on yet.

        Raises:
            ConnectorError: the database or the keys cannot be used; says which.
        """
        await self.database.open()
        try:
            await self.access.check()
            await self.services.installs.tokens.check()
        except BaseException:
            await self.database.close()
            raise

    async def start(self) -> None:
        """Open everything and begin to work.

        Raises:
            ConnectorError: as for ``open``.
        """
        await self.open()
        try:
            await self.access.seal_anew()
            await self.services.installs.tokens.seal_anew()
            await self.worker.start()
        except BaseException:
            await self.database.close()
            raise

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End what runs and close everything, within ``seconds``; may be repeated.

        What is not done by then is left as a kill would leave it: the next start goes on with it.
        """
        until = time.monotonic() + seconds
        await self.worker.stop(grace=max(seconds - _GOODBYE, 0.0))
        await _within(until - time.monotonic() - _HANG_UP, self.access.close())
        await _within(_HANG_UP, self.services.installs.tokens.close())
        await _within(_HANG_UP, self.http.close())
        await self.database.close()

    async def ready(self) -> None:
        """Prove that the database takes writes and that the keys work.

        Raises:
            ConnectorError: they do not.
        """
        await health.beat(self.database, self.clock())
        names = {"workspace": WorkspaceId("-"), "column": "health", "row": "-"}
        if self.vault.open(self.vault.seal("ready", **names), **names) != "ready":
            raise VaultError("the keys do not open what they sealed")


async def _within(seconds: float, closing: Awaitable[None]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, 0.0)):
            await closing
