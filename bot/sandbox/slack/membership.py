"""Slack's own commands about who is in a channel: ``/invite @Snowline`` and ``/remove``."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.link import OK, Link

COMMANDS: Final = {"/invite": "[@someone]", "/remove": "[@someone]"}
_BOT_NAMES: Final = (accounts.BOT_NAME.casefold(), f"<@{accounts.BOT_USER_ID.casefold()}>")


def carry_out(link: Link, user: str, place: Conversation, line: str) -> Json:
    """Invite or remove the app; Slack answers both with a line that only this person sees."""
    name, _, whom = line.strip().partition(" ")
    if place.is_im or whom.strip().lstrip("@").casefold() not in _BOT_NAMES:
        told = f"{name} did nothing: here it knows `@{accounts.BOT_NAME}` in a channel only."
    elif name == "/invite":
        told = _invite(place)
    else:
        told = _remove(place)
    link.notice(user, place.id, told)
    return OK


def _invite(place: Conversation) -> str:
    if not place.has_bot:
        place.members.append(accounts.BOT_USER_ID)
    return f"{accounts.BOT_NAME} is in #{place.name} now."


def _remove(place: Conversation) -> str:
    if place.has_bot:
        place.members.remove(accounts.BOT_USER_ID)
    return f"{accounts.BOT_NAME} is not in #{place.name} any more."
