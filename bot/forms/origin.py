"""Where a modal was opened, and what it remembers of that."""

import json
from dataclasses import dataclass
from typing import Any, Final, Self

from bot.forms.fields import View
from connector.models import RecommendationCategory


@dataclass(frozen=True, slots=True)
class Where:
    """The kind of conversation a form was opened in; neither means a public channel."""

    private: bool = False
    direct: bool = False

    @classmethod
    def of(cls, channel_name: str) -> Self:
        """Tell from the name Slack sends along with a command or a click."""
        return cls(
            private=channel_name == "privategroup",
            direct=channel_name == "directmessage" or channel_name.startswith("mpdm-"),
        )


PUBLIC: Final = Where()
"""A public channel."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a modal remembers: where it was opened and, for a share, about which action.

    ``resends`` is the rejected share that the form sends again.
    """

    channel: str
    where: Where = PUBLIC
    action: str = ""
    category: RecommendationCategory | None = None
    resends: str = ""

    def metadata(self) -> str:
        """Write it down for the modal to carry."""
        kept = {
            "channel": self.channel,
            "private": self.where.private,
            "direct": self.where.direct,
            "action": self.action,
            "category": self.category,
            "resends": self.resends,
        }
        return json.dumps({name: value for name, value in kept.items() if value})

    @classmethod
    def read(cls, view: View) -> Self:
        """Read what a modal carries; what it does not carry is empty."""
        kept = _json(str(view.get("private_metadata") or ""))
        named = [each for each in RecommendationCategory if each == kept.get("category")]
        return cls(
            channel=str(kept.get("channel", "")),
            where=Where(private=bool(kept.get("private")), direct=bool(kept.get("direct"))),
            action=str(kept.get("action", "")),
            category=named[0] if named else None,
            resends=str(kept.get("resends", "")),
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
