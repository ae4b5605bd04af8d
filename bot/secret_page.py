"""The one-time page that asks an admin for a client secret.

It takes a form from itself alone: the browser must bring the cookie that came with the page, the
form the state that stands in it, and neither may come from another site. The secret is in no
address and no log.
"""

import html
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from bot.bodies import RefusedError, body_of
from bot.pages import Cookie, ended, failed, headers, page, paragraph
from bot.views.exchanged import SENT, STORED
from connector.errors import CONNECT, Provider
from connector.models import Grant
from connector.services.forms import GivenSecret, SecretPage, SignInEnd
from connector.wiring import Services
from connector.words import later, tr

_COOKIE_SECONDS: Final = 600
_MOST_BYTES: Final = 4096
_BODY_SECONDS: Final = 10.0
_FORM: Final = "application/x-www-form-urlencoded"
_OURS: Final = frozenset({"", "same-origin", "none"})
_INPUT: Final = (
    '<input id="secret" name="client_secret" type="password" autocomplete="off"'
    ' maxlength="255" required autofocus>'
)
_WITHOUT: Final = later(
    "Without a secret ServiceNow gives no refresh token: the connection ends with its access token,"
    " usually after 30 minutes."
)


@dataclass(frozen=True, slots=True)
class SecretDoor:
    """The page at ``/connect/servicenow/{ticket}/secret``."""

    services: Services
    public_url: str

    def open(self, router: web.UrlDispatcher) -> None:
        """Let browsers in."""
        path = "/connect/servicenow/{ticket}/secret"
        router.add_get(path, self.show, allow_head=False)
        router.add_post(path, self.take)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the page to the browser that opened it last."""
        opened = await self.services.connections.open_secret_page(request.match_info["ticket"])
        if opened is None:
            cause = "the link of its secret page is not valid"
            return failed(_over(), HTTPStatus.NOT_FOUND, cause)
        # Without a referrer, a browser would not say either from which site a form comes.
        sent = headers(form_action="'self'", referrer="same-origin")
        response = page(tr("Client secret"), _form(opened), sent=sent)
        self._cookie.give(response, opened.browser)
        return response

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Take the form, once, and go on with it."""
        if not self._is_ours(request):
            cause = "a form for a secret came from another site"
            return failed(_not_from_here(), HTTPStatus.FORBIDDEN, cause)
        given = await self._given(request)
        if given is None:
            cause = "what came was no form of the secret page"
            return failed(_not_from_here(), HTTPStatus.BAD_REQUEST, cause)
        end = await self.services.connections.take_secret(given)
        if end is None:
            return self._go_on(given.ticket)
        response = ended(end, HTTPStatus.OK if end.ok else HTTPStatus.BAD_REQUEST)
        # Where nothing was in it, the page still works, for the browser that has its cookie.
        if end.ok:
            self._cookie.forget(response)
        return response

    def _go_on(self, ticket: str) -> web.Response:
        """Lead the browser to the sign-in by a page.

        A form may lead to this site only, and browsers hold every redirect that follows to that.
        """
        way = html.escape(str(URL("/connect/servicenow") / ticket))
        body = paragraph(tr("It is kept encrypted. Next, sign in as the integration user."))
        body += f'<p><a href="{way}">{html.escape(tr("Go on to ServiceNow"))}</a></p>'
        refresh = f'<meta http-equiv="refresh" content="0;url={way}">'
        response = page(tr("On to ServiceNow"), body, head=refresh)
        self._cookie.forget(response)
        return response

    def _is_ours(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin", "")
        is_here = not origin or origin == str(URL(self.public_url).origin())
        return is_here and request.headers.get("Sec-Fetch-Site", "") in _OURS

    async def _given(self, request: web.Request) -> GivenSecret | None:
        if request.content_type != _FORM:
            return None
        body = await _body(request)
        if body is None:
            return None
        form = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        values = {name: each[0] for name, each in form.items()}
        return GivenSecret(
            ticket=request.match_info["ticket"],
            state=values.get("state", ""),
            browser=self._cookie.brought(request),
            secret=SecretStr(values.get("client_secret", "").strip()),
            has_none="none" in values,
        )

    @property
    def _cookie(self) -> Cookie:
        return Cookie(
            name="snowline_secret",
            seconds=_COOKIE_SECONDS,
            secure=self.public_url.startswith("https:"),
            samesite="Strict",
        )


async def _body(request: web.Request) -> bytes | None:
    """Read a body that is neither long nor slow nor garbled; None for another."""
    try:
        return await body_of(request, limit=_MOST_BYTES, seconds=_BODY_SECONDS)
    except RefusedError:
        return None


def _form(opened: SecretPage) -> str:
    is_client = opened.grant is Grant.CLIENT
    about = tr(
        "For the client {client_id} at {host}, with which Snowline acts as {integration_user}.",
        client_id=opened.client_id,
        host=opened.host,
        integration_user=opened.integration_user,
    )
    go = tr("Connect") if is_client else tr("Keep it and sign in")
    return "".join(
        (
            paragraph(about),
            paragraph(tr(STORED)),
            paragraph(tr(SENT)),
            '<form method="post">',
            f'<input type="hidden" name="state" value="{html.escape(opened.state)}">',
            f'<label for="secret">{html.escape(tr("Client secret"))}</label>',
            _INPUT,
            f"<button>{html.escape(go)}</button>",
            "" if is_client else _none(),
            "</form>",
            paragraph(tr("This page works once and for ten minutes after the form was sent.")),
        )
    )


def _none() -> str:
    has_none = html.escape(tr("This client has no secret"))
    button = f'<button name="none" value="1" formnovalidate>{has_none}</button>'
    return f"<hr>{paragraph(tr(_WITHOUT))}{button}"


def _over() -> SignInEnd:
    return SignInEnd(
        ok=False,
        title=tr("This page no longer works"),
        sentences=(
            tr("It works once and for ten minutes."),
            tr("Type {connect} in Slack for a new one.", connect=CONNECT[Provider.SERVICENOW]),
        ),
    )


def _not_from_here() -> SignInEnd:
    again = tr(
        "Open the link in Slack again, or type {connect} for a new one.",
        connect=CONNECT[Provider.SERVICENOW],
    )
    return SignInEnd(
        ok=False,
        title=tr("That did not come from Snowline's page"),
        sentences=(tr("Nothing was kept."), again),
    )
