"""``conversations.*`` that change something: make, name, join, leave, fill and archive channels."""

import re
from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation, kind_of
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.paging import page_of
from bot.sandbox.slack.stamps import random_id

_LONGEST_NAME: Final = 80
_LONGEST_TOPIC: Final = 250
_NAME: Final = re.compile(r"[\w-]+")
_GENERAL: Final = "general"
_READING: Final = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def _channel(call: Call, *, as_member: bool = True) -> Conversation:
    (channel,) = call.required("channel")
    place = call.workspace.conversations.seen_by_bot(channel)
    if place.is_im or place.is_mpim:
        raise SlackError("method_not_supported_for_channel_type")
    if as_member and not place.has_bot:
        raise SlackError("not_in_channel")
    return place


def _open(place: Conversation) -> Conversation:
    if place.is_archived:
        raise SlackError("is_archived")
    return place


def _shown(place: Conversation, *left_out: str) -> Json:
    """Describe a channel as these methods do: without counting its members."""
    return {k: v for k, v in place.wire().items() if k not in ("num_members", *left_out)}


def join(call: Call) -> Json:
    """Let the bot into a public channel."""
    place = _open(_channel(call, as_member=False))
    if place.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if place.has_bot:
        warned = {"warning": "already_in_channel"}
        more = {"response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": _shown(place)} | warned | more
    place.members.append(accounts.BOT_USER_ID)
    return {"channel": _shown(place)}


def leave(call: Call) -> Json:
    """Let the bot out of a channel."""
    place = _open(_channel(call, as_member=False))
    if place.name == _GENERAL:
        raise SlackError("cant_leave_general")
    if not place.has_bot:
        return {"not_in_channel": True}
    place.members.remove(accounts.BOT_USER_ID)
    return {}


def _free_name(call: Call) -> str:
    """Read a new channel's name, and refuse it as Slack does."""
    name = call.text("name").removeprefix("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > _LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not any(each.isalnum() for each in name):
        raise SlackError("invalid_name_punctuation")
    if not _NAME.fullmatch(name) or name != name.casefold():
        raise SlackError("invalid_name_specials")
    if any(each.name == name for each in call.workspace.conversations.by_id.values()):
        raise SlackError("name_taken")
    return name


def create(call: Call) -> Json:
    """Make a channel; the bot is its first member."""
    private = call.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    bot = accounts.BOT_USER_ID
    made = Conversation(random_id("C"), _free_name(call), [bot], is_private=private, creator=bot)
    call.workspace.conversations.by_id[made.id] = made
    return {"channel": _shown(made)}


def rename(call: Call) -> Json:
    """Give a channel another name."""
    place = _open(_channel(call))
    name = _free_name(call)
    place.previous_names = [place.name, *place.previous_names]
    place.name = name
    return {"channel": _shown(place)}


def archive(call: Call) -> Json:
    """Close a channel for ever, or until it is opened again."""
    place = _channel(call)
    if place.is_archived:
        raise SlackError("already_archived")
    if place.name == _GENERAL:
        raise SlackError("cant_archive_general")
    place.is_archived = True
    return {}


def unarchive(call: Call) -> Json:
    """Open an archived channel again."""
    place = _channel(call)
    if not place.is_archived:
        raise SlackError("not_archived")
    place.is_archived = False
    return {}


def _described(call: Call, name: str) -> Json:
    text = call.text(name)
    if len(text) > _LONGEST_TOPIC:
        raise SlackError("too_long")
    now = int(call.workspace.clock())
    return {"value": text, "creator": accounts.BOT_USER_ID, "last_set": now}


def set_topic(call: Call) -> Json:
    """Say what a channel talks about now."""
    place = _open(_channel(call))
    place.topic = _described(call, "topic")
    return {"channel": _shown(place)}


def set_purpose(call: Call) -> Json:
    """Say what a channel is for."""
    place = _open(_channel(call))
    place.purpose = _described(call, "purpose")
    return {"channel": _shown(place)}


def invite(call: Call) -> Json:
    """Bring people into a channel: all of them, or none unless ``force`` is set."""
    place = _open(_channel(call))
    users = call.names("users")
    if not users:
        raise SlackError("no_user")
    wrong = {user: why for user in users if (why := _obstacle(call, place, user))}
    if wrong and (len(wrong) == len(users) or not call.flag("force")):
        told = [{"user": user, "ok": False, "error": why} for user, why in wrong.items()]
        raise SlackError(next(iter(wrong.values())), errors=told)
    place.members += [user for user in users if user not in wrong]
    return {"channel": _shown(place)}


def _obstacle(call: Call, place: Conversation, user: str) -> str:
    if user == accounts.BOT_USER_ID:
        return "cant_invite_self"
    if user not in call.workspace.people:
        return "user_not_found"
    return "already_in_channel" if user in place.members else ""


def kick(call: Call) -> Json:
    """Take somebody out of a channel."""
    place = _open(_channel(call))
    (user,) = call.required("user")
    if user == accounts.BOT_USER_ID:
        raise SlackError("cant_kick_self")
    if place.name == _GENERAL:
        raise SlackError("cant_kick_from_general")
    if user not in place.members:
        raise SlackError("not_in_channel")
    place.members.remove(user)
    return {"errors": {}}


def of_user(call: Call) -> Json:
    """List the conversations that somebody, or the bot, is a member of."""
    user = call.text("user") or accounts.BOT_USER_ID
    call.workspace.people.get(user)
    types = call.names("types") or ["public_channel"]
    if set(types) - set(_READING):
        raise SlackError("invalid_types")
    for kind in types:
        call.need(_READING[kind])
    found = [
        _shown(place, "is_member")
        for place in call.workspace.conversations.by_id.values()
        if kind_of(place) in types
        and user in place.members
        and (place.has_bot or not place.is_private)
        and not (place.is_archived and call.flag("exclude_archived"))
    ]
    page, more = page_of(call, found)
    return {"channels": page, **more}


METHODS: Final = {
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.create": create,
    "conversations.rename": rename,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.invite": invite,
    "conversations.kick": kick,
    "users.conversations": of_user,
}
_MANAGE: Final = ("channels:manage", "groups:write")
_READ: Final = tuple(_READING.values())
NEEDED: Final = {
    "conversations.join": ("channels:join",),
    "conversations.leave": _MANAGE,
    "conversations.create": _MANAGE,
    "conversations.rename": _MANAGE,
    "conversations.archive": _MANAGE,
    "conversations.unarchive": _MANAGE,
    "conversations.setTopic": _MANAGE,
    "conversations.setPurpose": _MANAGE,
    "conversations.invite": _MANAGE,
    "conversations.kick": _MANAGE,
    "users.conversations": _READ,
}
