"""The token endpoint: codes, refresh tokens and passwords become access tokens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.instance import Instance, basic_credentials
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.seed import CLIENT_CREDENTIALS
from bot.sandbox.servicenow.tokens import Token

_REFUSED: Final = {"error_description": "access_denied", "error": "server_error"}
_WITHOUT_CLIENT_CREDENTIALS: Final = frozenset(
    {
        "Kingston",
        "London",
        "Madrid",
        "New York",
        "Orlando",
        "Paris",
        "Quebec",
        "Rome",
        "San Diego",
        "Tokyo",
        "Utah",
        "Vancouver",
    }
)
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """The pages ``oauth_token.do`` and ``oauth_revoke_token.do``."""

    instance: Instance

    async def issue(self, request: web.Request) -> web.Response:
        """Answer a token request; every refusal looks the same, as on a real instance."""
        if request.content_type != _FORM:
            return _refused()
        try:
            form = {name: str(value) for name, value in (await request.post()).items()}
        except ValueError:
            return _refused()
        client_id = self._client(request, form)
        grant = _GRANTS.get(form.get("grant_type", ""))
        answer = grant(self, client_id, form) if client_id and grant else None
        return json_answer(answer) if answer else _refused()

    async def revoke(self, request: web.Request) -> web.Response:
        """Expire a token; nobody has to prove whose it is."""
        form = await request.post() if request.method == "POST" else {}
        token = request.query.get("token") or str(form.get("token", ""))
        self.instance.tokens.revoke(token)
        return json_answer(None)

    def _client(self, request: web.Request, form: Row) -> str:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        client_id, secret = basic_credentials(encoded) if scheme.lower() == "basic" else given
        row = self.instance.records.first("oauth_entity", "client_id", client_id)
        known = row is not None and row["active"] == "true"
        return client_id if known and secret == self._secret(client_id) else ""

    def _secret(self, client_id: str) -> str:
        """Tell a client's secret; a public one has none."""
        row = self.instance.records.first("oauth_entity", "client_id", client_id)
        return row["client_secret"] if row and row["public_client"] != "true" else ""

    def by_code(self, client_id: str, form: Row) -> dict[str, Any] | None:
        """Redeem an authorization code, once."""
        grant = self.instance.tokens.redeem(form.get("code", ""))
        if grant is None or grant.client_id != client_id:
            return None
        same_place = grant.redirect_uri == form.get("redirect_uri", "")
        if not same_place or not grant.verifies(form.get("code_verifier", "")):
            return None
        return self._tokens(client_id, grant.user)

    def by_refresh(self, client_id: str, form: Row) -> dict[str, Any] | None:
        """Make a new access token; the refresh token stays as it is, and so does its end."""
        refresh = self.instance.tokens.refreshed(form.get("refresh_token", ""), client_id)
        if refresh is None or self.instance.people.get(refresh.user) is None:
            return None
        return self._body(self.instance.tokens.issue(client_id, refresh.user), refresh)

    def by_password(self, client_id: str, form: Row) -> dict[str, Any] | None:
        """Check a password; asking again extends the token there is."""
        actor = self.instance.people.sign_in(form.get("username", ""), form.get("password", ""))
        if actor is None:
            return None
        current = self.instance.tokens.current(client_id, actor.sys_id)
        if current is None:
            return self._tokens(client_id, actor.sys_id)
        self.instance.tokens.extend(current[0])
        return self._body(*current)

    def by_client(self, client_id: str, _form: Row) -> dict[str, Any] | None:
        """Act as the application user of the registry row; public clients may not.

        An instance knows the grant from Washington DC on, once somebody has created a property.
        """
        row = self.instance.records.first("oauth_entity", "client_id", client_id)
        user = row["oauth_application_user"] if row and self._secret(client_id) else ""
        if not self._grants_to_clients() or self.instance.people.get(user) is None:
            return None
        return self._body(self.instance.tokens.issue(client_id, user), None)

    def _grants_to_clients(self) -> bool:
        enabled = self.instance.records.first("sys_properties", "name", CLIENT_CREDENTIALS)
        is_old = self.instance.settings.release in _WITHOUT_CLIENT_CREDENTIALS
        return not is_old and enabled is not None and enabled["value"].lower() == "true"

    def _tokens(self, client_id: str, user: str) -> dict[str, Any]:
        access = self.instance.tokens.issue(client_id, user)
        public = not self._secret(client_id)
        refresh = None if public else self.instance.tokens.issue_refresh(client_id, user)
        return self._body(access, refresh)

    def _body(self, access: Token, refresh: Token | None) -> dict[str, Any]:
        body: dict[str, Any] = {"access_token": access.value}
        if refresh:
            body["refresh_token"] = refresh.value
        lasts = int(access.expires_at - self.instance.settings.clock())
        return body | {
            "scope": "useraccount",
            "token_type": "Bearer",
            "expires_in": min(lasts, self.instance.settings.token_seconds - 1),
        }


_GRANTS: Final[Mapping[str, Callable[[TokenEndpoint, str, Row], dict[str, Any] | None]]] = {
    "authorization_code": TokenEndpoint.by_code,
    "refresh_token": TokenEndpoint.by_refresh,
    "password": TokenEndpoint.by_password,
    "client_credentials": TokenEndpoint.by_client,
}


def _refused() -> web.Response:
    return json_answer(_REFUSED, 401)
