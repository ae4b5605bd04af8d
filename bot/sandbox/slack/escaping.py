"""A command's text as Slack hands it over where the manifest says ``should_escape``."""

import html
import re
from typing import Final

from bot.sandbox.slack.workspace import Workspace

_SPECIAL: Final = re.compile(
    r"<[@#](?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|(?<!\S)(?P<name>[@#][\w.-]*\w)"
    r"|(?P<address>https?://[^\s<>|]+)"
    r"|[&<>]"
)


def escaped(workspace: Workspace, user: str, text: str) -> str:
    """Escape the three signs; write people, channels and addresses as Slack does.

    Source:
        docs.slack.dev, interactivity/implementing-slash-commands.
    """
    mentions = _mentions(workspace, user)

    def one(found: re.Match[str]) -> str:
        mention = mentions.get(found["id"] or (found["name"] or "").casefold())
        if mention:
            return mention
        signs = html.escape(found.group(), quote=False)
        return f"<{signs}>" if found["address"] else signs

    return _SPECIAL.sub(one, text)


def _mentions(workspace: Workspace, user: str) -> dict[str, str]:
    """List what can be mentioned by this person, by id and by name."""
    known: dict[str, str] = {}
    for person in workspace.people.everyone():
        known[person.id] = known[f"@{person.name}"] = f"<@{person.id}|{person.name}>"
    for place in workspace.conversations.open_to(user):
        if not place.is_im:
            shown = "" if place.is_private else place.name
            known[place.id] = known[f"#{place.name}"] = f"<#{place.id}|{shown}>"
    return known
