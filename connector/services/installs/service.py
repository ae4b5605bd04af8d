"""Installing Snowline in a workspace, and what an end of that sets in motion."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from connector.announcer import Chat
from connector.clock import Clock
from connector.errors import NotInstalledError, ProviderUnavailableError
from connector.models import ChatInstall, ChatToken, WorkspaceId
from connector.services.installs.states import InstallStates
from connector.services.installs.tokens import InstallTokens
from connector.services.recurring import ERASE_KEY
from connector.store import installs
from connector.store.database import Database
from connector.store.installs import InstallRow
from connector.work import Job, Work

_log = logging.getLogger(__name__)

KEPT_FOR: Final = timedelta(hours=22)
"""How long what an ended workspace owns stays: erasing it may take some tries, within a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallService:
    """Knows where Snowline is installed: kept, ended, in whatever order the chat says so."""

    database: Database
    work: Work
    tokens: InstallTokens
    states: InstallStates
    chat: Chat
    clock: Clock

    async def keep(self, install: ChatInstall, token: ChatToken) -> bool:
        """Keep an installation; tell whether the workspace's data of before is still here.

        Whatever the workspace owns stays as it is: its connections, settings and tickets.
        """
        workspace = install.workspace
        async with self.database.transaction(workspace) as tx:
            before = await installs.get(tx)
            await installs.put(
                tx, InstallRow(install=install, sealed=self.tokens.sealed(workspace, token))
            )
            tx.after_commit(self.work.changed.set)
        _log.info("%s has installed Snowline in %s", install.installed_by, workspace)
        return before is not None

    async def token(self, workspace: WorkspaceId) -> SecretStr:
        """Return the workspace's token.

        Raises:
            NotInstalledError: the workspace has none, or none any more.
            ProviderUnavailableError: it has ended and there is no new one now.
        """
        return await self.tokens.of(workspace)

    async def first(self, candidates: Sequence[WorkspaceId]) -> tuple[ChatInstall, SecretStr]:
        """Find the first of these that has Snowline installed, with its token.

        Raises:
            NotInstalledError: none has.
            ProviderUnavailableError: its token has ended and there is no new one now.
        """
        for workspace in candidates:
            row = await installs.get(self.database.view(workspace))
            if row is not None and row.sealed.token is not None:
                return row.install, await self.tokens.of_row(workspace, row)
        raise NotInstalledError(candidates[0] if candidates else WorkspaceId("nobody"))

    async def everywhere(self) -> tuple[ChatInstall, ...]:
        """List every installation, those that have ended or lost their token too."""
        rows = await installs.everywhere(self.database.view_everywhere())
        return tuple(row.install for row in rows)

    async def lost(self) -> int:
        """Count the workspaces that have not ended and yet have no token that lasts."""
        return sum(bool(each.problem) and not each.ended_at for each in await self.everywhere())

    async def end(self, workspace: WorkspaceId, at: datetime, *, of_token: bool = False) -> bool:
        """Take the chat's word that Snowline was removed at ``at``; twice does no harm.

        The tokens are erased at once, nothing of the workspace is worked on any more, and within
        a day everything else is exported and erased, unless it is installed again before. A word
        of an earlier time than the installation, or ``of_token`` that it was revoked, is passed
        over while the token works: False.
        """
        row = await installs.get(self.database.view(workspace))
        if await self._still_stands(workspace, row, at, of_token=of_token):
            _log.info("a late word that Snowline was removed from %s is passed over", workspace)
            return False
        now = self.clock()
        async with self.database.transaction(workspace) as tx:
            known = await installs.get(tx)
            if _installed_at(known) != _installed_at(row):
                return False
            is_news = await installs.end(tx, now, now + KEPT_FOR)
            await self.work.plan(
                tx, Job.ERASE_WORKSPACE, ERASE_KEY, lane="upkeep", at=now + KEPT_FOR
            )
        if is_news:
            _log.warning(
                "Snowline was removed from %s: its tokens are erased, the rest will be by %s",
                workspace,
                now + timedelta(days=1),
            )
        return True

    async def go_on(self, workspace: WorkspaceId) -> None:
        """Note that the one token of the settings opens this workspace (again)."""
        async with self.database.transaction(workspace) as tx:
            is_back = await installs.go_on(tx)
            tx.after_commit(self.work.changed.set)
        if is_back:
            _log.info("Snowline is installed in %s again; everything is kept", workspace)

    async def _still_stands(
        self, workspace: WorkspaceId, row: InstallRow | None, at: datetime, *, of_token: bool
    ) -> bool:
        token = None if row is None else self.tokens.opened(row)
        if row is not None and token is None:
            return False
        is_late = row is not None and at < row.install.installed_at
        if row is not None and not is_late and not of_token:
            # Whether the token is dead yet is Slack's affair.
            return False
        try:
            return await self.chat.takes(workspace, token.access if token else None)
        except ProviderUnavailableError:
            return is_late


def _installed_at(row: InstallRow | None) -> datetime | None:
    return None if row is None else row.install.installed_at
