"""Who may stand in the web door: for how long, how many at once, and what is noted of them.

Nothing that a caller sent is written anywhere, whatever it sent.
"""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

_log = logging.getLogger(__name__)

MOST_CALLERS: Final = 200
HEAD_SECONDS: Final = 5.0
_LINGERING_SECONDS: Final = 2.0
# Waited twice: for what is being answered, and for what was then cancelled.
_LAST_SECONDS: Final = 1.5

# aiohttp's own records hold request lines, headers and bodies; this logger has nowhere to go.
_MUTE: Final = logging.Logger("mute", level=logging.CRITICAL + 1)  # noqa: LOG001  -- not in the tree


class _Failed(Exception):  # noqa: N818  -- a heading in the log
    """Stands in a traceback for an exception whose text may hold what a caller sent."""


class Caller(web.RequestHandler):
    """One connection; one too many is closed at once."""

    __slots__ = ("_door",)

    def __init__(self, door: web.Server) -> None:
        # Counts from the connection's first moment and again from every answer.
        super().__init__(
            door,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # None is none, as for AppRunner
            logger=_MUTE,
            keepalive_timeout=HEAD_SECONDS,
            lingering_time=_LINGERING_SECONDS,
        )
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a caller in, unless the house is full."""
        if isinstance(transport, asyncio.Transport) and self._is_full:
            transport.abort()
            return
        super().connection_made(transport)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  -- it quotes the request
    ) -> web.StreamResponse:
        """Answer with the status alone, and note what failed without what was sent.

        Raises:
            ConnectionError: an answer had begun already.
        """
        _note(status, exc)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer had begun already")
        response = web.Response(status=status, text=HTTPStatus(status).phrase)
        response.force_close()
        return response

    @property
    def _is_full(self) -> bool:
        return len(self._door.connections) >= MOST_CALLERS


def _note(status: int, exc: BaseException | None) -> None:
    name = type(exc).__name__
    if exc is None or isinstance(exc, HttpProcessingError):
        _log.warning("a request that cannot be read was refused: %d %s", status, name)
        return
    trace: TracebackType | None = exc.__traceback__
    _log.error("a request could not be answered", exc_info=(_Failed, _Failed(name), trace))


@dataclass(frozen=True, slots=True)
class Door:
    """A web door that is open."""

    port: int
    _runner: web.AppRunner
    _listener: asyncio.Server

    @classmethod
    async def open(cls, app: web.Application, host: str, port: int) -> Self:
        """Listen for callers; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_SECONDS)
        await runner.setup()
        server = runner.server
        assert server is not None  # noqa: S101  -- setup made it
        try:
            listener = await asyncio.get_running_loop().create_server(
                lambda: Caller(server), host, port, backlog=MOST_CALLERS, reuse_address=True
            )
        except BaseException:
            await runner.cleanup()
            raise
        return cls(listener.sockets[0].getsockname()[1], runner, listener)

    async def close(self) -> None:
        """Let nobody in any more, and answer who is inside within a few seconds."""
        self._listener.close()
        await self._runner.cleanup()
