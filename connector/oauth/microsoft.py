"""Microsoft's client credentials grant.

Source: Microsoft identity platform, "OAuth 2.0 client credentials flow"; "Microsoft Entra
authentication and authorization error codes".
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic import SecretStr

from connector.errors import InvalidInputError, Provider, ProviderError, ProviderUnavailableError
from connector.http import Answer, Call, Http
from connector.oauth.tokens import OAuthClient, SignInRefusedError, Tokens, read_tokens
from connector.words import later, tr

_REFUSALS: Final = frozenset({400, 401, 403})
_TENANT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", re.ASCII)
_PASSING: Final = frozenset({90033, 90055})
_SENTENCES: Final = {
    7000215: (
        "client_secret",
        later("does not know that client secret. Copy the secret's value, not its id."),
    ),
    7000222: (
        "client_secret",
        later(
            "says that the client secret has expired. Make a new one in Entra and connect again."
        ),
    ),
    700016: (
        "client_id",
        later(
            "does not know that client id in that tenant. Check both in Entra, App registrations."
        ),
    ),
    7000112: (
        "client_id",
        later(
            "says that the application is disabled. Enable it in Entra, Enterprise applications."
        ),
    ),
    7000229: (
        "client_id",
        later(
            "says that the application is not in that tenant. Grant it admin consent there first."
        ),
    ),
    90002: ("tenant", later("does not know that tenant. Check the tenant id in Entra, Overview.")),
    900023: ("tenant", later("does not know that tenant. Check the tenant id in Entra, Overview.")),
    90038: ("tenant", later("says that the tenant is in another national cloud.")),
    900432: ("tenant", later("says that the tenant is in another national cloud.")),
    500011: (
        "tenant",
        later("says that the tenant has no Microsoft Graph. Ask its administrator."),
    ),
}


async def client_credentials(
    http: Http, login_url: str, graph_url: str, tenant: str, client_id: str, secret: SecretStr
) -> Tokens:
    """Ask for an access token; may be repeated. There is never a refresh token.

    Raises:
        InvalidInputError: ``tenant`` is neither an id nor a domain.
        SignInRefusedError: the sentence says which of the three is wrong.
        ProviderError: as ``Http.send`` describes.
    """
    if _TENANT.fullmatch(tenant) is None:
        raise InvalidInputError("tenant", tr("Enter the tenant's id or its domain name."))
    client = OAuthClient(client_id=client_id, secret=secret)
    call = Call(
        provider=Provider.MICROSOFT,
        method="POST",
        url=f"{login_url}/{tenant}/oauth2/v2.0/token",
        form={
            "grant_type": "client_credentials",
            "scope": f"{graph_url}/.default",
            **client.form,
        },
        accepts=_REFUSALS,
    )
    answer = await http.send(call)
    if answer.status in _REFUSALS:
        raise _refusal(answer)
    return read_tokens(Provider.MICROSOFT, answer, http.now())


def _refusal(answer: Answer) -> ProviderError:
    body: Any = answer.body if isinstance(answer.body, dict) else {}
    error, codes = body.get("error"), _codes(body.get("error_codes"))
    reason = f"{answer.status} {error!s:.60} {', '.join(map(str, codes))}".strip()
    if not isinstance(error, str) or error == "temporarily_unavailable" or _PASSING & set(codes):
        return ProviderUnavailableError(Provider.MICROSOFT, reason)
    field, sentence = next((_SENTENCES[code] for code in codes if code in _SENTENCES), ("", ""))
    return SignInRefusedError(Provider.MICROSOFT, reason, remedy=sentence, field=field)


def _codes(codes: Any) -> tuple[int, ...]:
    found: Iterable[Any] = codes if isinstance(codes, list) else ()
    return tuple(code for code in found if isinstance(code, int))
