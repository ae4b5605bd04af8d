"""A sandbox Slack, alone or with the bot's own front behind it and nothing connected."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build_app
from bot.audience import SlackDirectory
from bot.delivery import SlackDelivery
from bot.install_page import InstallDoor
from bot.listener import Bind
from bot.oauth import SlackOAuth
from bot.sandbox import accounts, running
from bot.sandbox.driver import SlackUser
from bot.sandbox.slack import SlackServer, SlackSettings, SlashCommand
from bot.web import build_web
from connector import wiring
from connector.clock import Clock, utc_now
from connector.settings import ConnectorSettings

SECURITY, BOARD = accounts.SECURITY.id, accounts.BOARD.id
COMMANDS = tuple(SlashCommand(name) for name in ("/snow", "/test", "/admins"))
More = Callable[[AsyncApp, Bind], None]


@dataclass(repr=False)
class Slack:
    server: SlackServer
    origin: str
    http: aiohttp.ClientSession
    client: AsyncWebClient
    services: Any = None
    door: str = ""

    @property
    def ada(self) -> SlackUser:
        return SlackUser(self.http, self.origin, accounts.ADA.id)

    @property
    def mia(self) -> SlackUser:
        return SlackUser(self.http, self.origin, accounts.MIA.id)

    async def refused(self) -> list[str]:
        async with self.http.get(f"{self.origin}/_client/refused") as answer:
            return [each["error"] for each in (await answer.json())["refused"]]


async def idle() -> None:
    """Wait until no listener is at work any more."""
    async with asyncio.timeout(30):
        while any("run_ack_function" in repr(each.get_coro()) for each in asyncio.all_tasks()):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def slack(**settings: Any) -> AsyncIterator[Slack]:
    server = SlackServer(settings=SlackSettings(commands=COMMANDS, **settings))
    front = await running.start(server.app)
    client = AsyncWebClient(
        token=accounts.BOT_TOKEN, base_url=f"{front.origin}/api/", timeout=3, retry_handlers=[]
    )
    try:
        async with aiohttp.ClientSession() as http:
            yield Slack(server, front.origin, http, client)
    finally:
        await front.stop()


@asynccontextmanager
async def with_bot(
    folder: Any,
    more: More | None = None,
    clock: Clock = utc_now,
    session: aiohttp.ClientSession | None = None,
    **settings: Any,
) -> AsyncIterator[Slack]:
    """``more`` may add listeners for ``/test`` and ``/admins`` beside the bot's own."""
    async with slack(**settings) as end, connector_for(end, folder) as connector:
        end.client.session = session
        app = build_app(
            services=connector.services,
            client=end.client,
            signing_secret=accounts.SIGNING_SECRET,
            clock=clock,
        )
        if more is not None:
            more(app, Bind(connector.services, clock))
        door = build_web(
            app=app,
            services=connector.services,
            signing_secret=accounts.SIGNING_SECRET,
            public_url="http://127.0.0.1",
            ready=connector.ready,
        )
        back = await running.start(door)
        end.services, end.door = connector.services, back.origin
        end.server.deliver_to(f"{back.origin}/slack/events")
        try:
            yield end
        finally:
            end.server.deliver_to(None)
            await back.stop()


@asynccontextmanager
async def connector_for(end: Slack, folder: Any) -> AsyncIterator[wiring.Connector]:
    key = f"k{secrets.token_hex(4)}:{b64encode(secrets.token_bytes(32)).decode()}"
    connector = wiring.build(
        ConnectorSettings(database=folder / "snowline.db", keys=key),
        announcer=SlackDelivery(end.client, pace=0),
        directory=SlackDirectory(end.client),
    )
    await connector.start()
    try:
        yield connector
    finally:
        await connector.stop()


def pages(end: Slack, connector: wiring.Connector) -> web.Application:
    """The door without Slack behind it: what browsers alone are shown, installing included."""
    oauth = SlackOAuth(
        base_url=f"{end.origin}/api/",
        client_id="1.2",
        client_secret=SecretStr("secret"),
        redirect_uri="http://127.0.0.1/slack/oauth_redirect",
        clock=utc_now,
    )
    return build_web(
        app=None,
        services=connector.services,
        signing_secret=None,
        public_url="http://127.0.0.1",
        ready=connector.ready,
        installs=InstallDoor(connector.services, oauth, "http://127.0.0.1"),
    )
