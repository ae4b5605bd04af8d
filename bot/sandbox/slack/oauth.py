"""Installing the app: the consent page, the token endpoint, and taking it away again."""

import base64
import binascii
import html
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.installs import Installs, told
from bot.sandbox.slack.teams import GRID, TEAMS

PATH: Final = "/oauth/v2/authorize"
_CARRIED: Final = ("client_id", "scope", "state", "redirect_uri")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto;padding:0 1rem}"
    "button,select{font:inherit;padding:.4rem .8rem;margin:.5rem .5rem 0 0}"
    "li{font-family:monospace}"
)


@dataclass(frozen=True, slots=True)
class Consent:
    """The page on which somebody lets the app into a workspace or the organisation."""

    installs: Installs

    def routes(self) -> list[web.RouteDef]:
        """List the page and its form."""
        return [web.get(PATH, self.show), web.post(PATH, self.decide)]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Say what the app asks for, and let the person choose where."""
        asked = {name: request.query.get(name, "") for name in _CARRIED}
        if problem := _problem(asked):
            return _page(HTTPStatus.BAD_REQUEST, f"<h1>{html.escape(problem)}</h1>")
        return _page(HTTPStatus.OK, _form(asked))

    async def decide(self, request: web.Request) -> web.StreamResponse:
        """Send the browser back, with a code or with a refusal."""
        form = await request.post()
        asked = {name: str(form.get(name, "")) for name in _CARRIED}
        if problem := _problem(asked):
            return _page(HTTPStatus.BAD_REQUEST, f"<h1>{html.escape(problem)}</h1>")
        told_: Json = {"error": "access_denied"}
        where = str(form.get("where", ""))
        if "allow" in form and where in {GRID.id, *(team.id for team in TEAMS)}:
            given = (accounts.ADA.id, asked["scope"], asked["redirect_uri"])
            told_ = {"code": self.installs.give_code(where, *given)}
        back = _with(asked["redirect_uri"], told_ | {"state": asked["state"]})
        return web.Response(status=HTTPStatus.FOUND, headers={"Location": back})


def access(installs: Installs, arguments: Json) -> Json:
    """Answer ``oauth.v2.access``: a code or a refresh token for a token.

    Raises:
        SlackError: the client is not ours, or what it brings is not good (any more).
    """
    _check_client(arguments)
    match str(arguments.get("grant_type") or "authorization_code"):
        case "authorization_code":
            grant = installs.exchange(
                str(arguments.get("code", "")), str(arguments.get("redirect_uri", ""))
            )
        case "refresh_token":
            grant = installs.renew(str(arguments.get("refresh_token", "")))
        case _:
            raise SlackError("invalid_grant_type")
    return told(grant, installs.token_seconds)


def check_uninstall(arguments: Json) -> None:
    """Check what ``apps.uninstall`` brings beside its token.

    Raises:
        SlackError: the client is not ours.
    """
    _check_client(arguments)


def client_of(request: web.Request) -> Json:
    """Read the client's id and secret where they come as Basic credentials."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return {}
    try:
        id_, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": id_, "client_secret": secret}


def _check_client(arguments: Json) -> None:
    if arguments.get("client_id") != accounts.SLACK_CLIENT_ID:
        raise SlackError("invalid_client_id")
    if arguments.get("client_secret") != accounts.SLACK_CLIENT_SECRET:
        raise SlackError("bad_client_secret")


def _problem(asked: dict[str, str]) -> str:
    if asked["client_id"] != accounts.SLACK_CLIENT_ID:
        return "Invalid client_id parameter"
    if not asked["scope"]:
        return "Invalid permissions requested"
    if urlsplit(asked["redirect_uri"]).scheme not in {"http", "https"}:
        return "redirect_uri did not match any configured URIs"
    return ""


def _form(asked: dict[str, str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in asked.items()
    )
    scopes = "".join(f"<li>{html.escape(each)}</li>" for each in asked["scope"].split(","))
    places = "".join(f'<option value="{team.id}">{team.name}</option>' for team in TEAMS)
    places += f'<option value="{GRID.id}">{GRID.name} (the whole organisation)</option>'
    return (
        f"<h1>{accounts.BOT_NAME} asks to come in</h1><p>It may then:</p><ul>{scopes}</ul>"
        f'<form method="post" action="{PATH}">{hidden}<label>Install in '
        f'<select name="where">{places}</select></label><br>'
        '<button name="allow" value="1">Allow</button>'
        '<button name="cancel" value="1">Cancel</button></form>'
    )


def _page(status: HTTPStatus, body: str) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Install an app</title>'
        f"<style>{_STYLE}</style>{body}</html>"
    )
    return web.Response(status=status, text=text, content_type="text/html")


def _with(address: str, more: Json) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *more.items()])
    return parts._replace(query=query).geturl()
