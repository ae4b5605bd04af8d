"""Where a modal was opened, and what it remembers of that."""

import json
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from bot.forms.fields import Fields, View
from bot.identifiers import Block
from connector.models import Place, RecommendationCategory

_MOST_SEEN: Final = 60


@dataclass(frozen=True, slots=True)
class Where:
    """The kind of conversation a form was opened in; neither means a public channel.

    ``thread`` is the timestamp of the message in whose thread it was opened, if in one. It
    ``is_open`` where nobody knows, as with a global shortcut: then the form asks.
    """

    private: bool = False
    direct: bool = False
    thread: str = ""
    is_open: bool = False

    @classmethod
    def of(cls, channel_name: str, thread: str = "") -> Self:
        """Tell from the name Slack sends along with a command or a click."""
        return cls(
            private=channel_name == "privategroup",
            direct=channel_name == "directmessage" or channel_name.startswith("mpdm-"),
            thread=thread,
        )


PUBLIC: Final = Where()
"""A public channel."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a modal remembers: where it was opened and, for a share, about which action.

    ``resends`` is the rejected share that the form sends again; ``seen`` are the shares of the
    same actions that it has shown.
    """

    channel: str
    where: Where = PUBLIC
    action: str = ""
    category: RecommendationCategory | None = None
    resends: str = ""
    seen: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """The message in whose thread the card is to stand; None where it is not in one."""
        thread = self.where.thread
        return Place(conversation=self.channel, message=thread) if thread else None

    def towards(self, channel: str) -> Self:
        """Tell where something goes: to the conversation that was chosen, a channel, or there."""
        if not channel or channel == self.channel:
            return self
        return replace(self, channel=channel, where=PUBLIC)

    def metadata(self) -> str:
        """Write it down for the modal to carry."""
        kept = {
            "channel": self.channel,
            "private": self.where.private,
            "direct": self.where.direct,
            "action": self.action,
            "category": self.category,
            "resends": self.resends,
            "thread": self.where.thread,
            "open": self.where.is_open,
            # A modal carries 3,000 characters; what is forgotten is only asked about once more.
            "seen": self.seen[:_MOST_SEEN],
        }
        return json.dumps({name: value for name, value in kept.items() if value})

    @classmethod
    def read(cls, view: View) -> Self:
        """Read what a modal carries; what it does not carry is empty.

        A conversation that was chosen in it is the one.
        """
        kept = _json(str(view.get("private_metadata") or ""))
        named = [each for each in RecommendationCategory if each == kept.get("category")]
        where = Where(
            private=bool(kept.get("private")),
            direct=bool(kept.get("direct")),
            thread=str(kept.get("thread", "")),
            is_open=bool(kept.get("open")),
        )
        chosen = Fields(view).conversation(Block.CHANNEL) if where.is_open else ""
        return cls(
            channel=chosen or str(kept.get("channel", "")),
            where=PUBLIC if chosen else where,
            action=str(kept.get("action", "")),
            category=named[0] if named else None,
            resends=str(kept.get("resends", "")),
            seen=tuple(map(str, kept.get("seen") or ())),
        )


def _json(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def action_of(view: View) -> str:
    """Name the improvement action a form is about; empty for a free ticket."""
    return Origin.read(view).action
