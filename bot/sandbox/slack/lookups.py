"""``users.*``, ``conversations.*``, ``team.info``, ``bots.info``: who and what there is."""

from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError

_PAGE: Final = 100


def _page(call: Call, everything: list[Any]) -> tuple[list[Any], Json]:
    """Cut out the page that ``cursor`` and ``limit`` ask for."""
    cursor = call.text("cursor") or "0"
    if not cursor.isdigit() or int(cursor) > len(everything):
        raise SlackError("invalid_cursor")
    start, limit = int(cursor), call.number("limit", _PAGE) or _PAGE
    end = start + limit
    following = str(end) if end < len(everything) else ""
    return everything[start:end], {"response_metadata": {"next_cursor": following}}


def _person(call: Call, user: str) -> Json:
    with_email = "users:read.email" in call.workspace.settings.scopes
    return call.workspace.people.wire(user, with_email=with_email)


def users_info(call: Call) -> Json:
    """Describe one person."""
    (user,) = call.required("user")
    return {"user": _person(call, user)}


def users_list(call: Call) -> Json:
    """List everybody, the bot included."""
    ids = [each.id for each in call.workspace.people.everyone()]
    page, more = _page(call, ids)
    return {"members": [_person(call, user) for user in page], **more}


def users_lookup_by_email(call: Call) -> Json:
    """Find a person by their address."""
    (email,) = call.required("email")
    for account in call.workspace.people.everyone():
        if account.email and account.email.casefold() == email.casefold():
            return {"user": _person(call, account.id)}
    raise SlackError("users_not_found")


def _conversation(call: Call) -> Conversation:
    (channel,) = call.required("channel")
    if channel not in call.workspace.conversations.by_id:
        raise SlackError("channel_not_found")
    return call.workspace.conversations.seen_by_bot(channel)


def conversations_info(call: Call) -> Json:
    """Describe a conversation the bot can know of."""
    return {"channel": _conversation(call).wire()}


def conversations_open(call: Call) -> Json:
    """Find the direct message with a person."""
    if call.text("channel"):
        return {"channel": {"id": _conversation(call).id}}
    users = [each for each in call.text("users").split(",") if each]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    if users[0] not in call.workspace.people:
        raise SlackError("user_not_found")
    place = call.workspace.conversations.seen_by_bot(users[0])
    full = place.wire() if call.flag("return_im") else {"id": place.id}
    return {"channel": full}


def conversations_list(call: Call) -> Json:
    """List conversations of the kinds asked for; private ones only where the bot is."""
    types = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if unknown := set(types) - {"public_channel", "private_channel", "im", "mpim"}:
        raise SlackError("invalid_types", [f"[ERROR] unknown: {', '.join(sorted(unknown))}"])
    found = [
        place.wire()
        for place in call.workspace.conversations.by_id.values()
        if _kind(place) in types
        and (place.has_bot or not place.is_private)
        and not (place.is_archived and call.flag("exclude_archived"))
    ]
    page, more = _page(call, found)
    return {"channels": page, **more}


def _kind(place: Conversation) -> str:
    if place.is_im:
        return "im"
    return "private_channel" if place.is_private else "public_channel"


def conversations_members(call: Call) -> Json:
    """List who is in a conversation."""
    page, more = _page(call, _conversation(call).members)
    return {"members": page, **more}


def _readable(call: Call) -> Conversation:
    place = _conversation(call)
    if not place.has_bot:
        raise SlackError("not_in_channel")
    return place


def conversations_history(call: Call) -> Json:
    """List the messages of a conversation, newest first, without replies."""
    place = _readable(call)
    found = [m.wire() for m in call.workspace.messages.public(place.id) if m.thread_ts is None]
    page, more = _page(call, _between(call, found[::-1]))
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def conversations_replies(call: Call) -> Json:
    """List a thread, oldest first, its first message included."""
    place = _readable(call)
    (ts,) = call.required("ts")
    found = [m.wire() for m in call.workspace.messages.thread(place.id, ts)]
    if not found:
        raise SlackError("thread_not_found")
    page, more = _page(call, _between(call, found))
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _between(call: Call, messages: list[Json]) -> list[Json]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9" * 10
    try:
        low, high = float(oldest), float(latest)
    except ValueError as exc:
        raise SlackError("invalid_ts_oldest") from exc
    return [each for each in messages if low < float(each["ts"]) < high]


def team_info(call: Call) -> Json:
    """Describe the workspace."""
    team = {
        "id": accounts.TEAM_ID,
        "name": accounts.TEAM_NAME,
        "domain": accounts.TEAM_DOMAIN,
        "email_domain": "northwind.example",
        "icon": {"image_default": True},
        "url": f"{call.workspace.origin}/",
    }
    return {"team": team}


def bots_info(call: Call) -> Json:
    """Describe the bot."""
    if call.text("bot") not in ("", accounts.BOT_ID):
        raise SlackError("bot_not_found")
    bot = {
        "id": accounts.BOT_ID,
        "deleted": False,
        "name": accounts.BOT_NAME,
        "updated": 1_700_000_000,
        "app_id": accounts.APP_ID,
        "user_id": accounts.BOT_USER_ID,
        "icons": {},
    }
    return {"bot": bot}


METHODS: Final = {
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "conversations.info": conversations_info,
    "conversations.open": conversations_open,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "team.info": team_info,
    "bots.info": bots_info,
}
