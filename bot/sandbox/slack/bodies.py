"""How a call brings its arguments: query, form, multipart or JSON, and what Slack says to each."""

import json
import re
from typing import Final

from aiohttp import hdrs, web

from bot.sandbox.slack.errors import Json, SlackError

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_FORMS: Final = (_FORM, "multipart/form-data")
_CHARSETS: Final = ("utf-8", "iso-8859-1")
_NAME: Final = re.compile(r"\w{1,255}", re.ASCII)


async def arguments_of(request: web.Request) -> Json:
    """Merge the query with the body, whichever of Slack's content types it has.

    A token within JSON counts for nothing: there only the header is read.

    Raises:
        SlackError: the body is not what its content type says, or has none that Slack takes.
    """
    arguments = _named(dict(request.query))
    if request.method != "POST" or not request.can_read_body:
        return arguments
    if (request.charset or "utf-8").casefold() not in _CHARSETS:
        raise SlackError("invalid_charset")
    if request.content_type == _JSON:
        return arguments | {k: v for k, v in (await _json(request)).items() if k != "token"}
    if request.content_type in _FORMS:
        return arguments | _named(await _form(request))
    if hdrs.CONTENT_TYPE not in request.headers:
        raise SlackError("missing_post_type")
    if request.content_type != "text/plain":
        raise SlackError("invalid_post_type")
    return arguments


def warnings_of(request: web.Request) -> list[str]:
    """List what Slack finds odd about a content type: JSON should name its charset, forms not."""
    if request.method != "POST":
        return []
    if request.content_type == _JSON and request.charset is None:
        return ["missing_charset"]
    if request.content_type == _FORM and request.charset is not None:
        return ["superfluous_charset"]
    return []


def _named(arguments: Json) -> Json:
    for name in arguments:
        if name.endswith("]"):
            raise SlackError("invalid_array_arg")
        if not _NAME.fullmatch(name):
            raise SlackError("invalid_arg_name")
    return arguments


async def _form(request: web.Request) -> Json:
    try:
        form = await request.post()
    except (ValueError, AssertionError) as exc:
        raise SlackError("invalid_form_data") from exc
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _json(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as exc:
        raise SlackError("invalid_json") from exc
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
