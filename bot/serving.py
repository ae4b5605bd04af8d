"""Put the whole bot together, run it, and take it down in order."""

import asyncio
import errno
import logging
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import limits
from bot.app import build_app
from bot.audience import SlackDirectory
from bot.authorizing import owner
from bot.clients import SLACK_SECONDS, Clients, InstalledClients, slack_client
from bot.delivery import SlackDelivery
from bot.doorkeeper import Door
from bot.files import SlackFiles
from bot.hinting import HintDoor
from bot.install_page import InstallDoor
from bot.limits import Limits
from bot.line import Line
from bot.oauth import REDIRECT_PATH, OneToken, SlackOAuth
from bot.settings import Settings, SettingsError
from bot.slack import whose
from bot.web import build_web
from connector import wiring
from connector.clock import utc_now
from connector.errors import ProviderUnavailableError
from connector.models import WorkspaceId
from connector.wiring import Connector

_log = logging.getLogger(__name__)

# Docker kills after ten seconds, others later: a second is left for the interpreter's own end.
STOP_SECONDS: Final = 8.0
"""The longest that one call of Slack's Web API may take."""
END_SECONDS: Final = STOP_SECONDS + 1.0

Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is up. ``port`` is where its web door listens."""

    port: int
    connector: Connector
    _session: aiohttp.ClientSession
    _ways_in: list[Close] = field(default_factory=list)

    @classmethod
    async def start(cls, settings: Settings) -> Self:
        """Open the store, the web door and the line to Slack; cancelled, close them again.

        Raises:
            SettingsError: a setting cannot be used; says which.
            ConnectorError: the database, the keys or a token cannot be used; says which.
            OSError: the port is taken.
        """
        session = limits.session(Limits(), SLACK_SECONDS)
        try:
            return await cls._start(settings, session)
        except BaseException:
            await session.close()
            raise

    @classmethod
    async def _start(cls, settings: Settings, session: aiohttp.ClientSession) -> Self:
        token = settings.slack_bot_token
        one = token.get_secret_value() if token else None
        client = slack_client(settings.slack_base_url, one, session)
        connector = build_connector(settings, client)
        known = await _be_known(client) if token else None
        ways_in: list[Close] = []
        try:
            await connector.start()
            if known is not None:
                await connector.services.installs.go_on(known)
            port = await _open_ways_in(settings, client, connector, ways_in)
        except BaseException:
            await _close(connector, ways_in)
            raise
        return cls(port, connector, session, ways_in)

    async def stop(self) -> None:
        """Take no more requests, finish what is under way, close the store; may be repeated.

        All of it shares ``STOP_SECONDS``. What is not done by then is left as a kill would leave
        it, and the next start goes on with it.
        """
        try:
            await _close(self.connector, self._ways_in)
        finally:
            await self._session.close()


async def _be_known(client: AsyncWebClient) -> WorkspaceId | None:
    try:
        answer = await whose(client)
    except ProviderUnavailableError as exc:
        _log.warning("the bot token is not checked, Snowline starts without: %s", exc)
        return None
    return owner(dict(answer.data))  # type: ignore[arg-type]  # JSON, for this method


async def _close(connector: Connector, ways_in: list[Close]) -> None:
    until = time.monotonic() + STOP_SECONDS
    try:
        await asyncio.gather(*(close() for close in ways_in))
    finally:
        await connector.stop(until - time.monotonic())


def build_connector(settings: Settings, client: AsyncWebClient) -> Connector:
    """Put the connector together: with the one client that has a token, or one for each workspace.

    Raises:
        SettingsError: a setting cannot be used; says which.
    """
    oauth = slack_oauth(settings)
    installed = InstalledClients(settings.slack_base_url, client.session)
    clients: Clients = installed if oauth else client
    try:
        connector = wiring.build(
            settings.connector(),
            announcer=SlackDelivery(clients, pace=settings.slack_pace),
            directory=SlackDirectory(clients),
            files=SlackFiles(clients),
            chat=oauth or OneToken(client),
        )
    except ValueError as exc:
        raise SettingsError(f"SNOWLINE_ALLOW_HOSTS cannot be used: {exc}") from exc
    installed.services = connector.services
    return connector


async def export(settings: Settings, workspace: str, file: Path) -> Path:
    """Write all that a workspace owns, but its secrets, to a new file.

    Raises:
        SettingsError, ConnectorError: it cannot be written, or the database not be used.
    """
    connector = build_connector(settings, slack_client(settings.slack_base_url, None))
    await connector.open()
    try:
        return await connector.services.erasing.export(WorkspaceId(workspace), file)
    finally:
        await connector.stop()


def slack_oauth(settings: Settings) -> SlackOAuth | None:
    """Make what installs Snowline in many workspaces; None where it is in one by its token."""
    if settings.slack_client_secret is None:
        return None
    return SlackOAuth(
        base_url=settings.slack_base_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        redirect_uri=f"{settings.url.rstrip('/')}{REDIRECT_PATH}",
        clock=utc_now,
    )


async def _open_ways_in(
    settings: Settings, client: AsyncWebClient, connector: Connector, ways_in: list[Close]
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
        hints=_hints(settings, connector),
        installs=_installs(settings, connector),
    )
    door = await _door(pages, settings)
    ways_in.append(door.close)
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        line = await Line.open(app, slack_client(settings.slack_base_url, token, client.session))
        ways_in.append(line.close)
    return door.port


def _hints(settings: Settings, connector: Connector) -> HintDoor | None:
    secret = settings.servicenow_webhook_secret
    if secret is None:
        return None
    return HintDoor(secret.get_secret_value(), connector.services.hints.take)


def _installs(settings: Settings, connector: Connector) -> InstallDoor | None:
    oauth = slack_oauth(settings)
    allowed = frozenset(settings.slack_workspaces)
    return InstallDoor(connector.services, oauth, settings.url, allowed) if oauth else None


async def _door(pages: web.Application, settings: Settings) -> Door:
    try:
        return await Door.open(pages, settings.listen_host, settings.listen_port)
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise
        raise OSError(
            f"port {settings.listen_port} is already in use: end what listens there, or choose"
            " another port with SNOWLINE_LISTEN_PORT"
        ) from exc


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


def run(settings: Settings) -> None:
    """Run the bot until it is told to stop; then it ends within ``END_SECONDS``, come what may.

    Raises:
        SettingsError, ConnectorError, OSError: as for ``Bot.start``.
    """
    last_call = threading.Timer(END_SECONDS, _end)
    last_call.daemon = True
    try:
        asyncio.run(_serve(settings, last_call.start))
    finally:
        last_call.cancel()


def _end() -> None:
    _log.error("Snowline could not stop in order and ends now; the next start goes on")
    os._exit(1)


async def _serve(settings: Settings, told: Callable[[], None]) -> None:
    stop = asyncio.ensure_future(told_to_stop().wait())
    stop.add_done_callback(lambda _: None if stop.cancelled() else told())
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
