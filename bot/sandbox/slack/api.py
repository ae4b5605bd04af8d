"""The Web API: ``/api/METHOD``, who may call it, and how it refuses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack import (
    chat,
    entities,
    files,
    lookups,
    modals,
    oauth,
    unfurling,
    user_groups,
)
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.bodies import arguments_of, warnings_of
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.further import METHODS as FURTHER
from bot.sandbox.slack.further import NEEDED as NEEDED_FURTHER
from bot.sandbox.slack.history import METHODS as HISTORY
from bot.sandbox.slack.installs import Grant
from bot.sandbox.slack.paging import page_of
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.stamps import random_id
from bot.sandbox.slack.teams import GRID, named
from bot.sandbox.slack.workspaces import Workspaces

Method = Callable[[Call], Json]
_OPEN_TO_ALL: Final = ("api.test", "blocks.validate")
_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")
_OF_ONE_TEAM: Final = frozenset(
    {"conversations.list", "users.list", "usergroups.list", "usergroups.users.list"}
)
"""What an organisation's token asks of one of its workspaces, named by ``team_id``."""
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    **NEEDED_FURTHER,
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "conversations.info": _READ,
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.open": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.history": _HISTORY,
    "conversations.replies": _HISTORY,
    "team.info": ("team:read",),
    "bots.info": ("users:read",),
    "files.info": ("files:read",),
    "chat.unfurl": ("links:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
}


def _api_test(call: Call) -> Json:
    echoed = {k: v for k, v in call.arguments.items() if k != "token"}
    if call.text("error"):
        raise SlackError(call.text("error"), args=echoed)
    return {"args": echoed}


def _auth_test(call: Call) -> Json:
    return {
        "url": f"{call.workspace.origin}/",
        "team": accounts.TEAM_NAME,
        "user": "snowline",
        "team_id": accounts.TEAM_ID,
        "user_id": accounts.BOT_USER_ID,
        "bot_id": accounts.BOT_ID,
        "is_enterprise_install": False,
    }


def _blocks_validate(call: Call) -> Json:
    blocks = call.structure("blocks", "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := check_blocks(blocks, call.text("surface") or "any"):
        raise SlackError("invalid_blocks", problems)
    return {}


_METHODS: Final[dict[str, Method]] = {
    "api.test": _api_test,
    "auth.test": _auth_test,
    "blocks.validate": _blocks_validate,
    **FURTHER,
    **HISTORY,
    **chat.METHODS,
    **modals.METHODS,
    **lookups.METHODS,
    **files.METHODS,
    **unfurling.METHODS,
    **entities.METHODS,
    **user_groups.METHODS,
}


@dataclass(frozen=True, slots=True)
class WebApi:
    """Answers the bot's calls."""

    workspaces: Workspaces
    sockets: Sockets
    rates: Rates
    _lifecycle: dict[str, Callable[[Grant, Json], Json]] = field(init=False)

    def __post_init__(self) -> None:
        """Name the methods that are about the installation itself."""
        lifecycle = {
            "auth.revoke": self._revoke,
            "auth.teams.list": self._teams,
            "apps.uninstall": self._uninstall,
        }
        object.__setattr__(self, "_lifecycle", lifecycle)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call; refusals too come with status 200."""
        method = request.match_info["method"]
        try:
            arguments = await arguments_of(request) | oauth.client_of(request)
            token = _token(request, arguments)
            self.rates.take(method, str(arguments.get("channel", "")))
            body = {"ok": True, **self._answer(method, arguments, token)}
        except SlackError as exc:
            self.workspaces.home.workspace.record.refuse(method, exc)
            return _refusal(exc, request, self._headers(method))
        return _response(body, request, self._headers(method))

    def _headers(self, method: str) -> dict[str, str]:
        return {
            "X-OAuth-Scopes": ",".join(self.workspaces.home.workspace.settings.scopes),
            "X-Accepted-OAuth-Scopes": ",".join(_NEEDED.get(method, ())),
            "X-Slack-Req-Id": random_id("", 32).lower(),
        }

    def _answer(self, method: str, arguments: Json, token: str) -> Json:
        if method == "apps.connections.open":
            return self._open_connection(token)
        if method == "oauth.v2.access":
            return oauth.access(self.workspaces.installs, arguments)
        if method not in _METHODS and method not in self._lifecycle:
            raise SlackError("unknown_method", req_method=method)
        if method == "auth.test" and token == accounts.APP_TOKEN:
            return {"app_name": accounts.BOT_NAME, "app_id": accounts.APP_ID}
        if method in _OPEN_TO_ALL:
            return _METHODS[method](Call(self.workspaces.home.workspace, method, arguments))
        grant = self._authenticated(token)
        if method in self._lifecycle:
            return self._lifecycle[method](grant, arguments)
        self._authorise(method)
        return self._asked(grant, method, arguments)

    def _asked(self, grant: Grant, method: str, arguments: Json) -> Json:
        if grant.is_org_wide and method in _OF_ONE_TEAM and not arguments.get("team_id"):
            raise SlackError("missing_argument")
        team, workspace = self.workspaces.of_call(grant, arguments)
        answer: Json = named(team, _METHODS[method](Call(workspace, method, arguments)))
        if method == "auth.test" and team.organisation:
            answer |= {"enterprise_id": team.organisation.id}
            if grant.is_org_wide:
                answer |= {"team_id": GRID.id, "team": GRID.name, "is_enterprise_install": True}
        return answer

    def _revoke(self, grant: Grant, arguments: Json) -> Json:
        if str(arguments.get("test")) in {"1", "true", "True"}:
            return {"revoked": False}
        self.workspaces.revoke(grant)
        return {"revoked": True}

    def _teams(self, grant: Grant, arguments: Json) -> Json:
        every: list[Json] = [
            {"id": each.id, "name": each.name} for each in self.workspaces.open_to(grant)
        ]
        call = Call(self.workspaces.home.workspace, "auth.teams.list", arguments)
        teams, more = page_of(call, every)
        return {"teams": teams, **more}

    def _uninstall(self, grant: Grant, arguments: Json) -> Json:
        oauth.check_uninstall(arguments)
        self.workspaces.uninstall(grant.where)
        return {}

    def _open_connection(self, token: str) -> Json:
        if not token:
            raise SlackError("not_authed")
        if token == accounts.BOT_TOKEN:
            raise SlackError("not_allowed_token_type")
        if token != accounts.APP_TOKEN:
            raise SlackError("invalid_auth")
        return {"url": self.sockets.address(self.workspaces.home.workspace.origin)}

    def _authenticated(self, token: str) -> Grant:
        if not token:
            raise SlackError("not_authed")
        if token == accounts.APP_TOKEN:
            raise SlackError("not_allowed_token_type")
        return self.workspaces.installs.of_token(token)

    def _authorise(self, method: str) -> None:
        needed, granted = _NEEDED.get(method, ()), self.workspaces.home.workspace.settings.scopes
        if needed and not set(needed) & set(granted):
            told = {"needed": ",".join(needed), "provided": ",".join(granted)}
            raise SlackError("missing_scope", **told)


def _token(request: web.Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and token:
        return token.strip()
    return str(arguments.get("token", ""))


def _response(body: Json, request: web.Request, headers: dict[str, str]) -> web.Response:
    if warnings := warnings_of(request):
        known = body.get("response_metadata") or {}
        warnings = [*known.get("warnings", []), *warnings]
        told = {"warning": ",".join(warnings)}
        body = body | told | {"response_metadata": known | {"warnings": warnings}}
    return web.json_response(body, headers=headers)


def _refusal(error: SlackError, request: web.Request, headers: dict[str, str]) -> web.Response:
    if error.code == "ratelimited":
        headers |= {"Retry-After": str(error.more["retry_after"])}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return _response(error.body(), request, headers | {"X-Slack-Failure": error.code})


def _vendor_failure(status: int, code: str) -> Callable[[], web.Response]:
    return lambda: web.json_response({"ok": False, "error": code}, status=status)


FAILURES: Final = {
    "429": _vendor_failure(429, "ratelimited"),
    "ratelimited": _vendor_failure(200, "ratelimited"),
    "500": _vendor_failure(500, "internal_error"),
    "503": _vendor_failure(503, "service_unavailable"),
    "expired-token": _vendor_failure(200, "token_expired"),
}
"""Slack's own bodies for the faults a server can be told to have."""
