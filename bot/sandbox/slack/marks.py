"""``reactions.*`` and ``pins.*``: what the bot marks messages with."""

import re
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.paging import page_of

_STAMP: Final = re.compile(r"\d+\.\d+")
_EMOJI: Final = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_PAGE: Final = 100
_MOST: Final = 23
"""Different reactions that one message takes from one person."""


def _item(call: Call) -> tuple[Conversation, Message]:
    channel, stamp = call.text("channel"), call.text("timestamp")
    if not (channel and stamp):
        raise SlackError("no_item_specified")
    place = call.workspace.conversations.seen_by_bot(channel)
    if not _STAMP.fullmatch(stamp):
        raise SlackError("bad_timestamp")
    message = call.workspace.messages.find(place.id, stamp)
    if message.only_for:
        raise SlackError("message_not_found")
    return place, message


def _writable(call: Call) -> tuple[Conversation, Message]:
    place, message = _item(call)
    if place.is_archived:
        raise SlackError("is_archived")
    if not place.has_bot:
        raise SlackError("not_in_channel")
    return place, message


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _mine(message: Message) -> list[Json]:
    return [each for each in message.reactions if accounts.BOT_USER_ID in each["users"]]


def add(call: Call) -> Json:
    """React to a message."""
    name = _name(call)
    place, message = _writable(call)
    if name in [each["name"] for each in _mine(message)]:
        raise SlackError("already_reacted")
    if len(_mine(message)) >= _MOST:
        raise SlackError("too_many_reactions")
    for each in message.reactions:
        if each["name"] == name:
            each["users"].append(accounts.BOT_USER_ID)
            each["count"] += 1
            break
    else:
        message.reactions.append({"name": name, "users": [accounts.BOT_USER_ID], "count": 1})
    call.workspace.messages.mark(place, message)
    return {}


def remove(call: Call) -> Json:
    """Take the bot's reaction back."""
    name = _name(call)
    place, message = _writable(call)
    found = [each for each in _mine(message) if each["name"] == name]
    if not found:
        raise SlackError("no_reaction")
    found[0]["users"].remove(accounts.BOT_USER_ID)
    found[0]["count"] -= 1
    message.reactions = [each for each in message.reactions if each["count"]]
    call.workspace.messages.mark(place, message)
    return {}


def get(call: Call) -> Json:
    """Give a message with the reactions to it."""
    place, message = _item(call)
    return {"type": "message", "channel": place.id, "message": _linked(call, message)}


def of_user(call: Call) -> Json:
    """List what somebody, or the bot, has reacted to."""
    user = call.text("user") or accounts.BOT_USER_ID
    call.workspace.people.get(user)
    found = [
        {"type": "message", "channel": place.id, "message": _linked(call, message)}
        for place in call.workspace.conversations.by_id.values()
        if place.has_bot
        for message in call.workspace.messages.public(place.id)
        if any(user in each["users"] for each in message.reactions)
    ]
    page, more = page_of(call, found)
    paging = {"count": _PAGE, "total": len(found), "page": 1, "pages": -(-len(found) // _PAGE)}
    return {"items": page, "paging": paging, **more}


def pin(call: Call) -> Json:
    """Pin a message to its channel."""
    place, message = _writable(call)
    if message.pinned_to:
        raise SlackError("already_pinned")
    message.pinned_to = [place.id]
    return {}


def unpin(call: Call) -> Json:
    """Take a message off the board."""
    _, message = _writable(call)
    if not message.pinned_to:
        raise SlackError("no_pin")
    message.pinned_to = []
    return {}


def pins(call: Call) -> Json:
    """List what is pinned to a channel."""
    (channel,) = call.required("channel")
    place = call.workspace.conversations.seen_by_bot(channel)
    if not place.has_bot:
        raise SlackError("not_in_channel")
    found = [
        {
            "type": "message",
            "channel": place.id,
            "created": int(float(message.ts)),
            "created_by": accounts.BOT_USER_ID,
            "message": _linked(call, message),
        }
        for message in call.workspace.messages.public(place.id)
        if message.pinned_to
    ]
    return {"items": found}


def _linked(call: Call, message: Message) -> Json:
    link = f"{call.workspace.origin}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return message.wire() | {"permalink": link}


METHODS: Final = {
    "reactions.add": add,
    "reactions.remove": remove,
    "reactions.get": get,
    "reactions.list": of_user,
    "pins.add": pin,
    "pins.remove": unpin,
    "pins.list": pins,
}
NEEDED: Final = {
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.list": ("reactions:read",),
    "pins.add": ("pins:write",),
    "pins.remove": ("pins:write",),
    "pins.list": ("pins:read",),
}
