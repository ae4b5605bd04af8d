"""The Web API: ``/api/METHOD``, who may call it, and how it refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.slack import chat, files, lookups, modals
from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.call import Call, arguments_of
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.workspace import Workspace

Method = Callable[[Call], Json]
_OPEN_TO_ALL: Final = ("api.test", "blocks.validate")
_NEEDED: Final = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "conversations.info": ("channels:read", "groups:read", "im:read"),
    "conversations.list": ("channels:read", "groups:read", "im:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read"),
    "conversations.open": ("im:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "team.info": ("team:read",),
    "bots.info": ("users:read",),
    "files.info": ("files:read",),
}


def _api_test(call: Call) -> Json:
    if call.text("error"):
        raise SlackError(call.text("error"))
    return {"args": {k: v for k, v in call.arguments.items() if k != "token"}}


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
    **chat.METHODS,
    **modals.METHODS,
    **lookups.METHODS,
    **files.METHODS,
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
            return _refusal(exc)
        return web.json_response(body, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"X-OAuth-Scopes": ",".join(self.workspace.settings.scopes)}

    def _answer(self, call: Call, token: str) -> Json:
        if call.method == "apps.connections.open":
            return self._open_connection(token)
        if call.method not in _METHODS:
            raise SlackError("unknown_method", req_method=call.method)
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


def _refusal(error: SlackError) -> web.Response:
    if error.code == "ratelimited":
        headers = {"Retry-After": str(error.more["retry_after"])}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    return web.json_response(error.body())


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
