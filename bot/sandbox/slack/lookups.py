"""``users.*``, ``conversations.*``, ``team.info``, ``bots.info``: who and what there is."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.bots import BOT
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation, kind_of
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.paging import page_of

_SCOPE_OF_KIND: Final = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_MOST_USERS: Final = 8
_IMAGES: Final = (34, 44, 68, 88, 102, 132, 230)


def _person(call: Call, user: str) -> Json:
    with_email = "users:read.email" in call.workspace.settings.scopes
    found = call.workspace.people.wire(user, with_email=with_email)
    if not call.flag("include_locale"):
        del found["locale"]
    return found


def users_info(call: Call) -> Json:
    """Describe one person."""
    (user,) = call.required("user")
    return {"user": _person(call, user)}


def users_list(call: Call) -> Json:
    """List everybody, the bot included."""
    ids = [each.id for each in call.workspace.people.everyone()]
    page, more = page_of(call, ids)
    now = int(call.workspace.clock())
    return {"members": [_person(call, user) for user in page], "cache_ts": now, **more}


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
    found = _conversation(call).wire()
    if not call.flag("include_num_members"):
        found.pop("num_members", None)
    if call.flag("include_locale"):
        found["locale"] = "en-US"
    return {"channel": found}


def conversations_open(call: Call) -> Json:
    """Find the direct message with a person."""
    if call.text("channel"):
        return {"channel": {"id": _conversation(call).id}}
    known = len(call.workspace.conversations.by_id)
    place = _opened_with(call, call.names("users"))
    full = place.wire() if call.flag("return_im") else {"id": place.id}
    begun = len(call.workspace.conversations.by_id) > known
    return {"channel": full} | ({} if begun else {"no_op": True, "already_open": True})


def _opened_with(call: Call, users: list[str]) -> Conversation:
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > _MOST_USERS:
        raise SlackError("too_many_users")
    if any(user not in call.workspace.people for user in users):
        raise SlackError("user_not_found")
    if len(users) == 1:
        call.need("im:write")
        return call.workspace.conversations.seen_by_bot(users[0])
    call.need("mpim:write")
    return call.workspace.conversations.of_several(users)


def conversations_list(call: Call) -> Json:
    """List conversations of the kinds asked for; private ones only where the bot is."""
    types = call.names("types") or ["public_channel"]
    if unknown := set(types) - set(_SCOPE_OF_KIND):
        raise SlackError("invalid_types", [f"[ERROR] unknown: {', '.join(sorted(unknown))}"])
    for kind in types:
        call.need(_SCOPE_OF_KIND[kind])
    found = [
        {name: value for name, value in place.wire().items() if name != "is_open"}
        for place in call.workspace.conversations.by_id.values()
        if kind_of(place) in types
        and (place.has_bot or not place.is_private)
        and not (place.is_archived and call.flag("exclude_archived"))
    ]
    page, more = page_of(call, found)
    return {"channels": page, **more}


def conversations_members(call: Call) -> Json:
    """List who is in a conversation."""
    page, more = page_of(call, _conversation(call).members)
    return {"members": page, **more}


def team_info(call: Call) -> Json:
    """Describe the workspace."""
    icons = "https://avatars.northwind.example"
    team = {
        "id": accounts.TEAM_ID,
        "name": accounts.TEAM_NAME,
        "url": f"{call.workspace.origin}/",
        "domain": accounts.TEAM_DOMAIN,
        "email_domain": "northwind.example",
        "icon": {f"image_{n}": f"{icons}/team-{n}.png" for n in _IMAGES} | {"image_default": True},
        "avatar_base_url": f"{icons}/",
        "is_verified": False,
        "lob_sales_home_enabled": False,
        "is_sfdc_auto_slack": False,
    }
    if call.text("team") not in ("", accounts.TEAM_ID):
        raise SlackError("team_not_found")
    return {"team": team}


def bots_info(call: Call) -> Json:
    """Describe the bot."""
    if call.text("bot") not in ("", accounts.BOT_ID):
        raise SlackError("bot_not_found")
    return {"bot": BOT}


METHODS: Final = {
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
    "conversations.info": conversations_info,
    "conversations.open": conversations_open,
    "conversations.list": conversations_list,
    "conversations.members": conversations_members,
    "team.info": team_info,
    "bots.info": bots_info,
}
