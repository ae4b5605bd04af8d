"""Erasing a workspace that has removed Snowline, and taking along what it owned before."""

import asyncio
import json
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from connector.announcer import Chat
from connector.clock import Clock
from connector.errors import ProviderUnavailableError, StoppedError
from connector.models import WorkspaceId
from connector.services.connecting.access import Access
from connector.services.installs.service import InstallService
from connector.store import connections, erasing, installs
from connector.store.database import Database
from connector.vault import VaultError
from connector.work import Again, Done, Next

_log = logging.getLogger(__name__)

_PRIVATE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_NOT_NAMED: Final = re.compile(r"[^A-Za-z0-9_-]")
_TRY_AGAIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """Writes what a workspace owns to a file, then erases it; never the one without the other."""

    database: Database
    installs: InstallService
    access: Access
    chat: Chat
    folder: Path
    clock: Clock

    async def erase(self, workspace: WorkspaceId, _key: str) -> Next:
        """Erase a workspace that has ended and was not installed again; twice does no harm.

        Its tokens of ServiceNow are taken back there first, where it can be reached.
        """
        erase_at = await self._erase_at(workspace)
        if erase_at is None:
            return Done()
        if self.clock() < erase_at:
            return Again(erase_at)
        try:
            path = await self.export(workspace, self._path(workspace))
        except ExportError as exc:
            _log.error("nothing of %s is erased before it is exported: %s", workspace, exc)
            return Again(self.clock() + _TRY_AGAIN)
        await self._revoke(workspace)
        async with self.database.transaction(workspace) as tx:
            row = await installs.get(tx)
            if row is None or row.install.ended_at is None:
                return Done()
            await erasing.erase(tx)
        _log.warning("everything of %s is erased; what it owned is in %s", workspace, path)
        return Done()

    async def export(self, workspace: WorkspaceId, path: Path) -> Path:
        """Write everything of use that a workspace owns to a new file that only its owner reads.

        Raises:
            ExportError: the file cannot be written, or is there already; says why.
        """
        owned = await erasing.export(self.database.view(workspace))
        text = _written(workspace, self.clock(), owned)
        try:
            await asyncio.to_thread(_write, path, text)
        except OSError as exc:
            raise ExportError(f"{path}: {exc.strerror}") from exc
        return path

    async def _erase_at(self, workspace: WorkspaceId) -> datetime | None:
        """Tell when it is time; None where nothing is to be erased."""
        row = await installs.get(self.database.view(workspace))
        if row is None or row.install.ended_at is None:
            return None
        if await self._is_back(workspace):
            await self.installs.go_on(workspace)
            return None
        return row.install.erase_at

    async def _is_back(self, workspace: WorkspaceId) -> bool:
        """Ask whether the one token of the settings opens the workspace again."""
        try:
            return await self.chat.takes(workspace, None)
        except ProviderUnavailableError:
            return False

    async def _revoke(self, workspace: WorkspaceId) -> None:
        view = self.database.view(workspace)
        for connection in await connections.all_of(view):
            row = await connections.get(view, connection.provider)
            if row is None:
                continue
            try:
                await self.access.forget(connection, self.access.opened(row))
            except VaultError as exc:
                _log.warning("a token of %s is erased without being revoked: %s", workspace, exc)

    def _path(self, workspace: WorkspaceId) -> Path:
        name = _NOT_NAMED.sub("_", workspace)
        return self.folder / f"{name}-{self.clock():%Y%m%dT%H%M%S%fZ}.json"


class ExportError(StoppedError):
    """An export could not be written; nothing was erased."""

    def __init__(self, reason: str) -> None:
        """Say where and why, for the log."""
        super().__init__(reason, f"The export could not be written: {reason}.")


def _written(
    workspace: WorkspaceId, at: datetime, owned: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    kept: dict[str, Any] = {"workspace": workspace, "exported_at": at.isoformat()}
    tables = {name: [dict(row) for row in rows] for name, rows in owned.items() if rows}
    return json.dumps(kept | {"tables": tables}, ensure_ascii=False, indent=1)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
