"""Installing Snowline in a workspace, or an organisation, by Slack's OAuth.

What comes back counts once, within ten minutes, and only from the browser that went.
"""

import html
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import web

from bot.identifiers import COMMAND
from bot.oauth import REDIRECT_PATH, SlackOAuth
from bot.pages import Cookie, ended, failed, page, paragraph
from connector.errors import ConnectorError, NotInstalledError
from connector.models import ChatInstall
from connector.services.forms import SignInEnd
from connector.wiring import Services
from connector.words import later, tr

_log = logging.getLogger(__name__)

INSTALL_PATH: Final = "/slack/install"
_COOKIE_SECONDS: Final = 600
_ABOUT: Final = (
    later("Snowline makes ServiceNow tickets of Microsoft Secure Score actions and follows them."),
    later(
        "Slack asks on its own page what Snowline may do, and in which workspace or organisation."
    ),
)


@dataclass(frozen=True, slots=True)
class InstallDoor:
    """The pages at ``/slack/install`` and ``/slack/oauth_redirect``."""

    services: Services
    oauth: SlackOAuth
    public_url: str
    allowed: frozenset[str] = frozenset()
    """Which workspaces and organisations may install Snowline; none named means any."""

    def open(self, router: web.UrlDispatcher) -> None:
        """Let browsers in."""
        router.add_get(INSTALL_PATH, self.show, allow_head=False)
        router.add_get(REDIRECT_PATH, self.finish, allow_head=False)

    async def lost(self) -> int:
        """Count the workspaces that must install Snowline again for it to speak there."""
        return await self.services.installs.lost()

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page with the button that leads to Slack."""
        start = self.services.installs.states.begin(self._cookie.brought(request))
        way = html.escape(self.oauth.consent_url(start.state))
        body = "".join(paragraph(tr(each)) for each in _ABOUT)
        add = html.escape(tr("Add Snowline to Slack"))
        body += f'<p><a class="button" href="{way}">{add}</a></p>'
        response = page(tr("Install Snowline"), body)
        self._cookie.give(response, start.browser)
        return response

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Take what Slack sent the browser back with, once."""
        response = await self._finished(request)
        self._cookie.forget(response)
        return response

    async def _finished(self, request: web.Request) -> web.Response:
        state, browser = request.query.get("state", ""), self._cookie.brought(request)
        code = request.query.get("code", "")
        try:
            if (
                not state
                or not browser
                or not await self.services.installs.states.use(state, browser)
            ):
                return failed(
                    _over(), HTTPStatus.BAD_REQUEST, "an installation's state is not valid"
                )
            if not code:
                return failed(_denied(), HTTPStatus.BAD_REQUEST, "Slack sent no code")
            return await self._installed(code)
        except ConnectorError as exc:
            cause = f"{type(exc).__name__}: {exc}"
            return failed(_failed(), HTTPStatus.BAD_GATEWAY, cause)

    async def _installed(self, code: str) -> web.Response:
        install, token = await self.oauth.installed(code)
        if self.allowed and install.workspace not in self.allowed:
            # One that has Snowline from before keeps it: what Slack gave may be its very token.
            if not await self._may_be_in_use(install):
                await self.oauth.take_back(token)
            cause = f"{install.workspace} is not among SNOWLINE_SLACK_WORKSPACES"
            return failed(_not_allowed(), HTTPStatus.FORBIDDEN, cause)
        try:
            is_back = await self.services.installs.keep(install, token)
        except ConnectorError:
            if not await self._may_be_in_use(install):
                await self.oauth.take_back(token)
            raise
        return ended(_done(install, is_back=is_back), HTTPStatus.OK)

    async def _may_be_in_use(self, install: ChatInstall) -> bool:
        """Tell whether a workspace may have a token: one that lasts is what Slack gives again."""
        try:
            await self.services.installs.token(install.workspace)
        except NotInstalledError:
            return False
        except ConnectorError:
            return True
        return True

    @property
    def _cookie(self) -> Cookie:
        return Cookie(
            name="snowline_install",
            seconds=_COOKIE_SECONDS,
            secure=self.public_url.startswith("https:"),
            samesite="Lax",
        )


def _over() -> SignInEnd:
    once = tr(
        "It goes on once, within ten minutes, in the browser that began it. Nothing was installed."
    )
    return SignInEnd(
        ok=False,
        title=tr("This installation cannot go on"),
        sentences=(once, _begin_anew()),
    )


def _denied() -> SignInEnd:
    return SignInEnd(
        ok=False,
        title=tr("Nothing was installed"),
        sentences=(tr("Slack was not given leave."), _begin_anew()),
    )


def _not_allowed() -> SignInEnd:
    return SignInEnd(
        ok=False,
        title=tr("Snowline is not for this workspace"),
        sentences=(
            tr("Nothing was installed: whoever runs this Snowline has not named the workspace."),
            tr("Ask them to add its id to `SNOWLINE_SLACK_WORKSPACES`."),
        ),
    )


def _failed() -> SignInEnd:
    again = tr(
        "Open `{path}` here to begin anew. If it fails again, give the reference to the person who"
        " runs Snowline.",
        path=INSTALL_PATH,
    )
    return SignInEnd(
        ok=False,
        title=tr("Snowline could not be installed"),
        sentences=(
            tr(
                "Slack did not let Snowline in, or its leave could not be kept. Nothing was"
                " changed."
            ),
            again,
        ),
    )


def _begin_anew() -> str:
    return tr("Open `{path}` here to begin anew.", path=INSTALL_PATH)


def _done(install: ChatInstall, *, is_back: bool) -> SignInEnd:
    name = install.name or install.workspace
    sentence = (
        tr("It was installed here before: its connections, settings and tickets are as they were.")
        if is_back
        else tr("Next, an admin of it types `{command} setup` in Slack.", command=COMMAND)
    )
    return SignInEnd(
        ok=True,
        title=tr("Snowline is installed"),
        sentences=(tr("It is in {name} now.", name=name), sentence),
    )
