"""Put the whole bot together, run it, and take it down in order."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.delivery import SlackDelivery
from bot.people import SlackPeople
from bot.settings import Settings
from bot.web import build_web
from connector import wiring
from connector.wiring import Connector, utc_now

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is up. ``port`` is where its web door listens."""

    port: int
    connector: Connector
    _door: web.AppRunner
    _socket: AsyncSocketModeHandler | None

    @classmethod
    async def start(cls, settings: Settings) -> Self:
        """Open the store, the web door and the line to Slack.

        Raises:
            ConnectorError: the database or the keys cannot be used; says which.
            OSError: the port is taken.
        """
        client = slack_client(settings.slack_base_url, settings.slack_bot_token.get_secret_value())
        connector = wiring.build(
            settings.connector(),
            announcer=SlackDelivery(client, pace=settings.slack_pace),
            directory=SlackPeople(client),
        )
        await connector.start()
        secret = settings.slack_signing_secret
        signing_secret = secret.get_secret_value() if secret else None
        app = build_app(
            services=connector.services,
            client=client,
            signing_secret=signing_secret,
            clock=utc_now,
        )
        door = build_web(
            app=app,
            services=connector.services,
            signing_secret=None if settings.slack_app_token else signing_secret,
            public_url=settings.url,
            ready=connector.ready,
        )
        runner, port = await _open_door(door, settings)
        return cls(port, connector, runner, await _open_socket(app, settings))

    async def stop(self) -> None:
        """Stop taking requests, finish what is under way, close the store."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        await self._door.cleanup()
        await self.connector.stop()


def slack_client(base_url: str, token: str) -> AsyncWebClient:
    """Make a client of Slack's Web API that never repeats a call by itself."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])


async def _open_door(door: web.Application, settings: Settings) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(door, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, settings.listen_host, settings.listen_port).start()
    return runner, runner.addresses[0][1]


async def _open_socket(app: object, settings: Settings) -> AsyncSocketModeHandler | None:
    if settings.slack_app_token is None:
        return None
    token = settings.slack_app_token.get_secret_value()
    handler = AsyncSocketModeHandler(
        app,  # type: ignore[arg-type]
        token,
        web_client=slack_client(settings.slack_base_url, token),
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return handler


async def until_told_to_stop(meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
    """Wait for SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if meanwhile is not None:
        await meanwhile()
    await stop.wait()


async def serve(settings: Settings) -> None:
    """Run the bot until it is told to stop."""
    bot = await Bot.start(settings)
    mode = "Socket Mode" if settings.slack_app_token else f"HTTP at {settings.url}/slack/events"
    _log.info("Snowline is up: %s, web door on port %d", mode, bot.port)
    try:
        await until_told_to_stop()
    finally:
        await bot.stop()
        _log.info("Snowline has stopped")
