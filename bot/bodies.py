"""What strangers send to the web door: read so far as it may be, or refused."""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from aiohttp import web


class RefusedError(Exception):
    """A request that does not get through; ``status`` is all that its sender learns."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        """Keep ``why`` for the log; it never holds anything of the request."""
        super().__init__(why)
        self.status = status


def unproven(why: str) -> RefusedError:
    """Refuse what does not prove whose it is."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, why)


def only_header(request: web.Request, name: str) -> str:
    """Read a header that is to be there once.

    Raises:
        RefusedError: with 401; it is not.
    """
    values = request.headers.getall(name, [])
    if len(values) != 1:
        raise unproven(f"there is not exactly one {name}")
    return values[0]


def json_object(text: str | bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RefusedError: with 401; it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise unproven("the JSON cannot be read") from exc
    if not isinstance(found, dict):
        raise unproven("the JSON is no object")
    return found


async def body_of(request: web.Request, *, limit: int, seconds: float) -> bytes:
    """Read the body of a request.

    Raises:
        RefusedError: with 413, 408 or 400: it is longer than ``limit`` bytes, is not there within
            ``seconds``, or is not encoded as it says.
    """
    too_much = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
    if (request.content_length or 0) > limit:
        raise too_much
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise too_much
    except TimeoutError as exc:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly") from exc
    except web.RequestPayloadError as exc:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is not encoded as it says") from exc
    return bytes(body)
