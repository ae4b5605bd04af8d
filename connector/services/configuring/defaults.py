"""What the forms of tickets begin with, as an admin sets it; and who changed which setting."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connector.announcer import Directory
from connector.clock import Clock
from connector.errors import ConnectorError, InvalidInputError, Provider
from connector.models import FormDefaults, SettingChange, SettingTopic, UserId, WorkspaceId
from connector.services.configuring.history import note_change
from connector.store import chat_settings
from connector.store.database import Database
from connector.words import later, tr

_log = logging.getLogger(__name__)
_PATIENCE: Final = 2.0
CHANNEL_FIELD: Final = "channel"
_NOT_WRITABLE: Final = later(
    "Snowline cannot write there. Invite it with `/invite @Snowline`, or choose another."
)
_CANNOT_TELL: Final = later(
    "{chat} did not say in time whether Snowline can write there. Try again in a minute."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultsService:
    """Keeps what forms begin with, and remembers who changed any setting."""

    database: Database
    directory: Directory
    clock: Clock

    async def get(self, workspace: WorkspaceId) -> FormDefaults:
        """Read what forms begin with."""
        return await chat_settings.defaults(self.database.view(workspace))

    async def keep(self, workspace: WorkspaceId, by: UserId, defaults: FormDefaults) -> None:
        """Keep what forms begin with from now on, once every conversation is found writable.

        Raises:
            InvalidInputError: a conversation cannot be written to, or it cannot be told whether.
        """
        known = await self.get(workspace)
        new = {
            f"{CHANNEL_FIELD} {category}": channel
            for category, channel in defaults.channels
            if known.channel_of(category) != channel
        }
        await self._require_writable(workspace, new)
        async with self.database.transaction(workspace) as tx:
            if defaults == await chat_settings.defaults(tx):
                return
            await chat_settings.keep_defaults(tx, defaults)
            what = "what forms begin with"
            await note_change(tx, self._change(SettingTopic.DEFAULTS, by, what))

    async def note(
        self, workspace: WorkspaceId, by: UserId, topic: SettingTopic, what: str
    ) -> None:
        """Remember that somebody changed a setting; ``what`` of it, in words."""
        async with self.database.transaction(workspace) as tx:
            await note_change(tx, self._change(topic, by, what))

    async def last_changes(self, workspace: WorkspaceId) -> tuple[SettingChange, ...]:
        """Read who changed each part of the settings last."""
        return await chat_settings.last_changes(self.database.view(workspace))

    async def _require_writable(self, workspace: WorkspaceId, channels: Mapping[str, str]) -> None:
        asked = (self.directory.may_post(workspace, each) for each in channels.values())
        try:
            async with asyncio.timeout(_PATIENCE):
                answers = await asyncio.gather(*asked)
        except (ConnectorError, TimeoutError) as exc:
            _log.info("whether a conversation can be written to is not known: %s", exc)
            raise InvalidInputError(
                next(iter(channels)), tr(_CANNOT_TELL, chat=Provider.CHAT)
            ) from exc
        for field, may in zip(channels, answers, strict=True):
            if not may:
                raise InvalidInputError(field, _NOT_WRITABLE)

    def _change(self, topic: SettingTopic, by: UserId, what: str) -> SettingChange:
        return SettingChange(topic=topic, by=by, at=self.clock(), what=what)
