"""Finds who somebody is in ServiceNow, by the e-mail address that the chat has verified."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import ConnectorError, Provider
from connector.models import Counterpart, UserId, WorkspaceId
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.selves import NOBODY
from connector.services.desks import Desks
from connector.store import connections, counterparts
from connector.store.database import Database, Session, Transaction
from connector.work import Done, Job, Next, Work

_log = logging.getLogger(__name__)

_KNOWN_FOR: Final = timedelta(days=1)
_PATIENCE: Final = 2.0


async def plan_show(work: Work, tx: Transaction, user: UserId, at: datetime | None = None) -> None:
    """Have App Home shown to somebody, in a lane of their own: it queues behind nobody's."""
    await work.plan(tx, Job.SHOW_HOME, user, lane=f"home {user}", at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparts:
    """Looks people up in ServiceNow, once a day each, and keeps no address.

    By it their tickets are on their App Home, and nobody is told of what they did there themselves.
    """

    database: Database
    work: Work
    desks: Desks
    directory: Directory
    clock: Clock

    async def want(self, tx: Transaction, user: UserId) -> None:
        """Have somebody looked up, unless that was done today at this instance."""
        if await self._is_due(tx, user):
            await self.work.plan(tx, Job.FIND_COUNTERPART, user, lane="counterparts")

    async def meet(self, workspace: WorkspaceId, user: UserId) -> None:
        """Look somebody up at once, within two seconds, unless that was done today."""
        if await self._is_due(self.database.view(workspace), user):
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._find(workspace, user, yields=False)

    async def at(self, workspace: WorkspaceId, user: UserId, instance: str) -> Counterpart | None:
        """Tell who somebody is in an instance; None where that cannot be told in time."""
        await self.meet(workspace, user)
        known = await counterparts.get(self.database.view(workspace), user)
        return known if known is not None and known.instance == instance else None

    async def find(self, workspace: WorkspaceId, user_id: str) -> Next:
        """Look somebody up; where that finds somebody else than before, App Home is shown anew.

        What cannot be asked now is asked when App Home is opened the next time.
        """
        await self._find(workspace, UserId(user_id), yields=True)
        return Done()

    async def _find(self, workspace: WorkspaceId, user: UserId, *, yields: bool) -> None:
        try:
            found = await self._found(workspace, user, yields=yields)
        except ConnectorError as exc:
            _log.info("nobody is looked up in ServiceNow now: %s", exc)
            return
        async with self.database.transaction(workspace) as tx:
            before = await counterparts.sys_id(tx, user)
            await counterparts.keep(tx, user, found)
            if await counterparts.sys_id(tx, user) != before:
                await plan_show(self.work, tx, user)

    async def _is_due(self, session: Session, user: UserId) -> bool:
        row = await connections.get(session, Provider.SERVICENOW)
        known, now = await counterparts.get(session, user), self.clock()
        if row is None or known is None:
            return row is not None
        fresh = now - _KNOWN_FOR < known.asked_at <= now
        return not fresh or known.instance != row.connection.remote

    async def _found(self, workspace: WorkspaceId, user: UserId, *, yields: bool) -> Counterpart:
        desk = await self.desks.servicenow(workspace, yields=yields)
        person = await self.directory.person(workspace, user)
        found = NOBODY
        if person.email:
            asking = partial(ServiceNowClient.self_of, email=person.email, deadline=_PATIENCE)
            found = await desk.ask(asking)
        return Counterpart(
            instance=desk.remote,
            sys_id=found.sys_id,
            user_name=found.user_name,
            name=found.name,
            asked_at=self.clock(),
        )
