"""The token endpoint of ``login.microsoftonline.com``: client credentials, nothing else."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot.sandbox.microsoft.addresses import origin_of
from bot.sandbox.microsoft.apps import is_tenant
from bot.sandbox.microsoft.credentials import app_of, prove, read_form, required
from bot.sandbox.microsoft.errors import SignInError
from bot.sandbox.microsoft.tokens import Tokens

TOKEN_PATH: Final = "/{tenant}/oauth2/v2.0/token"
_DISCOVERY_PATH: Final = "/{tenant}/v2.0/.well-known/openid-configuration"
_KEYS_PATH: Final = "/{tenant}/discovery/v2.0/keys"
_GRAPH_HOSTS: Final = ("graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us")
_NO_STORE: Final = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class SignIn:
    """Exchanges an app's proof of identity for an access token."""

    tokens: Tokens

    def routes(self) -> list[web.RouteDef]:
        """The sign-in's addresses."""
        return [
            web.route("*", TOKEN_PATH, self._token),
            web.get(_DISCOVERY_PATH, _discover),
            web.get(_KEYS_PATH, _keys),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        try:
            return await self._grant(request)
        except SignInError as exc:
            return exc.response()

    async def _grant(self, request: web.Request) -> web.Response:
        _check_method(request)
        _check_tenant(request.match_info["tenant"])
        form = await read_form(request)
        _check_grant(form)
        app = app_of(form)
        resource = _resource(form, request)
        prove(app, form, token_url=f"{origin_of(request)}{request.path}")
        seconds = self.tokens.seconds
        body = {
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": self.tokens.mint(app, resource),
        }
        return web.json_response(body, headers=_NO_STORE)


def _check_method(request: web.Request) -> None:
    if request.method != "POST":
        raise SignInError(
            900561,
            "invalid_request",
            f"The endpoint only accepts POST requests. Received a {request.method} request.",
        )


def _check_tenant(name: str) -> None:
    if not is_tenant(name):
        raise SignInError(
            90002,
            "invalid_request",
            f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID "
            "and are signing into the correct cloud.",
        )


def _check_grant(form: dict[str, str]) -> None:
    grant = required(form, "grant_type")
    if grant != "client_credentials":
        raise SignInError(
            70003,
            "unsupported_grant_type",
            f"The app requested an unsupported grant type '{grant}'.",
        )


def _resource(form: dict[str, str], request: web.Request) -> str:
    scope = required(form, "scope")
    resource, default, rest = scope.strip().partition("/.default")
    if not default or rest:
        raise SignInError(
            70011,
            "invalid_scope",
            f"The provided value for the input parameter 'scope' is not valid. The scope "
            f"{scope} is not valid: it must be the resource with '/.default' after it.",
        )
    known = {f"https://{host}" for host in _GRAPH_HOSTS} | {origin_of(request)}
    if resource.rstrip("/") not in known:
        raise SignInError(
            500011,
            "invalid_resource",
            f"The resource principal named {resource} was not found in the tenant.",
        )
    return resource.rstrip("/")


async def _discover(request: web.Request) -> web.Response:
    tenant = request.match_info["tenant"]
    try:
        _check_tenant(tenant)
    except SignInError as exc:
        return exc.response()
    base = f"{origin_of(request)}/{tenant}"
    body = {
        "issuer": f"{base}/v2.0",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    return web.json_response(body)


async def _keys(_request: web.Request) -> web.Response:
    # Access tokens are Graph's to read and nobody else's, so that no key is published.
    return web.json_response({"keys": []})
