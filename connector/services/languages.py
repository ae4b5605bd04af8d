"""Which language people have chosen in the chat: asked of it once a day, and kept."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import ConnectorError
from connector.models import UserId, WorkspaceId
from connector.services.people import person_soon
from connector.store import persons
from connector.store.database import Database
from connector.words import ENGLISH, language_of, speaking

_log = logging.getLogger(__name__)

FRESH: Final = timedelta(days=1)
PATIENCE: Final = 1.0
"""Seconds that whoever waits for an answer waits longer, to read it in their language."""
_CONFIRMED: Final = timedelta(hours=1)
"""After which being told the same again by the way is worth a row."""
_SILENT: Final = timedelta(minutes=1)
"""How long somebody is not asked about again after the chat did not say."""
_MOST: Final = 10_000
_Key = tuple[WorkspaceId, UserId]
_Kept = tuple[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """Tells which language to speak to somebody: a word of ``connector.words.LANGUAGES``.

    Nothing raises: whose language nobody knows is spoken to in English.
    """

    database: Database
    directory: Directory
    clock: Clock
    _asking: dict[_Key, asyncio.Future[str]] = field(default_factory=dict, repr=False)
    _silent: dict[_Key, datetime] = field(default_factory=dict, repr=False)

    async def of(self, workspace: WorkspaceId, user: UserId, *, lasting: timedelta = FRESH) -> str:
        """Tell somebody's language; what is kept longer than ``lasting`` is asked anew.

        The chat is asked for at most a second.
        """
        known = await self._kept(workspace, user)
        if known is not None and self._is_since(known[1], lasting):
            return known[0]
        told = await self._asked_once(workspace, user)
        return told or (known[0] if known else ENGLISH)

    @asynccontextmanager
    async def speaking_to(self, workspace: WorkspaceId, user: UserId) -> AsyncIterator[None]:
        """Speak somebody's language for a while."""
        with speaking(await self.of(workspace, user)):
            yield

    async def kept(self, workspace: WorkspaceId, user: UserId) -> str | None:
        """Tell somebody's language at once, as last told; None where it never was."""
        known = await self._kept(workspace, user)
        return known[0] if known else None

    async def note(self, workspace: WorkspaceId, user: UserId, locale: str) -> None:
        """Keep what the chat said of somebody by the way; an empty ``locale`` says nothing."""
        if not locale:
            return
        language, known = language_of(locale), await self._kept(workspace, user)
        if known and known[0] == language and self._is_since(known[1], _CONFIRMED):
            return
        await self._keep(workspace, user, language)

    async def _keep(self, workspace: WorkspaceId, user: UserId, language: str) -> None:
        try:
            async with self.database.transaction(workspace) as tx:
                await persons.keep_language(tx, user, language, self.clock())
        except ConnectorError as exc:
            _log.warning("A language is not kept: %s", exc)

    async def _kept(self, workspace: WorkspaceId, user: UserId) -> _Kept | None:
        try:
            return await persons.language_of(self.database.view(workspace), user)
        except ConnectorError as exc:
            _log.warning("A language cannot be read: %s", exc)
            return None

    async def _asked_once(self, workspace: WorkspaceId, user: UserId) -> str:
        """Ask, or wait with whoever asks already; empty where the chat does not say."""
        key = workspace, user
        if (silent := self._silent.get(key)) and self._is_since(silent, _SILENT):
            return ""
        if key in self._asking:
            return await asyncio.shield(self._asking[key])
        self._asking[key] = asyncio.get_running_loop().create_future()
        told = ""
        try:
            told = await self._asked(workspace, user)
        finally:
            self._asking.pop(key).set_result(told)
        return told

    async def _asked(self, workspace: WorkspaceId, user: UserId) -> str:
        person = await person_soon(self.directory, workspace, user, seconds=PATIENCE)
        if person is None or not person.locale:
            if len(self._silent) >= _MOST:
                self._silent.clear()
            self._silent[workspace, user] = self.clock()
            return ""
        language = language_of(person.locale)
        await self._keep(workspace, user, language)
        return language

    def _is_since(self, at: datetime, span: timedelta) -> bool:
        # A clock that was set back must not keep an answer for longer.
        return timedelta() <= self.clock() - at < span
