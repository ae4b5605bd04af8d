"""The sandbox's Slack as one aiohttp application."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.faults import Faults
from bot.sandbox.slack import entities, envelope, files, oauth, responding, sockets
from bot.sandbox.slack.api import FAILURES, WebApi
from bot.sandbox.slack.channel_changes import ChannelControl
from bot.sandbox.slack.client_api import ClientApi
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.response_urls import PREFIX as RESPONSES
from bot.sandbox.slack.settings import SlackSettings
from bot.sandbox.slack.stamps import Clock
from bot.sandbox.slack.uploads import PATH as UPLOADS
from bot.sandbox.slack.uploads import receive
from bot.sandbox.slack.workspaces import Workspaces

_PAGE: Final = Path(__file__).parents[1] / "page"
_LARGEST_REQUEST: Final = 16 * 1024 * 1024


class SlackServer:
    """State and aiohttp application of the sandbox's workspaces; ``workspace`` is the first.

    ``clock`` gives the seconds since 1970. ``faults`` strike calls of the Web API only.
    """

    def __init__(self, *, settings: SlackSettings, clock: Clock = time.time) -> None:
        self.workspaces = Workspaces.new(settings, clock)
        self.workspace = self.workspaces.home.workspace
        self.delivery = self.workspaces.home.delivery
        self.faults = Faults(answers=FAILURES)
        self._origin = ""
        for link in self.workspaces.links.values():
            entities.hear(link)
        self.app = web.Application(
            middlewares=[self._origin_reader()], client_max_size=_LARGEST_REQUEST
        )
        self.app.add_subapp("/api/", self._web_api(Rates(clock, on=settings.rate_limits)))
        self.app.add_routes(ClientApi(self.workspaces).routes())
        self.app.add_routes(ChannelControl(self.workspaces.home).routes())
        self.app.add_routes(self.faults.routes())
        self.app.add_routes(self._routes())
        self.app.add_routes(oauth.Consent(self.workspaces.installs).routes())
        self.app.cleanup_ctx.append(self._until_cleanup)
        # Long polls and sockets must end before the runner waits for open connections.
        self.app.on_shutdown.append(self._hang_up)

    @property
    def origin(self) -> str:
        """Where this Slack is reached: as set, or as the last request said."""
        return self._origin or self.workspace.origin

    @origin.setter
    def origin(self, origin: str) -> None:
        self._origin = origin
        self._note_origin(origin)

    def _note_origin(self, origin: str) -> None:
        for link in self.workspaces.links.values():
            link.workspace.origin = origin

    def deliver_to(self, request_url: str | None) -> None:
        """Send commands, interactions and events to this address from now on."""
        for link in self.workspaces.links.values():
            link.delivery.request_url = request_url

    def messages(self, channel_id: str) -> list[Json]:
        """List what everybody in a conversation sees, oldest first."""
        book = self.workspace.messages
        return [book.shown(message) for message in book.public(channel_id)]

    def send_event(self, event: Json) -> None:
        """Deliver an event such as ``{"type": "app_uninstalled"}``, subscribed to or not."""
        self.delivery.tell(envelope.event(self.workspace, event))

    async def refresh_sockets(self) -> None:
        """Ask every socket to come back on a new connection."""
        await self.delivery.sockets.refresh()

    def _web_api(self, rates: Rates) -> web.Application:
        api = WebApi(self.workspaces, self.delivery.sockets, rates)
        app = web.Application(
            middlewares=[self.faults.middleware], client_max_size=_LARGEST_REQUEST
        )
        app.add_routes([web.get("/{method}", api.handle), web.post("/{method}", api.handle)])
        return app

    def _routes(self) -> list[web.AbstractRouteDef]:
        found: list[web.AbstractRouteDef] = [
            web.get("/", _index),
            web.get("/archives/{channel}/{message}", _index),
            web.get(sockets.PATH, self.delivery.sockets.connect),
            web.post(RESPONSES + "{token}", self._respond),
            web.get(files.PATH, self._hand_out),
            web.post(UPLOADS, self._take_in),
        ]
        if _PAGE.is_dir():
            found.append(web.static("/_page", _PAGE))
        return found

    async def _respond(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        knowing = [
            link.workspace
            for link in self.workspaces.links.values()
            if link.workspace.response_urls.knows(token)
        ]
        return await responding.handle(knowing[0] if knowing else self.workspace, request)

    async def _hand_out(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            grant = self.workspaces.installs.of_token(token)
        except SlackError:
            return files.handed_out(None, request)
        _, workspace = self.workspaces.of_call(grant, {})
        return files.handed_out(workspace.files, request)

    async def _take_in(self, request: web.Request) -> web.Response:
        return await receive(self.workspace.uploads, request)

    def _origin_reader(self) -> Middleware:
        @web.middleware
        async def remember(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._origin:
                self._note_origin(f"{request.scheme}://{request.host}")
            return await handler(request)

        return remember

    async def _hang_up(self, _app: web.Application) -> None:
        self.workspaces.close()
        await self.delivery.sockets.drop()

    async def _until_cleanup(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        for link in self.workspaces.links.values():
            await link.delivery.close()


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(_PAGE / "index.html", headers={"Cache-Control": "no-store"})
