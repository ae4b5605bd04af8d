"""The workspace and the way to the bot: what every act of a person needs."""

from dataclasses import dataclass
from typing import Final

from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.workspace import Workspace

TROUBLE: Final = "We had some trouble connecting. Try again?"
OK: Final[Json] = {"ok": True}


@dataclass(frozen=True, slots=True)
class Link:
    """One workspace and its bot."""

    workspace: Workspace
    delivery: Delivery

    def notice(self, user: str, channel: str, text: str) -> None:
        """Show a person a line of Slack's own, which no app wrote."""
        self.workspace.feed.tell([user], "notice", text=text, channel=channel)
