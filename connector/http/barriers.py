"""What lets a browser in and a program not: single sign-on and a second factor.

Source: ServiceNow; an API call that single sign-on catches is sent to a sign-in page, or gets one
with ``X-Is-Logged-In: false``; one that lacks its second factor gets 401 with ``X-MFA_TOKEN``.
"""

import re
from collections.abc import Mapping
from typing import Final

from connector.errors import ProviderError, ProviderRefusedError, ProviderUnavailableError
from connector.http.calls import Call
from connector.words import later

_LOGIN: Final = re.compile(r"log[io]n|sign-?in|sso|saml|oauth|auth_redirect|/adfs", re.IGNORECASE)


class BrowserSignInError(ProviderRefusedError):
    """A page to sign in on came where data were asked for."""

    advice = later(
        "asks for a browser sign-in where Snowline has a token. Ask its administrator to let the"
        " API be used without single sign-on."
    )


class SecondFactorError(ProviderRefusedError):
    """A second factor is asked for, and a program has none."""

    advice = later(
        "asks for a second factor where Snowline has a token. Ask its administrator to exempt the"
        " integration user from multi-factor authentication."
    )


def leads_to_sign_in(location: str) -> bool:
    """Tell whether a redirect goes to a page to sign in on."""
    return _LOGIN.search(location) is not None


def is_sign_in_page(headers: Mapping[str, str]) -> bool:
    """Tell of a web page whether the instance itself sent it to somebody who is not signed in."""
    return headers.get("x-is-logged-in", "").strip().lower() == "false"


def wants_second_factor(headers: Mapping[str, str]) -> bool:
    """Tell of a 401 whether a second factor is what is missing."""
    return "x-mfa_token" in headers


def browser_sign_in(call: Call, reason: str) -> ProviderError:
    """Return the error for a page to sign in on."""
    return _barred(BrowserSignInError, call, reason)


def second_factor(call: Call, reason: str) -> ProviderError:
    """Return the error for a missing second factor."""
    return _barred(SecondFactorError, call, reason)


def _barred(kind: type[ProviderRefusedError], call: Call, reason: str) -> ProviderError:
    if call.writes:
        # Nobody was let in, so nothing was carried out: a write may be tried again.
        return ProviderUnavailableError(call.provider, reason, remedy=kind.advice)
    return kind(call.provider, reason)
