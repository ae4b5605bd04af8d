"""The chat tokens of workspaces: sealed, renewed one at a time, saved before they are used."""

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr

from connector.announcer import Chat
from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotInstalledError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from connector.models import ChatToken, WorkspaceId
from connector.services.connecting.leases import Leases
from connector.store import installs
from connector.store.database import Database
from connector.store.installs import InstallRow, SealedToken
from connector.vault import Vault

_log = logging.getLogger(__name__)

_EARLY: Final = timedelta(hours=2)
_AFTER_A_FAILURE: Final = timedelta(minutes=1)
_LEASE: Final = "token of the chat"
_ROW: Final = "chat"
_LAST_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallTokens:
    """Knows the token of every workspace that has installed Snowline.

    However many ask at once, be it from several processes, a token is renewed once. What is
    renewed is stored before anybody uses it; until a token ends, nobody waits for a new one.
    """

    database: Database
    vault: Vault
    leases: Leases
    chat: Chat
    clock: Clock
    _locks: dict[WorkspaceId, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _running: dict[WorkspaceId, asyncio.Task[SecretStr]] = field(default_factory=dict)
    _failed_at: dict[WorkspaceId, datetime] = field(default_factory=dict)

    async def of(self, workspace: WorkspaceId) -> SecretStr:
        """Return a token that works, as far as is known.

        Raises:
            NotInstalledError: the workspace has none, or none any more.
            ProviderUnavailableError: the token has ended and the chat gives no new one now.
        """
        row = await installs.get(self.database.view(workspace))
        return await self.of_row(workspace, row)

    async def of_row(self, workspace: WorkspaceId, row: InstallRow | None) -> SecretStr:
        """Return the token of an installation that was just read.

        Raises:
            NotInstalledError, ProviderUnavailableError: as for ``of``.
        """
        token = None if row is None else self.opened(row)
        if row is None or token is None:
            raise NotInstalledError(workspace)
        if not self._is_due(token, row):
            return token.access
        if self.clock() < _end(token):
            if not self._failed_lately(workspace):
                _ = self._begin(workspace)
            return token.access
        return await asyncio.shield(self._begin(workspace))

    def opened(self, row: InstallRow) -> ChatToken | None:
        """Open a sealed token; None where it is erased."""
        sealed, workspace = row.sealed, row.install.workspace
        if sealed.token is None:
            return None
        refresh = sealed.refresh and self._open(workspace, "refresh", sealed.refresh)
        return ChatToken(
            access=self._open(workspace, "token", sealed.token),
            refresh=refresh or None,
            expires_at=sealed.expires_at,
        )

    def sealed(self, workspace: WorkspaceId, token: ChatToken) -> SealedToken:
        """Seal a token for its workspace."""
        return SealedToken(
            token=self._seal(workspace, "token", token.access),
            refresh=self._seal(workspace, "refresh", token.refresh) if token.refresh else None,
            expires_at=token.expires_at,
        )

    async def check(self) -> None:
        """Open every stored token once.

        Raises:
            VaultError: a key that sealed one of them is missing; names it.
        """
        for row in await installs.everywhere(self.database.view_everywhere()):
            self.opened(row)

    async def seal_anew(self) -> int:
        """Seal with the newest key what older ones sealed; return how many tokens that were."""
        count = 0
        for known in await installs.everywhere(self.database.view_everywhere()):
            async with self.database.transaction(known.install.workspace) as tx:
                row = await installs.get(tx)
                token = None if row is None or self._is_newest(row) else self.opened(row)
                if row is not None and token is not None:
                    sealed = self.sealed(row.install.workspace, token)
                    count += await installs.keep_token(tx, row.install.installed_at, sealed)
        return count

    async def close(self) -> None:
        """Wait a few seconds for renewals under way to be stored."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SECONDS):
                while self._running:
                    await asyncio.wait(set(self._running.values()))

    def _is_newest(self, row: InstallRow) -> bool:
        texts = (row.sealed.token, row.sealed.refresh)
        return all(text is None or self.vault.is_sealed_with_newest(text) for text in texts)

    def _is_due(self, token: ChatToken, row: InstallRow) -> bool:
        if token.expires_at is None:
            return False
        now = self.clock()
        if token.refresh is None:
            return now >= token.expires_at
        return now >= token.expires_at - _early(row, token.expires_at)

    def _failed_lately(self, workspace: WorkspaceId) -> bool:
        failed_at = self._failed_at.get(workspace)
        return failed_at is not None and self.clock() < failed_at + _AFTER_A_FAILURE

    def _begin(self, workspace: WorkspaceId) -> asyncio.Task[SecretStr]:
        running = self._running.get(workspace)
        if running is None:
            running = asyncio.create_task(self._renewed(workspace))
            self._running[workspace] = running
            running.add_done_callback(lambda task: self._ended(workspace, task))
        return running

    def _ended(self, workspace: WorkspaceId, task: asyncio.Task[Any]) -> None:
        self._running.pop(workspace, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed_at[workspace] = self.clock()
            _log.warning("the Slack token of %s is not renewed yet: %s", workspace, error)

    async def _renewed(self, workspace: WorkspaceId) -> SecretStr:
        async with self._locks[workspace], self.leases.held(workspace, _LEASE):
            row = await installs.get(self.database.view(workspace))
            token = None if row is None else self.opened(row)
            if row is None or token is None:
                raise NotInstalledError(workspace)
            if not self._is_due(token, row):
                return token.access
            return await self._new(row, token)

    async def _new(self, row: InstallRow, token: ChatToken) -> SecretStr:
        workspace, installed_at = row.install.workspace, row.install.installed_at
        if token.refresh is None:
            await self._lose(row, "it has ended and there is nothing to renew it with")
            raise NotInstalledError(workspace)
        try:
            fresh = await self.chat.renew(workspace, token.refresh)
        except ProviderRefusedError as exc:
            await self._refused(row, token, exc.reason)
            return token.access
        except ProviderUnavailableError:
            raise
        except ConnectorError as exc:
            # What came was no token; the one that was there is as good as before.
            raise ProviderUnavailableError(Provider.CHAT, str(exc)) from exc
        async with self.database.transaction(workspace) as tx:
            kept = await installs.keep_token(tx, installed_at, self.sealed(workspace, fresh))
        if not kept:
            raise NotInstalledError(workspace)
        self._failed_at.pop(workspace, None)
        return fresh.access

    async def _refused(self, row: InstallRow, token: ChatToken, reason: str) -> None:
        """Note that Slack renews the token no more; it is used to its end.

        Raises:
            NotInstalledError: that has come.
        """
        workspace = row.install.workspace
        if self.clock() >= _end(token):
            await self._lose(row, reason)
            raise NotInstalledError(workspace)
        async with self.database.transaction(workspace) as tx:
            await installs.forget_refresh(tx, row.install.installed_at, reason)
        _log.error(
            "Slack renews the token of %s no more (%s); it works until %s. Install Snowline there"
            " again",
            workspace,
            reason,
            token.expires_at,
        )

    async def _lose(self, row: InstallRow, reason: str) -> None:
        workspace = row.install.workspace
        async with self.database.transaction(workspace) as tx:
            if row.install.problem == "":
                await installs.forget_refresh(tx, row.install.installed_at, reason)
            is_news = await installs.lose(tx, row.install.installed_at)
        if is_news:
            _log.error(
                "the Slack token of %s is lost (%s): its work waits until Snowline is installed"
                " there again",
                workspace,
                row.install.problem or reason,
            )

    def _open(self, workspace: WorkspaceId, column: str, text: str) -> SecretStr:
        name = f"installs.{column}"
        return SecretStr(self.vault.open(text, workspace=workspace, column=name, row=_ROW))

    def _seal(self, workspace: WorkspaceId, column: str, plain: SecretStr) -> str:
        text, name = plain.get_secret_value(), f"installs.{column}"
        return self.vault.seal(text, workspace=workspace, column=name, row=_ROW)


def _end(token: ChatToken) -> datetime:
    assert token.expires_at is not None  # noqa: S101  -- only such a token is ever due
    return token.expires_at


def _early(row: InstallRow, expires_at: datetime) -> timedelta:
    # A token that lives shorter than the margin would be renewed at every use.
    lifetime = max(expires_at - row.install.installed_at, timedelta())
    return min(_EARLY, lifetime / 2)
