"""Answers by response URL and by a command's acknowledgement."""

import json

from aiohttp import web

from bot.sandbox.slack.call import Call
from bot.sandbox.slack.chat import read_content
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.response_urls import ResponseUrl
from bot.sandbox.slack.workspace import Workspace

_GONE = ("expired_url", "used_url", "invalid_token", "message_not_found")


def respond(workspace: Workspace, url: ResponseUrl, body: Json, method: str) -> None:
    """Do what an answer asks for: say, replace or delete; ephemeral unless it says otherwise.

    Raises:
        SlackError: the answer breaks a rule of messages.
    """
    place = workspace.conversations.by_id[url.channel]
    original = _original(workspace, url)
    if body.get("delete_original"):
        if original is not None:
            workspace.messages.remove(place, original)
        return
    public = body.get("response_type") == "in_channel"
    workspace.record.keep("message" if public else "ephemeral", _said(body), method)
    content = read_content(Call(workspace, method, body))
    if body.get("replace_original") and original is not None:
        workspace.messages.change(place, original, content)
        return
    only_for = None if public else url.user
    thread_ts = _thread(workspace, place, body)
    workspace.messages.post(place, content, thread_ts=thread_ts, only_for=only_for)


def _said(body: Json) -> Json:
    addressing = ("response_type", "replace_original", "delete_original", "thread_ts")
    return {name: value for name, value in body.items() if name not in addressing}


def _original(workspace: Workspace, url: ResponseUrl) -> Message | None:
    if url.original is None:
        return None
    found = [m for m in workspace.messages.seen_by(url.user, url.channel) if m.ts == url.original]
    return found[0] if found else None


def _thread(workspace: Workspace, place: Conversation, body: Json) -> str | None:
    thread_ts = body.get("thread_ts")
    if not thread_ts:
        return None
    parent = workspace.messages.find(place.id, str(thread_ts))
    return parent.thread_ts or parent.ts


async def handle(workspace: Workspace, request: web.Request) -> web.Response:
    """Take one POST to a response URL."""
    try:
        url = workspace.response_urls.take(request.match_info["token"])
        respond(workspace, url, await _body(request), "response_url")
    except SlackError as exc:
        workspace.record.refuse("response_url", exc)
        status = 404 if exc.code in _GONE else 400
        return web.json_response(exc.body(), status=status)
    return web.Response(text="ok")


async def _body(request: web.Request) -> Json:
    text = await request.text()
    if request.content_type == "application/x-www-form-urlencoded":
        text = str((await request.post()).get("payload", ""))
    try:
        body = json.loads(text)
    except ValueError as exc:
        raise SlackError("invalid_payload") from exc
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
