"""A sandbox Slack, a small real Bolt app behind it, and people to use them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import accounts, running
from bot.sandbox.driver import SlackUser
from bot.sandbox.slack import SlackServer, SlackSettings

SECURITY, GENERAL, BOARD = accounts.SECURITY.id, accounts.GENERAL.id, accounts.BOARD.id
ADA, OLE, MIA = accounts.ADA.id, accounts.OLE.id, accounts.MIA.id
ADAS_DM = "D0ADA"
Register = Callable[[AsyncApp], None]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def field_of(label: str, ident: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {"action_id": ident, **element}
    return {"type": "input", "block_id": ident, "label": plain(label), "element": element, **more}


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Send")}
    return {**view, "blocks": list(blocks) or [section("Nothing here")], **more}


@dataclass
class Clock:
    """Real time, put forward by hand."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Stage:
    server: SlackServer
    origin: str
    http: aiohttp.ClientSession
    client: AsyncWebClient
    clock: Clock
    heard: list[dict[str, Any]] = field(default_factory=list)

    def user(self, user: str) -> SlackUser:
        return SlackUser(self.http, self.origin, user)

    @property
    def ada(self) -> SlackUser:
        return self.user(ADA)

    @property
    def mia(self) -> SlackUser:
        return self.user(MIA)

    async def get(self, what: str, **query: str) -> Any:
        async with self.http.get(f"{self.origin}/_client/{what}", params=query) as response:
            return await response.json()

    async def post(self, what: str, **body: Any) -> Any:
        async with self.http.post(f"{self.origin}/_client/{what}", json=body) as response:
            return await response.json()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call the Web API bare, so that refusals are answers and no exceptions."""
        headers = {"Authorization": f"Bearer {accounts.BOT_TOKEN}"}
        headers["Content-Type"] = "application/json; charset=utf-8"
        url, body = f"{self.origin}/api/{method}", json.dumps(arguments)
        async with self.http.post(url, data=body, headers=headers) as response:
            return await response.json()

    async def refused(self) -> list[str]:
        return [each["error"] for each in (await self.get("refused"))["refused"]]


def client_for(origin: str, token: str = accounts.BOT_TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=f"{origin}/api/", timeout=5)


@asynccontextmanager
async def bare(settings: SlackSettings | None = None) -> AsyncIterator[Stage]:
    """A sandbox Slack whose bot is nowhere."""
    clock = Clock()
    server = SlackServer(settings=settings or SlackSettings(), clock=clock)
    front = await running.start(server.app)
    try:
        async with aiohttp.ClientSession() as http:
            yield Stage(server, front.origin, http, client_for(front.origin), clock)
    finally:
        await front.stop()


@asynccontextmanager
async def with_bolt(
    register: Register, settings: SlackSettings | None = None
) -> AsyncIterator[Stage]:
    """A sandbox Slack and a Bolt app that it reaches over HTTP."""
    async with bare(settings) as stage:
        app = AsyncApp(client=stage.client, signing_secret=accounts.SIGNING_SECRET)
        register(app)

        async def receive(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await app.async_dispatch(await to_bolt_request(request))
            )

        async with _door(stage, receive):
            yield stage


@asynccontextmanager
async def with_answers(
    *answers: web.Response | float, settings: SlackSettings | None = None
) -> AsyncIterator[Stage]:
    """A bot without Bolt: gives these answers in turn (a number: so many seconds of silence)."""
    async with bare(settings) as stage:
        left = list(answers)

        async def receive(request: web.Request) -> web.Response:
            text = (await request.read()).decode()
            stage.heard.append({"headers": request.headers, "body": text})
            answer = left.pop(0) if left else web.Response()
            if isinstance(answer, float):
                await asyncio.sleep(answer)
                return web.Response()
            return answer

        async with _door(stage, receive):
            yield stage


@asynccontextmanager
async def _door(stage: Stage, receive: Any) -> AsyncIterator[None]:
    door = web.Application()
    door.router.add_post("/slack/events", receive)
    back = await running.start(door)
    stage.server.deliver_to(f"{back.origin}/slack/events")
    try:
        yield
    finally:
        stage.server.deliver_to(None)
        await back.stop()


@asynccontextmanager
async def with_socket(
    register: Register, settings: SlackSettings | None = None
) -> AsyncIterator[Stage]:
    """A sandbox Slack and a Bolt app that is connected to it by Socket Mode."""
    async with bare(settings) as stage:
        app = AsyncApp(client=stage.client)
        register(app)
        handler = AsyncSocketModeHandler(
            app,
            accounts.APP_TOKEN,
            web_client=client_for(stage.origin, accounts.APP_TOKEN),
            ping_interval=0.2,
        )
        await handler.connect_async()
        try:
            yield stage
        finally:
            await handler.close_async()


async def soon(look: Callable[[], Any], seconds: float = 3.0) -> Any:
    """Look again until there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


def payload_of(heard: dict[str, Any]) -> dict[str, Any]:
    """Read the interaction out of a recorded request."""
    return json.loads(parse_qs(heard["body"])["payload"][0])
