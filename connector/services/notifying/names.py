"""What people are really called: asked of the chat once a day, and kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.models import UserId, WorkspaceId
from connector.services.people import person_soon
from connector.store import persons
from connector.store.database import Database
from connector.text import clean

_FRESH: Final = timedelta(days=1)
_SECONDS: Final = 2.0
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names people by their real name, or by ``fallback`` where nobody knows it."""

    database: Database
    directory: Directory
    clock: Clock

    async def of(
        self, workspace: WorkspaceId, user: UserId, fallback: str, *, seconds: float = _SECONDS
    ) -> str:
        """Name somebody; the chat is asked once a day, for at most so many ``seconds``."""
        known = await persons.name_of(self.database.view(workspace), user)
        now = self.clock()
        if known is not None and known[1] <= now < known[1] + _FRESH:
            return known[0]
        person = await person_soon(self.directory, workspace, user, seconds=seconds)
        if person is None:
            return known[0] if known else fallback
        name = clean(" ".join(person.name.split()), _LONGEST)
        if not name:
            return fallback
        async with self.database.transaction(workspace) as tx:
            await persons.keep_name(tx, user, name, now)
        return name
