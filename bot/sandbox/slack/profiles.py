"""Small questions about people and the workspace: profile, presence, rest hours, emoji."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json


def profile_get(call: Call) -> Json:
    """Give somebody's profile, or the bot's own."""
    user = call.text("user") or accounts.BOT_USER_ID
    with_email = "users:read.email" in call.workspace.settings.scopes
    profile: Json = call.workspace.people.wire(user, with_email=with_email)["profile"]
    return {"profile": {k: v for k, v in profile.items() if k != "team"} | {"fields": {}}}


def presence(call: Call) -> Json:
    """Say whether somebody is there: in the sandbox everybody is."""
    (user,) = call.required("user")
    call.workspace.people.get(user)
    return {"presence": "active"}


def dnd_info(call: Call) -> Json:
    """Say when somebody wants no notifications: in the sandbox never."""
    call.workspace.people.get(call.text("user") or accounts.BOT_USER_ID)
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}


def emoji_list(call: Call) -> Json:
    """List the workspace's own emoji: one, and another name for a usual one."""
    own = f"{call.workspace.origin}/_page/snowflake.svg"
    return {
        "emoji": {"snowline": own, "tada-snow": "alias:tada"},
        "cache_ts": f"{int(call.workspace.clock())}.000000",
    }


METHODS: Final = {
    "users.profile.get": profile_get,
    "users.getPresence": presence,
    "dnd.info": dnd_info,
    "emoji.list": emoji_list,
}
NEEDED: Final = {
    "users.profile.get": ("users.profile:read",),
    "users.getPresence": ("users:read",),
    "dnd.info": ("dnd:read",),
    "emoji.list": ("emoji:read",),
}
