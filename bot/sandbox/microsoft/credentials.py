"""Who an app is, and how it proves that to the token endpoint."""

from base64 import b64decode
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from aiohttp import web

from bot.sandbox.microsoft.apps import AppRegistration, registered
from bot.sandbox.microsoft.assertion import JWT_BEARER, check_assertion
from bot.sandbox.microsoft.errors import SignInError

_FORM: Final = "application/x-www-form-urlencoded"


async def read_form(request: web.Request) -> dict[str, str]:
    """Read the fields posted; Basic authentication fills in the client's.

    Raises:
        SignInError: 900144, the Authorization header is malformed.
    """
    body = await request.read() if request.content_type == _FORM else b""
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "basic":
        client_id, secret = _basic(credentials)
        form = {"client_id": client_id, "client_secret": secret} | form
    return form


def _basic(credentials: str) -> tuple[str, str]:
    try:
        client_id, _, secret = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError as exc:
        raise SignInError(
            900144, "invalid_request", "The Authorization header is malformed."
        ) from exc
    return unquote_plus(client_id), unquote_plus(secret)


def required(form: dict[str, str], name: str) -> str:
    """Read a field that must be there.

    Raises:
        SignInError: 900144, it is not.
    """
    if not form.get(name):
        raise SignInError(
            900144,
            "invalid_request",
            f"The request body must contain the following parameter: '{name}'.",
        )
    return form[name]


def app_of(form: dict[str, str]) -> AppRegistration:
    """Find the app that asks.

    Raises:
        SignInError: 700016, the tenant does not know it.
    """
    client_id = required(form, "client_id")
    app = registered(client_id)
    if app is None:
        raise SignInError(
            700016,
            "unauthorized_client",
            f"Application with identifier '{client_id}' was not found in the directory "
            "'Northwind'. You may have sent your authentication request to the wrong tenant.",
        )
    return app


def prove(app: AppRegistration, form: dict[str, str], *, token_url: str) -> None:
    """Accept a secret or a signed assertion.

    Raises:
        SignInError: 7000215 wrong secret, 7000222 expired, 7000216 none; for assertions see
            ``check_assertion``.
    """
    if "client_assertion" in form:
        if form.get("client_assertion_type") != JWT_BEARER:
            raise SignInError(
                900144,
                "invalid_request",
                "The request body must contain the following parameter: 'client_assertion_type'.",
            )
        check_assertion(form["client_assertion"], app.client_id, token_url)
        return
    _check_secret(app, form.get("client_secret", ""))


def _check_secret(app: AppRegistration, secret: str) -> None:
    if secret == app.secret:
        return
    if not secret:
        code = 7000216
        message = "'client_assertion' or 'client_secret' is required for this grant type."
    elif secret == app.expired_secret:
        code = 7000222
        message = f"The provided client secret keys for app '{app.client_id}' are expired."
    else:
        code = 7000215
        message = (
            "Invalid client secret provided. Ensure the secret being sent in the request is the "
            f"client secret value, not the client secret ID, for a secret of '{app.client_id}'."
        )
    raise SignInError(code, "invalid_client", message, status=401)
