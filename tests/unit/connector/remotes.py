"""Remotes of this machine's own, as well or as badly behaved as a test needs them."""

import asyncio
import contextlib
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from aiohttp import ClientSession, CookieJar, web
from pydantic import SecretStr
from yarl import URL

from bot.sandbox import accounts
from bot.sandbox.accounts import ServiceNowAccount
from bot.sandbox.microsoft import MicrosoftServer, MicrosoftSettings
from bot.sandbox.running import Running, start
from bot.sandbox.servicenow import ServiceNowServer, ServiceNowSettings
from connector.errors import Provider
from connector.http import Call, Http
from connector.settings import ConnectorSettings
from connector.vault import new_key

ACME = "acme.service-now.com"
GRAPH = "graph.microsoft.com"
LOGIN = "login.microsoftonline.com"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings(allow_hosts: Mapping[str, str], deadline: float = 5.0) -> ConnectorSettings:
    """Settings that lead hosts to servers of this machine."""
    return ConnectorSettings(
        keys=SecretStr(new_key()), allow_hosts=dict(allow_hosts), call_deadline=deadline
    )


def call(*, writes: bool = False, path: str = "/api", host: str = ACME, **rest) -> Call:
    """A call to ServiceNow."""
    return Call(
        provider=Provider.SERVICENOW,
        method="POST" if writes else "GET",
        url=f"https://{host}{path}",
        writes=writes,
        **rest,
    )


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Running]:
    """A server that answers every request with ``handler``."""
    app = web.Application(client_max_size=1 << 25)
    app.router.add_route("*", "/{path:.*}", handler)
    running = await start(app)
    try:
        yield running
    finally:
        await running.stop()


@contextlib.asynccontextmanager
async def door_to(
    origin: str, *, deadline: float = 5.0, hosts: tuple[str, ...] = (ACME, GRAPH, LOGIN), **rest
) -> AsyncIterator[Http]:
    """Our way out, with every remote at ``origin``."""
    http = Http(settings(dict.fromkeys(hosts, origin), deadline), **rest)
    try:
        yield http
    finally:
        await http.close()


@contextlib.asynccontextmanager
async def answering(handler: Handler, *, deadline: float = 5.0) -> AsyncIterator[Http]:
    """Our way out to a server that answers every request with ``handler``."""
    async with serving(handler) as running, door_to(running.origin, deadline=deadline) as http:
        yield http


@contextlib.asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server below HTTP: ``talk`` has the bare connection."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@contextlib.asynccontextmanager
async def servicenow(
    settings: ServiceNowSettings | None = None,
) -> AsyncIterator[tuple[ServiceNowServer, Running, Http]]:
    """The sandbox's instance, where it runs, and our way to it."""
    server = ServiceNowServer(settings=settings or ServiceNowSettings())
    running = await start(server.app)
    try:
        async with door_to(running.origin, hosts=(accounts.INSTANCE_HOST,)) as http:
            yield server, running, http
    finally:
        await running.stop()


@contextlib.asynccontextmanager
async def microsoft(
    settings: MicrosoftSettings | None = None,
) -> AsyncIterator[tuple[MicrosoftServer, Running, Http]]:
    """The sandbox's tenant, where it runs, and our way to it."""
    server = MicrosoftServer(settings=settings or MicrosoftSettings())
    running = await start(server.app)
    try:
        async with door_to(running.origin, hosts=(GRAPH, LOGIN)) as http:
            yield server, running, http
    finally:
        await running.stop()


async def consent(url: str, user: ServiceNowAccount = accounts.INTEGRATION_USER) -> dict[str, str]:
    """Sign a person in at an authorisation page, press Allow and return the callback's query."""
    jar = CookieJar(unsafe=True)
    async with ClientSession(cookie_jar=jar) as browser:
        origin = URL(url).origin()
        signing_in = {"user_name": user.user_name, "user_password": user.password}
        async with browser.post(origin / "login.do", data=signing_in, allow_redirects=False):
            pass
        async with browser.get(URL(url, encoded=True)) as page:
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', await page.text()))
        answer = {name: html.unescape(value) for name, value in hidden.items()}
        answer["decision"] = "allow"
        async with browser.post(
            origin / "oauth_auth.do", data=answer, allow_redirects=False
        ) as back:
            return dict(URL(back.headers["Location"]).query)
