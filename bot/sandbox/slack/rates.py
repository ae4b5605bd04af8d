"""Slack's rate limits: per method and minute, and one message a second and channel."""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.stamps import Clock

_MINUTE: Final = 60.0
_TIER: Final = {2: 20, 3: 50, 4: 100}
_TIERS: Final = {
    "conversations.list": 2,
    "conversations.create": 2,
    "conversations.archive": 2,
    "conversations.unarchive": 2,
    "conversations.rename": 2,
    "conversations.setTopic": 2,
    "conversations.setPurpose": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "reactions.list": 2,
    "reactions.remove": 2,
    "pins.add": 2,
    "pins.remove": 2,
    "pins.list": 2,
    "emoji.list": 2,
    "conversations.join": 3,
    "conversations.leave": 3,
    "conversations.invite": 3,
    "conversations.kick": 3,
    "users.conversations": 3,
    "users.getPresence": 3,
    "dnd.info": 3,
    "reactions.add": 3,
    "reactions.get": 3,
    "chat.scheduleMessage": 3,
    "chat.scheduledMessages.list": 3,
    "chat.deleteScheduledMessage": 3,
    "files.delete": 3,
    "files.info": 4,
    "files.getUploadURLExternal": 4,
    "files.completeUploadExternal": 4,
    "users.profile.get": 4,
    "users.list": 2,
    "chat.update": 3,
    "chat.delete": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "conversations.history": 3,
    "conversations.replies": 3,
    "team.info": 3,
    "bots.info": 3,
    "users.lookupByEmail": 3,
    "chat.unfurl": 3,
    "entity.presentDetails": 3,
    "apps.connections.open": 3,
    "views.open": 4,
    "views.push": 4,
    "views.update": 4,
    "views.publish": 4,
    "chat.postEphemeral": 4,
    "users.info": 4,
    "conversations.members": 4,
}
_BURST: Final = 4
"""Messages a channel takes at once before it wants one a second."""


@dataclass(slots=True)
class Rates:
    """Counts calls; refuses those beyond the limits unless switched off."""

    clock: Clock
    on: bool
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, method: str, channel: str) -> None:
        """Count one call.

        Raises:
            SlackError: ``ratelimited``, with the seconds to wait.
        """
        if not self.on:
            return
        if method == "chat.postMessage":
            self._count(f"{method} {channel}", _BURST, float(_BURST))
        elif method in _TIERS:
            self._count(method, _TIER[_TIERS[method]], _MINUTE)

    def _count(self, key: str, most: int, window: float) -> None:
        now = self.clock()
        calls = self._calls.setdefault(key, deque())
        while calls and now - calls[0] >= window:
            calls.popleft()
        if len(calls) >= most:
            wait = max(1, math.ceil(window - (now - calls[0])))
            raise SlackError("ratelimited", retry_after=wait)
        calls.append(now)
