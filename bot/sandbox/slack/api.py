"""The Web API: ``/api/METHOD``, who may call it, and how it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack import chat, entities, files, lookups, modals, unfurling
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.bodies import arguments_of, warnings_of
from bot.sandbox.slack.call import Call
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.further import METHODS as FURTHER
from bot.sandbox.slack.further import NEEDED as NEEDED_FURTHER
from bot.sandbox.slack.history import METHODS as HISTORY
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.stamps import random_id
from bot.sandbox.slack.workspace import Workspace

Method = Callable[[Call], Json]
_OPEN_TO_ALL: Final = ("api.test", "blocks.validate")
_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")
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


def _auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.workspace.revoked = True
    return {"revoked": True}


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
    "auth.revoke": _auth_revoke,
    "blocks.validate": _blocks_validate,
    **FURTHER,
    **HISTORY,
    **chat.METHODS,
    **modals.METHODS,
    **lookups.METHODS,
    **files.METHODS,
    **unfurling.METHODS,
    **entities.METHODS,
}


@dataclass(frozen=True, slots=True)
class WebApi:
    """Answers the bot's calls."""

    workspace: Workspace
    sockets: Sockets
    rates: Rates

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one call; refusals too come with status 200."""
        method = request.match_info["method"]
        try:
            arguments = await arguments_of(request)
            token = _token(request, arguments)
            self.rates.take(method, str(arguments.get("channel", "")))
            body = {"ok": True, **self._answer(Call(self.workspace, method, arguments), token)}
        except SlackError as exc:
            self.workspace.record.refuse(method, exc)
            return _refusal(exc, request, self._headers(method))
        return _response(body, request, self._headers(method))

    def _headers(self, method: str) -> dict[str, str]:
        return {
            "X-OAuth-Scopes": ",".join(self.workspace.settings.scopes),
            "X-Accepted-OAuth-Scopes": ",".join(_NEEDED.get(method, ())),
            "X-Slack-Req-Id": random_id("", 32).lower(),
        }

    def _answer(self, call: Call, token: str) -> Json:
        if call.method == "apps.connections.open":
            return self._open_connection(token)
        if call.method not in _METHODS:
            raise SlackError("unknown_method", req_method=call.method)
        if call.method == "auth.test" and token == accounts.APP_TOKEN:
            return {"app_name": accounts.BOT_NAME, "app_id": accounts.APP_ID}
        if call.method not in _OPEN_TO_ALL:
            self._authenticate(token)
            self._authorise(call.method)
        return _METHODS[call.method](call)

    def _open_connection(self, token: str) -> Json:
        if not token:
            raise SlackError("not_authed")
        if token == accounts.BOT_TOKEN:
            raise SlackError("not_allowed_token_type")
        if token != accounts.APP_TOKEN:
            raise SlackError("invalid_auth")
        return {"url": self.sockets.address(self.workspace.origin)}

    def _authenticate(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token == accounts.APP_TOKEN:
            raise SlackError("not_allowed_token_type")
        if token != accounts.BOT_TOKEN:
            raise SlackError("invalid_auth")
        if self.workspace.revoked:
            raise SlackError("token_revoked")

    def _authorise(self, method: str) -> None:
        needed, granted = _NEEDED.get(method, ()), self.workspace.settings.scopes
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
