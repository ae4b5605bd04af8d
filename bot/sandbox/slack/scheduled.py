"""Messages that wait for their time."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Content, Messages
from bot.sandbox.slack.stamps import Clock, random_id

_FURTHEST: Final = 120 * 24 * 3600
_WINDOW: Final = 5 * 60
_MOST: Final = 30
"""Messages that one channel takes for the same five minutes."""
_TOO_LATE: Final = 60
"""Seconds before its time from which on a message can no longer be called back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """One message that waits; ``post_at`` and ``created`` are seconds since 1970."""

    id: str
    place: Conversation
    content: Content
    thread_ts: str | None
    post_at: int
    created: int


@dataclass(slots=True)
class Scheduled:
    """Everything that waits, and the timers that post it."""

    clock: Clock
    messages: Messages
    waiting: dict[str, Later] = field(default_factory=dict)
    _timers: dict[str, asyncio.TimerHandle] = field(default_factory=dict)

    def keep(
        self, place: Conversation, content: Content, thread_ts: str | None, post_at: int
    ) -> Later:
        """Post something at its time.

        Raises:
            SlackError: that time is past, too far away, or has enough messages already.
        """
        now = self.clock()
        if post_at <= now:
            raise SlackError("time_in_past")
        if post_at - now > _FURTHEST:
            raise SlackError("time_too_far")
        window = [
            each
            for each in self.waiting.values()
            if each.place is place and each.post_at // _WINDOW == post_at // _WINDOW
        ]
        if len(window) >= _MOST:
            raise SlackError("restricted_too_many")
        later = Later(
            id=random_id("Q"),
            place=place,
            content=content,
            thread_ts=thread_ts,
            post_at=post_at,
            created=int(now),
        )
        self.waiting[later.id] = later
        loop = asyncio.get_running_loop()
        self._timers[later.id] = loop.call_later(post_at - now, self.post_due)
        return later

    def call_back(self, channel: str, id_: str) -> None:
        """Take back what was to be posted.

        Raises:
            SlackError: it does not wait there, or is about to be posted.
        """
        self.post_due()
        later = self.waiting.get(id_)
        if later is None or later.place.id != channel:
            raise SlackError("invalid_scheduled_message_id")
        if later.post_at - self.clock() < _TOO_LATE:
            raise SlackError("invalid_scheduled_message_id")
        self._forget(later)

    def post_due(self) -> None:
        """Post everything whose time has come."""
        now = self.clock()
        for later in sorted(self.waiting.values(), key=lambda each: each.post_at):
            if later.post_at <= now:
                self._forget(later)
                self.messages.post(later.place, later.content, thread_ts=later.thread_ts)

    def close(self) -> None:
        """Post nothing any more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _forget(self, later: Later) -> None:
        del self.waiting[later.id]
        self._timers.pop(later.id).cancel()
