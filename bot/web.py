"""The web door: Slack's requests, an admin's browser on its way to ServiceNow, health."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp

from bot.accept_language import asked_for
from bot.bodies import RefusedError
from bot.hinting import PATH, HintDoor
from bot.ingress import MAX_BODY, Gate
from bot.install_page import InstallDoor
from bot.pages import Cookie, ended, failed, headers
from bot.secret_page import SecretDoor
from connector.errors import CONNECT, ConnectorError, Provider
from connector.services.forms import Callback, SignInEnd
from connector.wiring import Services
from connector.words import speaking, tr

_log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[None]]
Lost = Callable[[], Awaitable[int]]

_COOKIE_SECONDS: Final = 600
_READY_SECONDS: Final = 4.0
_PROBES: Final = ("/healthz", "/readyz")


def build_web(  # noqa: PLR0913  -- one for each way in
    *,
    app: AsyncApp | None,
    services: Services,
    signing_secret: str | None,
    public_url: str,
    ready: Ready,
    hints: HintDoor | None = None,
    installs: InstallDoor | None = None,
) -> web.Application:
    """Build the door; without ``app`` or ``signing_secret`` Slack has no way in here.

    Nor has ServiceNow without ``hints``, nor who installs it without ``installs``.
    """
    cookie = Cookie(
        name="snowline_sign_in",
        seconds=_COOKIE_SECONDS,
        secure=public_url.startswith("https:"),
        samesite="Lax",
    )
    browser = _Browser(services, cookie)
    outside_in = [_access_log, _in_the_browsers_language, _failures_in_words]
    door = web.Application(client_max_size=MAX_BODY, middlewares=outside_in)
    door.router.add_get("/connect/servicenow/{ticket}", browser.start, allow_head=False)
    door.router.add_get("/oauth/servicenow/callback", browser.finish)
    SecretDoor(services, public_url).open(door.router)
    door.router.add_get("/healthz", _alive)
    door.router.add_get("/readyz", _readiness(ready, installs.lost if installs else _none))
    if app is not None and signing_secret:
        door.router.add_post("/slack/events", _slack(app, Gate(signing_secret)))
    if hints is not None:
        door.router.add_post(PATH, hints.receive)
    if installs is not None:
        installs.open(door.router)
    return door


def _slack(app: AsyncApp, gate: Gate) -> Handler:
    async def receive(request: web.Request) -> web.StreamResponse:
        try:
            signed = await gate.admit(request)
        except RefusedError as exc:
            _log.warning("a request was refused at the gate: %s", exc)
            return web.Response(status=exc.status, text=exc.status.phrase)
        if signed.is_ssl_check:
            return web.Response()
        return await to_aiohttp_response(await app.async_dispatch(signed.for_bolt()))

    return receive


@dataclass(frozen=True, slots=True)
class _Browser:
    """An admin's way to ServiceNow's sign-in and back."""

    services: Services
    cookie: Cookie

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Bind the sign-in to this browser and send it on."""
        start = await self.services.connections.start_sign_in(request.match_info["ticket"])
        if start is None:
            return failed(_expired(), HTTPStatus.NOT_FOUND, "its sign-in link is not valid")
        sent_on = {**headers(), "Location": start.redirect_url}
        response = web.Response(status=HTTPStatus.FOUND, headers=sent_on)
        self.cookie.give(response, start.browser)
        return response

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Hand what ServiceNow sent along to the service, and say how it ended."""
        callback = Callback(
            state=request.query.get("state", ""),
            code=request.query.get("code", ""),
            error=request.query.get("error", ""),
            browser=self.cookie.brought(request),
        )
        end = await self.services.connections.finish_sign_in(callback)
        response = ended(end, HTTPStatus.OK if end.ok else HTTPStatus.BAD_REQUEST)
        self.cookie.forget(response)
        return response


async def _none() -> int:
    return 0


async def _alive(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="ok")


def _readiness(ready: Ready, lost: Lost) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await ready()
                count = await lost()
        except (ConnectorError, TimeoutError) as exc:
            _log.warning("the bot is not ready: %s", str(exc) or type(exc).__name__)
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="not ready")
        # It is ready for the others: whoever restarts it for this mends nothing.
        text = f"ready; to be installed again: {count}" if count else "ready"
        return web.Response(text=text)

    return answer


@web.middleware
async def _access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write one line a request: the route as it was declared, never what the address held."""
    started = time.monotonic()
    status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as exc:
        status = exc.status
        raise
    finally:
        route = request.match_info.route.resource
        name = route.canonical if route else "unknown path"
        took = (time.monotonic() - started) * 1000
        level = logging.DEBUG if name in _PROBES else logging.INFO
        _log.log(level, "%s %s answered %d in %.0f ms", request.method, name, status, took)
    return response


@web.middleware
async def _failures_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show a page where the connector fails; the reason is for the log."""
    try:
        return await handler(request)
    except ConnectorError as exc:
        return failed(_failed(), HTTPStatus.SERVICE_UNAVAILABLE, f"{type(exc).__name__}: {exc}")


@web.middleware
async def _in_the_browsers_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Speak the language that a browser asks for; what Slack sends is answered in its users'."""
    asked = ",".join(request.headers.getall("Accept-Language", ()))
    with speaking(asked_for(asked)):
        return await handler(request)


def _expired() -> SignInEnd:
    return SignInEnd(
        ok=False,
        title=tr("This sign-in link no longer works"),
        sentences=(
            tr("It works once and for ten minutes."),
            tr("Type {connect} in Slack for a new one.", connect=CONNECT[Provider.SERVICENOW]),
        ),
    )


def _failed() -> SignInEnd:
    return SignInEnd(
        ok=False,
        title=tr("Snowline cannot go on right now"),
        sentences=(
            tr("Nothing was connected."),
            tr("Type {connect} in Slack to try again.", connect=CONNECT[Provider.SERVICENOW]),
        ),
    )
