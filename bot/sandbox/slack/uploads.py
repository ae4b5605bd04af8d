"""The bot's own files, in three steps: an address, the bytes, and where they shall be seen."""

from typing import Any, Final

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack.announced import Uploads
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.kept_files import Upload, guessed_type
from bot.sandbox.slack.messages import Content

PATH: Final = "/upload/v1/{ticket}"
_LONGEST_ALT: Final = 1000
_MOST_CHANNELS: Final = 100


def get_url(call: Call) -> Json:
    """Announce a file and give the address for its bytes."""
    name, _ = call.required("filename", "length")
    if call.number("length", 0) <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] must be more than 0: length"])
    if len(call.text("alt_txt")) > _LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    workspace = call.workspace
    pending = workspace.uploads.announce(name, workspace.files.new_id(), call.text("alt_txt"))
    address = workspace.origin + PATH.format(ticket=pending.ticket)
    return {"upload_url": address, "file_id": pending.id}


async def receive(uploads: Uploads, request: web.Request) -> web.Response:
    """Take the bytes of an announced file, bare or as the first part of a form."""
    pending = uploads.by_ticket(request.match_info["ticket"])
    if pending is None:
        return web.Response(status=404, text="file_not_found")
    pending.content = await _bytes(request)
    return web.Response(text=f"OK - {len(pending.content)}")


async def _bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    first = next(iter((await request.post()).values()), b"")
    if isinstance(first, web.FileField):
        return first.file.read()
    return first.encode() if isinstance(first, str) else bytes(first)


def complete(call: Call) -> Json:
    """Make uploaded files files of the workspace, and show them where it is said."""
    described = _named(call)
    places = _places(call)
    blocks = call.structure("blocks", "invalid_blocks") or []
    if problems := check_blocks(blocks, "message"):
        raise SlackError("invalid_blocks", problems)
    files = [_finish(call, each) for each in described]
    content = Content(text=call.text("initial_comment"), blocks=blocks, files=files)
    for place in places:
        thread_ts = call.text("thread_ts") or None
        message = call.workspace.messages.post(place, content, thread_ts=thread_ts)
        for each in files:
            call.workspace.files.share(each["id"], place, message.ts)
    return {"files": files}


def _named(call: Call) -> list[Json]:
    call.required("files")
    given: Any = call.structure("files", "invalid_arguments")
    if not isinstance(given, list) or not given:
        raise SlackError("invalid_arguments", ["[ERROR] must provide an array: files"])
    pending = call.workspace.uploads.pending
    for each in given:
        known = pending.get(str(each.get("id"))) if isinstance(each, dict) else None
        if known is None or known.content is None:
            raise SlackError("file_not_found")
    return given


def _places(call: Call) -> list[Conversation]:
    named = [call.text("channel_id")] if call.text("channel_id") else call.names("channels")
    if len(named) > _MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    places = [call.workspace.conversations.seen_by_bot(each) for each in named]
    if any(not place.has_bot for place in places):
        raise SlackError("not_in_channel")
    return places


def _finish(call: Call, described: Json) -> Json:
    workspace = call.workspace
    pending = workspace.uploads.pending.pop(described["id"])
    title = str(described.get("title") or "")
    upload = Upload(pending.name, guessed_type(pending.name), pending.content or b"", title)
    at, user = workspace.clock(), accounts.BOT_USER_ID
    kept = workspace.files.keep(upload, user, workspace.origin, at, pending.id)
    if pending.alt:
        kept["alt_txt"] = pending.alt
    return kept


def delete(call: Call) -> Json:
    """Delete a file of the bot's."""
    (id_,) = call.required("file")
    known = call.workspace.files.described.get(id_)
    if known is None:
        raise SlackError("file_not_found")
    if known["user"] != accounts.BOT_USER_ID:
        raise SlackError("cant_delete_file")
    del call.workspace.files.described[id_], call.workspace.files.contents[id_]
    return {}


METHODS: Final = {
    "files.getUploadURLExternal": get_url,
    "files.completeUploadExternal": complete,
    "files.delete": delete,
}
NEEDED: Final = dict.fromkeys(METHODS, ("files:write",))
