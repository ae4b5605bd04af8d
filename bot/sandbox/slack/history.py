"""``conversations.history`` and ``conversations.replies``: what was said, page by page."""

from typing import Final

from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.paging import page_of

_MOST: Final = 999
_LATEST: Final = "9" * 10


def _readable(call: Call) -> Conversation:
    (channel,) = call.required("channel")
    if channel not in call.workspace.conversations.by_id:
        raise SlackError("channel_not_found")
    place = call.workspace.conversations.seen_by_bot(channel)
    if not place.has_bot:
        raise SlackError("not_in_channel")
    return place


def history(call: Call) -> Json:
    """List the messages of a conversation, newest first, without replies."""
    place = _readable(call)
    public = call.workspace.messages.public(place.id)
    found = [_told(call, m) for m in _between(call, public[::-1]) if m.thread_ts in (None, m.ts)]
    page, more = page_of(call, found, most=_MOST)
    ends = {name: call.text(name) for name in ("oldest", "latest") if call.text(name)}
    return {
        **ends,
        "messages": page,
        "has_more": bool(more["response_metadata"]["next_cursor"]),
        "pin_count": sum(bool(m.pinned_to) for m in public),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        **more,
    }


def replies(call: Call) -> Json:
    """List a thread, oldest first, its first message included."""
    place = _readable(call)
    (ts,) = call.required("ts")
    found = call.workspace.messages.thread(place.id, ts)
    if not found:
        raise SlackError("thread_not_found")
    page, more = page_of(
        call, [_told(call, m) for m in _between(call, found)], usual=1000, most=1000
    )
    return {"messages": page, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _told(call: Call, message: Message) -> Json:
    """Describe a message with what a thread adds: to its first message, and to a reply."""
    found = message.wire()
    thread = call.workspace.messages.thread(message.channel, message.thread_ts or message.ts)
    if message.thread_ts:
        parent = [m for m in thread if m.ts == message.thread_ts]
        return found | ({"parent_user_id": parent[0].user} if parent else {})
    answers = [m for m in thread if m.ts != message.ts]
    if not answers:
        return found
    users = list(dict.fromkeys(m.user for m in answers))
    return found | {
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users_count": len(users),
        "latest_reply": answers[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def _between(call: Call, messages: list[Message]) -> list[Message]:
    low = _stamp(call, "oldest", "0")
    high = _stamp(call, "latest", _LATEST)
    ends = (low, high) if call.flag("inclusive") else ()
    return [m for m in messages if low < float(m.ts) < high or float(m.ts) in ends]


def _stamp(call: Call, name: str, default: str) -> float:
    try:
        return float(call.text(name) or default)
    except ValueError as exc:
        raise SlackError(f"invalid_ts_{name}") from exc


METHODS: Final = {"conversations.history": history, "conversations.replies": replies}
