"""Who people are in ServiceNow, so that nobody is told of what they did there themselves."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import ConnectorError
from connector.models import RemoteSelf, UserId, WorkspaceId
from connector.servicenow.selves import self_of
from connector.services.desks import Desks
from connector.store import persons
from connector.store.database import Database

_log = logging.getLogger(__name__)

_FRESH: Final = timedelta(days=1)
_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selves:
    """Finds a person's ServiceNow user by their verified e-mail address, once a day."""

    database: Database
    desks: Desks
    directory: Directory
    clock: Clock

    async def of(self, workspace: WorkspaceId, user: UserId, instance: str) -> RemoteSelf | None:
        """Tell who somebody is in an instance; None where that cannot be told in time."""
        known = await persons.remote_self(self.database.view(workspace), user, instance)
        now = self.clock()
        if known is not None and known.read_at <= now < known.read_at + _FRESH:
            return known
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._asked(workspace, user, instance)
        except (ConnectorError, TimeoutError) as exc:
            _log.info(
                "Who somebody is in ServiceNow is not known: %s", str(exc) or "no answer in time"
            )
            return known
        if found is not None:
            async with self.database.transaction(workspace) as tx:
                await persons.keep_remote_self(tx, found)
        return found or known

    async def _asked(
        self, workspace: WorkspaceId, user: UserId, instance: str
    ) -> RemoteSelf | None:
        desk = await self.desks.servicenow(workspace)
        if desk.remote != instance:
            return None
        person = await self.directory.person(workspace, user)
        user_name, name = "", ""
        if person.email:
            user_name, name = await desk.ask(partial(self_of, email=person.email))
        return RemoteSelf(
            user=user, instance=instance, user_name=user_name, name=name, read_at=self.clock()
        )
