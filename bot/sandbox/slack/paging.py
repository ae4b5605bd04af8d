"""Lists in pages: opaque cursors, and how many entries a page may have."""

import base64
import binascii
from typing import Any, Final

from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError

_USUAL: Final = 100
_MOST: Final = 1000
_MARK: Final = "next:"


def page_of(
    call: Call, everything: list[Any], *, usual: int = _USUAL, most: int = _MOST
) -> tuple[list[Any], Json]:
    """Cut out the page that ``cursor`` and ``limit`` ask for, and say where the next begins.

    Raises:
        SlackError: the cursor is none of ours, or the limit is out of bounds.
    """
    limit = call.number("limit", usual)
    if not 0 <= limit <= most:
        raise SlackError("invalid_limit")
    start = _start(call.text("cursor"), len(everything))
    end = start + (limit or usual)
    following = _cursor(end) if end < len(everything) else ""
    return everything[start:end], {"response_metadata": {"next_cursor": following}}


def _cursor(start: int) -> str:
    return base64.b64encode(f"{_MARK}{start}".encode()).decode()


def _start(cursor: str, total: int) -> int:
    if not cursor:
        return 0
    try:
        mark, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as exc:
        raise SlackError("invalid_cursor") from exc
    if mark + ":" != _MARK or not number.isdigit() or int(number) > total:
        raise SlackError("invalid_cursor")
    return int(number)
