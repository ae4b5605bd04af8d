"""What may still be asked of each remote as each user, beyond restarts."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from connector.clock import Clock
from connector.errors import Provider
from connector.http import Budget, BudgetGate
from connector.models import Connection
from connector.store import pauses
from connector.store.database import Database
from connector.store.engine import StoreError

_log = logging.getLogger(__name__)

AT_ONCE: Final = 8
"""How many requests of one user may be under way at a remote, people's and work's together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """One budget per remote and user, whichever workspaces have connected them.

    ``base`` is the first wait in seconds after a refusal that names none.
    """

    database: Database
    clock: Clock
    base: float
    _known: dict[tuple[Provider, str, str], Budget] = field(default_factory=dict)

    async def gate(self, connection: Connection, *, yields: bool) -> BudgetGate:
        """Find the gate that a connection's requests go through."""
        key = (connection.provider, connection.remote, connection.identity.casefold())
        if key not in self._known:
            until = await pauses.get(self.database, *key)
            # Somebody else may have come here while it was read.
            self._known.setdefault(key, self._made(key, until))
        return BudgetGate(self._known[key], yields=yields)

    def _made(self, key: tuple[Provider, str, str], until: datetime | None) -> Budget:
        async def keep(until: datetime) -> None:
            try:
                await pauses.keep(self.database, *key, until)
            except StoreError as exc:
                # What the remote answered counts all the same, as long as this process lives.
                _log.warning("it is not stored until when %s may not be asked: %s", key[0], exc)

        return Budget(
            provider=key[0],
            clock=self.clock,
            base=self.base,
            at_once=AT_ONCE,
            keep=keep,
            until=until,
        )
