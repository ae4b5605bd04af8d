"""Which deliveries of the chat system were handled to their end."""

import logging
from dataclasses import dataclass

from connector.clock import Clock
from connector.models import WorkspaceId
from connector.store import deliveries
from connector.store.database import Database
from connector.store.engine import StoreError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Remembers, for a week and beyond this process, what need not be handled again.

    A store that cannot say so holds nobody up: what must not be done twice is claimed where it
    is kept.
    """

    database: Database
    clock: Clock

    async def is_known(self, workspace: WorkspaceId, delivery: str) -> bool:
        """Tell whether a delivery was handled to its end."""
        try:
            return await deliveries.is_known(self.database.view(workspace), _key(delivery))
        except StoreError as exc:
            _log.warning("nobody knows whether a request came before: %s", exc)
            return False

    async def note(self, workspace: WorkspaceId, delivery: str) -> None:
        """Note that a delivery was handled to its end.

        Raises:
            StoreError: it is not noted.
        """
        async with self.database.transaction(workspace) as tx:
            await deliveries.claim(tx, _key(delivery), "", self.clock())


def _key(delivery: str) -> str:
    return f"handled:{delivery}"
