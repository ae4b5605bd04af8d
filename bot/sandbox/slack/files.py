"""Files that people post, and how the bot gets at them: ``files.info`` and a private address."""

import base64
import binascii
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.kept_files import Files, Upload

PATH: Final = "/files-pri/{id}/{name}"
_SIGN_IN: Final = "<html><head><title>Sign in</title></head><body>Sign in to Slack.</body></html>"


def uploads_in(described: Any) -> list[Upload]:
    """Read what a person's client posts: name, type, and the content in base64.

    Raises:
        SlackError: it is no file.
    """
    try:
        return [
            Upload(str(each["name"]), str(each["type"]), base64.b64decode(each["content"]))
            for each in described or []
        ]
    except (KeyError, TypeError, binascii.Error) as exc:
        raise SlackError("invalid_file") from exc


def files_info(call: Call) -> Json:
    """Describe one file."""
    (id_,) = call.required("file")
    known = call.workspace.files.described.get(id_)
    if known is None:
        raise SlackError("file_not_found")
    return {"file": known, "comments": [], "response_metadata": {"next_cursor": ""}}


def handed_out(files: Files | None, request: web.Request) -> web.Response:
    """Hand a file to whoever shows a bot token, which opens ``files``; to others a page.

    That is what Slack does.
    """
    if files is None:
        return web.Response(text=_SIGN_IN, content_type="text/html")
    id_ = request.match_info["id"]
    if id_ not in files.contents:
        return web.Response(status=HTTPStatus.NOT_FOUND)
    return web.Response(
        body=files.contents[id_], headers={"Content-Type": files.described[id_]["mimetype"]}
    )


METHODS: Final = {"files.info": files_info}
