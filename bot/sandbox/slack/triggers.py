"""Trigger ids: the short-lived right to open a modal for somebody."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.stamps import Clock


@dataclass(slots=True)
class Trigger:
    """One act of a person; ``view_id`` names the modal it happened in."""

    user: str
    channel: str
    view_id: str | None
    issued_at: float
    used: bool = False


@dataclass(slots=True)
class Triggers:
    """Issues trigger ids and takes each back once, within ``seconds``."""

    clock: Clock
    seconds: float
    _issued: dict[str, Trigger] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(398738663015))

    def issue(self, user: str, channel: str = "", view_id: str | None = None) -> str:
        """Make a trigger id for something a person just did."""
        trigger_id = f"{next(self._numbers)}.{47445629121}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, channel, view_id, self.clock())
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger id up.

        Raises:
            SlackError: it is unknown, too old or was used before.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - trigger.issued_at > self.seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
