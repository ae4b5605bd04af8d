"""Read what a client sent to be written."""

import ast
import json
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow.errors import ApiError, bad_request

_UNREADABLE: Final = "Exception while reading request"
_REFUSED: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/html"}
)


async def read_body(request: web.Request) -> dict[str, Any]:
    """Read a JSON object; an empty body is an empty object.

    Raises:
        ApiError: 415 for another media type, 400 for anything else than an object.
    """
    raw = await request.read()
    if not raw.strip():
        return {}
    if request.content_type in _REFUSED:
        raise ApiError(415, "Unsupported media type", f"{request.content_type} is not supported")
    body = _parsed(raw)
    if not isinstance(body, dict):
        raise bad_request(_UNREADABLE, "The payload is not an object.")
    return body


def _parsed(raw: bytes) -> Any:
    try:
        text = raw.decode()
    except UnicodeDecodeError as exc:
        raise bad_request(_UNREADABLE, "The payload is not UTF-8.") from exc
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return _quoted_singly(text)
    except RecursionError as exc:
        raise bad_request(_UNREADABLE, "The payload is nested too deeply.") from exc


def _quoted_singly(text: str) -> Any:
    # The vendor's own examples quote JSON with apostrophes, and instances accept that.
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as exc:
        raise bad_request(_UNREADABLE, "The payload is not valid JSON.") from exc
