"""``chat.scheduleMessage`` and what goes with it."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.slack import chat
from bot.sandbox.slack.bots import PROFILE
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.paging import page_of
from bot.sandbox.slack.scheduled import Later


def schedule(call: Call) -> Json:
    """Have a message posted later."""
    chat.keep(call, "message")
    place, content, thread_ts = chat.ready(call)
    call.required("post_at")
    if not call.text("post_at").isdigit():
        raise SlackError("invalid_time")
    later = call.workspace.scheduled.keep(place, content, thread_ts, call.number("post_at", 0))
    return {
        "channel": place.id,
        "scheduled_message_id": later.id,
        "post_at": later.post_at,
        "message": _message(later),
    }


def _message(later: Later) -> Json:
    found: Json = {
        "bot_id": accounts.BOT_ID,
        "type": "delayed_message",
        "text": later.content.text,
        "user": accounts.BOT_USER_ID,
        "team": accounts.TEAM_ID,
        "bot_profile": PROFILE,
        "app_id": accounts.APP_ID,
    }
    optional = {"blocks": later.content.blocks, "thread_ts": later.thread_ts}
    return found | {name: value for name, value in optional.items() if value}


def listed(call: Call) -> Json:
    """List what waits, in one channel or in all, the next to come first."""
    call.workspace.scheduled.post_due()
    channel = call.text("channel")
    if channel:
        channel = call.workspace.conversations.seen_by_bot(channel).id
    oldest, latest = call.number("oldest", 0), call.number("latest", 1 << 40)
    found = [
        {
            "id": each.id,
            "channel_id": each.place.id,
            "post_at": each.post_at,
            "date_created": each.created,
            "text": each.content.text,
        }
        for each in sorted(call.workspace.scheduled.waiting.values(), key=lambda e: e.post_at)
        if channel in ("", each.place.id) and oldest <= each.post_at <= latest
    ]
    page, more = page_of(call, found)
    return {"scheduled_messages": page, **more}


def delete(call: Call) -> Json:
    """Call a message back."""
    channel, id_ = call.required("channel", "scheduled_message_id")
    place = call.workspace.conversations.seen_by_bot(channel)
    call.workspace.scheduled.call_back(place.id, id_)
    return {}


METHODS: Final = {
    "chat.scheduleMessage": schedule,
    "chat.scheduledMessages.list": listed,
    "chat.deleteScheduledMessage": delete,
}
NEEDED: Final = {
    "chat.scheduleMessage": ("chat:write",),
    "chat.deleteScheduledMessage": ("chat:write",),
}
