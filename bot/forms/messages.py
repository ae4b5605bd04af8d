"""The message that somebody makes a ticket of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from bot.forms.origin import Origin, Where
from bot.forms.tickets import NAME_LENGTH
from connector.text import clean, mentioned, unmarked

_LONGEST: Final = 2900
_MENTIONS: Final = 5
_DOMAIN: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}", re.ASCII)
_ID: Final = re.compile(r"[A-Z0-9]{1,40}", re.ASCII)
_STAMP: Final = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMessage:
    """A message as a shortcut brings it; ``author`` is empty where an app wrote it."""

    text: str
    author: str
    author_name: str
    channel: str
    channel_name: str
    stamp: str
    thread: str
    domain: str

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """Read the message that a shortcut was used on."""
        message, channel = body.get("message") or {}, body.get("channel") or {}
        stamp = str(message.get("ts") or body.get("message_ts") or "")
        bot = message.get("bot_profile") or {}
        is_app = bool(message.get("bot_id"))
        return cls(
            text=str(message.get("text") or ""),
            author="" if is_app else str(message.get("user") or ""),
            author_name=str(bot.get("name") or message.get("username") or ""),
            channel=str(channel.get("id") or ""),
            channel_name=str(channel.get("name") or ""),
            stamp=stamp,
            thread=str(message.get("thread_ts") or stamp),
            domain=str((body.get("team") or {}).get("domain") or ""),
        )

    @property
    def origin(self) -> Origin:
        """Where the ticket's card goes: to the thread of the message."""
        return Origin(self.channel, Where.of(self.channel_name, self.thread))

    @property
    def people(self) -> tuple[str, ...]:
        """Name who wrote it and whom it mentions first, by their ids."""
        return tuple(filter(None, (self.author, *mentioned(self.text, _MENTIONS))))

    @property
    def address(self) -> str:
        """Work out where the message can be read, as Slack's addresses are; empty if unknown."""
        known = _DOMAIN.fullmatch(self.domain) and _STAMP.fullmatch(self.stamp)
        if not known or not _ID.fullmatch(self.channel):
            return ""
        anchor = self.stamp.replace(".", "")
        return f"https://{self.domain}.slack.com/archives/{self.channel}/p{anchor}"

    def title(self, names: Mapping[str, str]) -> str:
        """Take a ticket's name from the first line."""
        lines = unmarked(self.text, _LONGEST, names).splitlines()
        first = next((line for line in map(str.strip, lines) if line), "")
        return clean(" ".join(first.split()), NAME_LENGTH)

    def description(self, names: Mapping[str, str], permalink: str) -> str:
        """Take a ticket's description from all of it; who wrote it and its address come last."""
        who = names.get(self.author) or self.author_name or self.author
        said = f"Written in Slack by {who}" if who else "Written in Slack"
        end = f"{said}: {permalink}" if permalink else f"{said}."
        text = unmarked(self.text, _LONGEST - len(end) - 2, names)
        return "\n\n".join(filter(None, (text, end)))
