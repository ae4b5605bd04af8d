"""What happens to channels: archived and opened again, renamed, made private.

``/archive`` and ``/rename NAME`` are Slack's own commands. Everything else Slack hides in its
settings; here ``POST /_sandbox/channel`` does it: ``{"channel", "archived", "private", "name"}``.
"""

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.link import OK, Link

COMMANDS: Final = {"/archive": "", "/rename": "[name]"}
CONTROL: Final = "/_sandbox/channel"


def carry_out(link: Link, user: str, place: Conversation, line: str) -> Json:
    """Archive or rename a channel; Slack answers with a line that only this person sees."""
    name, _, words = line.strip().partition(" ")
    if place.is_im:
        told = f"{name} did nothing: it knows channels only."
    elif name == "/archive":
        place.is_archived = True
        told = f"#{place.name} is archived now."
    else:
        place.name = words.strip().removeprefix("#") or place.name
        told = f"This channel is called #{place.name} now."
    link.notice(user, place.id, told)
    return OK


@dataclass(frozen=True, slots=True)
class ChannelControl:
    """The control call for what people do in Slack's settings."""

    link: Link

    def routes(self) -> list[web.RouteDef]:
        """List the route below ``/_sandbox``."""
        return [web.post(CONTROL, self._change)]

    async def _change(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        place = self.link.workspace.conversations.by_id.get(str(body.get("channel")))
        if place is None or place.is_im:
            return web.json_response({"error": "channel_not_found"}, status=404)
        place.is_archived = bool(body.get("archived", place.is_archived))
        place.is_private = bool(body.get("private", place.is_private))
        place.name = str(body.get("name", place.name))
        return web.json_response(place.shown())
