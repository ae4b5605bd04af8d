"""``chat.*``: messages of the bot."""

import json
from typing import Any, Final

from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.messages import Content, Message
from bot.sandbox.slack.objects import posted_objects

_LONGEST_TEXT: Final = 40_000
_LONGEST_UPDATE: Final = 4_000
_LONGEST_BLOCKS: Final = 13_200
_MOST_ATTACHMENTS: Final = 100


def keep(call: Call, kind: str) -> None:
    """Record what the bot sent, without its token."""
    payload = {k: v for k, v in call.arguments.items() if k != "token"}
    for name in ("blocks", "attachments", "metadata"):
        if isinstance(payload.get(name), str):
            payload[name] = call.structure(name, f"invalid_{name}_format")
    call.workspace.record.keep(kind, payload, call.method)


def read_content(call: Call) -> Content:
    """Read what a message shall say, and refuse what Slack refuses.

    Raises:
        SlackError: there is nothing to say, too much, or the blocks are wrong.
    """
    blocks = _list(call.structure("blocks", "invalid_blocks_format"), "invalid_blocks_format")
    attachments = _list(call.structure("attachments", "invalid_attachments"), "invalid_attachments")
    text, markdown = call.text("text"), call.text("markdown_text")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if not (text.strip() or blocks or attachments or markdown):
        raise SlackError("no_text")
    if len(text) > _LONGEST_TEXT:
        raise SlackError("msg_too_long")
    if len(attachments) > _MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if problems := check_blocks(blocks, "message"):
        raise SlackError("invalid_blocks", problems)
    _check_attachments(attachments)
    return Content(
        text=text or markdown, blocks=blocks, attachments=attachments, metadata=_metadata(call)
    )


def _check_attachments(attachments: list[Any]) -> None:
    for number, each in enumerate(attachments):
        if not isinstance(each, dict):
            raise SlackError("invalid_attachments")
        at = f"/attachments/{number}/blocks"
        if problems := check_blocks(each.get("blocks") or [], "message", at):
            raise SlackError("invalid_attachments", problems)


def _metadata(call: Call) -> Json | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event = {name: each for name, each in metadata.items() if name != "entities"}
    if not isinstance(event.get("event_type"), str) and "entities" not in metadata:
        raise SlackError("invalid_metadata_format")
    return event or None


def _list(value: Any, refusal: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise SlackError(refusal)
    return value


def _refuse_long_blocks(blocks: list[Json]) -> None:
    # Measured on the real one: refused from about 13,200 characters of blocks on, though
    # every single block is short enough; answers by response_url know no such limit.
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > _LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def _where(call: Call) -> Conversation:
    (channel,) = call.required("channel")
    place = call.workspace.conversations.seen_by_bot(channel)
    if place.is_archived:
        raise SlackError("is_archived")
    if not place.has_bot and "chat:write.public" not in call.workspace.settings.scopes:
        raise SlackError("not_in_channel")
    return place


def _thread(call: Call, place: Conversation) -> str | None:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    try:
        parent = call.workspace.messages.find(place.id, thread_ts)
    except SlackError as exc:
        raise SlackError("thread_not_found") from exc
    if parent.only_for:
        raise SlackError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def ready(call: Call) -> tuple[Conversation, Content, str | None]:
    """Read where a message goes, what it says, and the thread it belongs to.

    Raises:
        SlackError: it cannot be posted like that.
    """
    place = _where(call)
    content = read_content(call)
    _refuse_long_blocks(content.blocks)
    return place, content, _thread(call, place)


def post_message(call: Call) -> Json:
    """Post where everybody in the conversation sees it."""
    keep(call, "message")
    place, content, thread_ts = ready(call)
    objects, problems = posted_objects(call)
    messages = call.workspace.messages
    broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    message = messages.post(place, content, thread_ts=thread_ts, broadcast=broadcast)
    if objects:
        messages.unfurl(place, message, objects)
    warning = "invalid_metadata_format"
    told = {"warning": warning, "response_metadata": {"messages": problems, "warnings": [warning]}}
    answer = {"channel": place.id, "ts": message.ts, "message": message.wire()}
    return answer | (told if problems else {})


def post_ephemeral(call: Call) -> Json:
    """Post for one person, who must be in the conversation."""
    keep(call, "ephemeral")
    place = _where(call)
    (user,) = call.required("user")
    if user not in call.workspace.people or user not in place.members:
        raise SlackError("user_not_in_channel")
    content = read_content(call)
    thread_ts = call.text("thread_ts") or None
    messages = call.workspace.messages
    message = messages.post(place, content, thread_ts=thread_ts, only_for=user)
    return {"message_ts": message.ts}


def _own(call: Call, refusal: str) -> tuple[Conversation, Message]:
    channel, ts = call.required("channel", "ts")
    place = call.workspace.conversations.seen_by_bot(channel)
    message = call.workspace.messages.find(place.id, ts)
    if message.only_for:
        raise SlackError("message_not_found")
    if not message.is_bot:
        raise SlackError(refusal)
    return place, message


def update(call: Call) -> Json:
    """Put other words into one of the bot's messages; its ``ts`` stays."""
    keep(call, "update")
    place, message = _own(call, "cant_update_message")
    if place.is_archived:
        raise SlackError("is_inactive")
    if len(call.text("text")) > _LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    content = read_content(call)
    _refuse_long_blocks(content.blocks)
    call.workspace.messages.change(place, message, content)
    shown = {name: value for name, value in message.wire().items() if name != "ts"}
    return {"channel": place.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """Take one of the bot's messages away."""
    place, message = _own(call, "cant_delete_message")
    call.workspace.messages.remove(place, message)
    return {"channel": place.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """Name the address at which a message can be read."""
    channel, ts = call.required("channel", "message_ts")
    place = call.workspace.conversations.seen_by_bot(channel)
    message = call.workspace.messages.find(place.id, ts)
    link = f"{call.workspace.origin}/archives/{place.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={place.id}"
    return {"channel": place.id, "permalink": link}


METHODS: Final = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
