"""Put the whole bot together, run it, and take it down in order."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.delivery import SlackDelivery
from bot.doorkeeper import Door
from bot.line import Line
from bot.people import SlackPeople
from bot.settings import Settings, SettingsError
from bot.web import build_web
from connector import wiring
from connector.clock import utc_now
from connector.wiring import Connector

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is up. ``port`` is where its web door listens."""

    port: int
    connector: Connector
    _open: AsyncExitStack

    @classmethod
    async def start(cls, settings: Settings) -> Self:
        """Open the store, the web door and the line to Slack; cancelled, close them again.

        Raises:
            SettingsError: a setting cannot be used; says which.
            ConnectorError: the database, the keys or the app token cannot be used; says which.
            OSError: the port is taken.
        """
        async with AsyncExitStack() as stack:
            client = slack_client(
                settings.slack_base_url, settings.slack_bot_token.get_secret_value()
            )
            connector = _connector(settings, client)
            await connector.start()
            stack.push_async_callback(connector.stop)
            port = await _open_ways_in(settings, client, connector, stack)
            return cls(port, connector, stack.pop_all())

    async def stop(self) -> None:
        """Stop taking requests, finish what is under way, close the store: within 20 seconds."""
        await self._open.aclose()


def _connector(settings: Settings, client: AsyncWebClient) -> Connector:
    try:
        return wiring.build(
            settings.connector(),
            announcer=SlackDelivery(client, pace=settings.slack_pace),
            directory=SlackPeople(client),
        )
    except ValueError as exc:
        raise SettingsError(f"SNOWLINE_ALLOW_HOSTS cannot be used: {exc}") from exc


async def _open_ways_in(
    settings: Settings, client: AsyncWebClient, connector: Connector, stack: AsyncExitStack
) -> int:
    secret = settings.slack_signing_secret
    signing_secret = secret.get_secret_value() if secret else None
    app = build_app(
        services=connector.services,
        client=client,
        signing_secret=signing_secret,
        clock=utc_now,
    )
    pages = build_web(
        app=app,
        services=connector.services,
        signing_secret=None if settings.slack_app_token else signing_secret,
        public_url=settings.url,
        ready=connector.ready,
    )
    door = await Door.open(pages, settings.listen_host, settings.listen_port)
    stack.push_async_callback(door.close)
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        line = await Line.open(app, slack_client(settings.slack_base_url, token))
        stack.push_async_callback(line.close)
    return door.port


def slack_client(base_url: str, token: str) -> AsyncWebClient:
    """Make a client of Slack's Web API that never repeats a call by itself."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])


def told_to_stop() -> asyncio.Event:
    """Return what SIGTERM and Ctrl-C set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def until_told_to_stop() -> None:
    """Wait for SIGTERM or Ctrl-C."""
    await told_to_stop().wait()


async def serve(settings: Settings) -> None:
    """Run the bot until it is told to stop, be it before it is up.

    Raises:
        SettingsError, ConnectorError, OSError: as for ``Bot.start``.
    """
    stop = asyncio.ensure_future(told_to_stop().wait())
    starting = asyncio.ensure_future(Bot.start(settings))
    await asyncio.wait({stop, starting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
    if not starting.cancelled():
        await _stay(starting.result(), settings, stop)
    _log.info("Snowline has stopped")


async def _stay(bot: Bot, settings: Settings, stop: asyncio.Future[Any]) -> None:
    mode = "Socket Mode" if settings.slack_app_token else f"HTTP at {settings.url}/slack/events"
    _log.info("Snowline is up: %s, web door on port %d", mode, bot.port)
    try:
        await stop
    finally:
        await bot.stop()
