"""ServiceNow's authorisation code grant with PKCE, and its client credentials grant.

Source: "OAuth 2.0" of the platform security documentation. ServiceNow names no reason for a
refusal: wrong code, secret and user all read ``server_error`` and ``access_denied``.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]  # ships no types
    prepare_grant_uri,
)
from authlib.oauth2.rfc7636 import (  # type: ignore[import-untyped]  # ships no types
    create_s256_code_challenge,
)
from pydantic import SecretStr

from connector.errors import Provider, ProviderError, ProviderUnavailableError, connect_again
from connector.http import Answer, Call, Http
from connector.oauth.tokens import OAuthClient, SignInRefusedError, Tokens, read_tokens
from connector.words import later, tr

_log = logging.getLogger(__name__)

_REFUSALS: Final = frozenset({400, 401})
_NOT_EXCHANGED: Final = later(
    "did not accept the sign-in. Check the client id and the client secret in its Application"
    " Registry, then connect again."
)
_NOT_RENEWED: Final = later("no longer accepts the sign-in. {connect_again}")

CLIENT_CAUSES: Final = later(
    "An instance gives a client tokens if it runs Washington DC or later, has the property"
    " glide.oauth.inbound.client.credential.grant_type.enabled set to true, knows the client ID and"
    " the secret, and if the registration names an active OAuth Application User."
)
"""What client credentials need; ServiceNow refuses without a word about which is missing."""
_NOT_GRANTED: Final = later(
    "gave no token, and only its own log says why. {client_causes} See which of these is missing."
)


def authorize_url(host: str, client_id: str, redirect_uri: str, state: str, verifier: str) -> str:
    """Return where the admin's browser signs the integration user in."""
    url: str = prepare_grant_uri(
        f"https://{host}/oauth_auth.do",
        client_id,
        "code",
        redirect_uri=redirect_uri,
        state=state,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return url


async def exchange(
    http: Http, host: str, client: OAuthClient, code: str, redirect_uri: str, verifier: str
) -> Tokens:
    """Turn a code into tokens; a code works once.

    Raises:
        SignInRefusedError: the code, the client or its secret was not accepted.
        ProviderError: as ``Http.send`` describes.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        **client.form,
    }
    return await _tokens(http, host, form, _NOT_EXCHANGED)


async def client_credentials(http: Http, host: str, client: OAuthClient) -> Tokens:
    """Have a client act as the user its registration names; may be repeated.

    Whether a refresh token comes along is not documented; nothing here needs one.

    Raises:
        SignInRefusedError: the instance does not grant it; the remedy names the possible causes.
        ProviderError: as ``Http.send`` describes.
    """
    form = {"grant_type": "client_credentials", **client.form}
    return await _tokens(http, host, form, tr(_NOT_GRANTED, client_causes=tr(CLIENT_CAUSES)))


async def refresh(http: Http, host: str, client: OAuthClient, token: SecretStr) -> Tokens:
    """Ask for a new access token; may be repeated.

    ServiceNow returns the same refresh token or none, and does not prolong it.

    Raises:
        SignInRefusedError: the refresh token is not accepted any more.
        ProviderError: as ``Http.send`` describes.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token.get_secret_value(),
        **client.form,
    }
    return await _tokens(
        http, host, form, tr(_NOT_RENEWED, connect_again=connect_again(Provider.SERVICENOW))
    )


async def revoke(http: Http, host: str, token: SecretStr) -> None:
    """Mark an access or refresh token as expired; may be repeated.

    Raises:
        ProviderError: as ``Http.send`` describes.

    Source:
        ``/oauth_revoke_token.do?token=…``; sent as a form, so that no log of a URL holds it.
    """
    call = Call(
        provider=Provider.SERVICENOW,
        method="POST",
        url=f"https://{host}/oauth_revoke_token.do",
        form={"token": token.get_secret_value()},
    )
    await http.send(call)


async def revoke_all(http: Http, host: str, *tokens: SecretStr | None) -> None:
    """Have an instance forget tokens, where it can be reached."""
    for token in filter(None, tokens):
        try:
            await revoke(http, host, token)
        except ProviderError as exc:
            _log.warning("a token of %s could not be revoked: %s", host, exc)


async def _tokens(http: Http, host: str, form: Mapping[str, str], remedy: str) -> Tokens:
    call = Call(
        provider=Provider.SERVICENOW,
        method="POST",
        url=f"https://{host}/oauth_token.do",
        form=form,
        accepts=_REFUSALS,
    )
    answer = await http.send(call)
    if answer.status in _REFUSALS:
        raise _refusal(answer, remedy)
    return read_tokens(Provider.SERVICENOW, answer, http.now())


def _refusal(answer: Answer, remedy: str) -> SignInRefusedError | ProviderUnavailableError:
    body: Any = answer.body
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, str):
        # Not the token endpoint speaking: no reason to sign anybody out.
        return ProviderUnavailableError(
            Provider.SERVICENOW, f"{answer.status} from the token endpoint without a reason"
        )
    reason = f"{answer.status} {error}: {body.get('error_description', '')}"
    return SignInRefusedError(Provider.SERVICENOW, f"{reason:.200}", remedy=remedy)
