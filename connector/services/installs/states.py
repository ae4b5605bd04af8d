"""States of installations: sealed, so that nothing is kept of what was only begun.

Whoever reaches the page can begin as many as they like: they fill no disk, and push nobody's
state out.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connector.clock import Clock
from connector.models import ChatInstallStart
from connector.store import install_states
from connector.store.database import Database
from connector.vault import Vault, VaultError

_LASTING: Final = timedelta(minutes=10)
_NOBODYS: Final = "-"
_COLUMN: Final = "install_states"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallStates:
    """Gives states to browsers, each for ten minutes, one browser and one use."""

    database: Database
    vault: Vault
    clock: Clock

    def begin(self, browser: str = "") -> ChatInstallStart:
        """Make a state for a browser; one that has begun others keeps its name."""
        browser = browser or secrets.token_urlsafe(32)
        ends = (self.clock() + _LASTING).isoformat()
        state = self.vault.seal(ends, workspace=_NOBODYS, column=_COLUMN, row=_hash(browser))
        return ChatInstallStart(state=state, browser=browser)

    async def use(self, state: str, browser: str) -> bool:
        """Use a state up and tell whether that very browser began it, in time and only once."""
        now, ends = self.clock(), self._end(state, browser)
        if ends is None or ends <= now:
            return False
        async with self.database.transaction_everywhere() as tx:
            await install_states.purge(tx, now)
            return await install_states.use(tx, _hash(state), ends)

    def _end(self, state: str, browser: str) -> datetime | None:
        try:
            ends = self.vault.open(state, workspace=_NOBODYS, column=_COLUMN, row=_hash(browser))
        except VaultError:
            return None
        return datetime.fromisoformat(ends)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
