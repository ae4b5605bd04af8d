"""The line to Slack in Socket Mode: opened once it can be, whatever Slack does meanwhile."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import Sparing
from bot.slack import TokenRefusedError, socket_address
from connector.errors import Provider, ProviderUnavailableError

_log = logging.getLogger(__name__)

_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0
_GOODBYE: Final = 1.0
_WORDS: Final = logging.getLogger("slack_sdk.line")
_WORDS.setLevel(logging.WARNING)
_WORDS.addFilter(Sparing())


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: for a socket to open, between two pings, and after Slack refused the token."""

    connect: float = 10.0
    ping: float = 10.0
    refused: float = 300.0


class _Socket(SocketModeClient):
    """Slack's client, made to come back: from a spent address and from a refused token."""

    def __init__(self, client: AsyncWebClient, patience: Patience) -> None:
        token = client.token or ""
        super().__init__(token, _WORDS, client, ping_interval=patience.ping)
        self._patience = patience
        self._is_lost = False

    def tell(self, why: ProviderUnavailableError) -> None:
        """Say that there is no line, once until there is one."""
        if not self._is_lost:
            _log.warning("no line to Slack yet, Snowline goes on trying: %s", why)
        self._is_lost = True

    async def issue_new_wss_url(self) -> str:
        """Ask until Slack names an address, ever more rarely; the library asks in silence."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await socket_address(self.web_client)
            except TokenRefusedError as exc:
                _log.error("there is no line to Slack: %s", exc)
                self._is_lost = True
                await asyncio.sleep(self._patience.refused)
            except ProviderUnavailableError as exc:
                self.tell(exc)
                await asyncio.sleep(max(wait, exc.retry_after or 0.0))
                wait = min(2 * wait, _LONGEST_WAIT)

    async def connect(self) -> None:
        """Connect, each time at an address of its own: the library dials a spent one for ever."""
        wait = _FIRST_WAIT
        while not self.closed and not await self.opens():
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
            self.wss_uri = await self.issue_new_wss_url()
        if self._is_lost:
            self._is_lost = False
            _log.info("the line to Slack stands")

    async def opens(self) -> bool:
        """Tell whether the socket stands at the address it was given, within the time for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.connect):
                await super().connect()  # type: ignore[no-untyped-call]  # Slack's has none
                return True
        return False


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which the socket keeps and asks."""

    def __init__(self, app: AsyncApp, socket: _Socket) -> None:
        self.app, self.app_token, self.client = app, socket.app_token, socket
        socket.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as Bolt does


@dataclass(slots=True)
class Line:
    """Socket Mode with one app; it reconnects by itself once it has stood."""

    _socket: _Socket
    _opening: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    async def open(
        cls, app: AsyncApp, client: AsyncWebClient, patience: Patience = Patience()
    ) -> Self:
        """Connect; where Slack cannot be reached, say so and go on trying behind the scenes.

        Raises:
            TokenRefusedError: Slack does not accept the app token ``client`` holds.
        """
        socket = _Socket(client, patience)
        _Handler(app, socket)
        line = cls(socket)
        try:
            await line._open()
        except BaseException:
            await line.close()
            raise
        return line

    async def close(self) -> None:
        """Hang up."""
        for task in self._opening:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._socket.close()  # type: ignore[no-untyped-call]  # Slack's has none
        await self._socket.aiohttp_client_session.close()

    async def _open(self) -> None:
        try:
            self._socket.wss_uri = await socket_address(self._socket.web_client)
            if await self._socket.opens():
                return
            why = ProviderUnavailableError(Provider.CHAT, "the socket does not open")
        except ProviderUnavailableError as exc:
            why = exc
        self._socket.tell(why)
        self._opening.add(asyncio.create_task(self._keep_trying(why.retry_after or _FIRST_WAIT)))

    async def _keep_trying(self, wait: float) -> None:
        await asyncio.sleep(wait)
        self._socket.wss_uri = await self._socket.issue_new_wss_url()
        await self._socket.connect()
