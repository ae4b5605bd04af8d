"""What strangers send to the web door: read so far as it may be, or refused."""

import asyncio
from http import HTTPStatus

from aiohttp import web


class RefusedError(Exception):
    """A request that does not get through; ``status`` is all that its sender learns."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        """Keep ``why`` for the log; it never holds anything of the request."""
        super().__init__(why)
        self.status = status


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
