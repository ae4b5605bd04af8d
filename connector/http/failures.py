"""What an answer or its absence means: the one place where failures become errors.

A pure function of what came back, so that every row of the table can be tested by itself.
"""

import json
import math
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from connector.errors import (
    OutcomeUnknownError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.http.barriers import (
    browser_sign_in,
    is_sign_in_page,
    leads_to_sign_in,
    second_factor,
    wants_second_factor,
)
from connector.http.blotting import Blotter
from connector.http.calls import Answer, Call, RawAnswer
from connector.words import later, tr

_LONGEST_WAIT: Final = 3600.0
_LONGEST_MESSAGE: Final = 300
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_LOST: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class UnauthorizedError(SignInExpiredError):
    """401: surely not carried out. Renew the token once and ask once more."""


class MissingError(ProviderRefusedError):
    """404: there is nothing at that address, or nothing that we may see."""

    advice = later("does not have what was asked for, or does not let Snowline see it.")


class UnknownHostError(ProviderUnavailableError):
    """The host's name has no address."""

    advice = later("cannot be found under that name. Check the name, or try again in a minute.")


def judge(call: Call, raw: RawAnswer, *, now: datetime, home: str) -> Answer:
    """Return the answer where it is usable; ``home`` is where a browser finds the remote.

    Raises:
        ProviderError: as ``connector.errors`` describes.
    """
    if raw.status in call.accepts:
        blotter = Blotter.of(call)
        body = blotter.json(_json_or_none(raw))
        return Answer(status=raw.status, headers=blotter.headers(raw.headers), body=body)
    if HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(status=raw.status, headers=raw.headers, body=_body(call, raw, home))
    raise failure_of(call, raw, now=now)


def failure_of(call: Call, raw: RawAnswer, *, now: datetime) -> ProviderError:
    """Return the error that an answer without success stands for."""
    status, said = raw.status, _message(Blotter.of(call).json(_json_or_none(raw)))
    reason = f"{status} {said}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ProviderUnavailableError(
            call.provider,
            reason,
            remedy=later("asks for fewer requests right now. Try again in a minute."),
            retry_after=retry_after(raw.headers, now),
        )
    if status == HTTPStatus.UNAUTHORIZED:
        barred = wants_second_factor(raw.headers)
        return second_factor(call, reason) if barred else UnauthorizedError(call.provider, reason)
    if status in _GONE:
        return MissingError(call.provider, reason)
    if status < HTTPStatus.BAD_REQUEST:
        return _redirected(call, raw)
    if _is_lost(call, status):
        return lost(call, reason, retry_after=retry_after(raw.headers, now))
    return ProviderRefusedError(call.provider, reason, remedy=_refusal(status, said))


def lost(call: Call, reason: str, *, retry_after: float | None = None) -> ProviderError:
    """Return the error for an answer that never came: unknown for a write, harmless else."""
    if call.writes:
        return OutcomeUnknownError(call.provider, reason)
    return ProviderUnavailableError(call.provider, reason, retry_after=retry_after)


def garbled(call: Call, reason: str) -> ProviderError:
    """Return the error for an answer that came but cannot be read."""
    kind = OutcomeUnknownError if call.writes else UnexpectedAnswerError
    return kind(call.provider, reason)


def not_reached(call: Call, exc: BaseException) -> ProviderError:
    """Return the error for a request that surely never left."""
    if _has_bad_certificate(exc):
        return ProviderRefusedError(
            call.provider,
            f"certificate: {exc}",
            remedy=later(
                "shows a certificate that this machine does not trust."
                " Tell the person who runs Snowline."
            ),
        )
    return ProviderUnavailableError(call.provider, f"not reached: {type(exc).__name__}: {exc}")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to wait, 0 to 3600, where the answer names a time we understand."""
    text = headers.get("retry-after", "").strip()
    now = _date(headers.get("date", "")) or now
    if _NUMBER.fullmatch(text):
        return _clamped(float(text))
    until = _date(text)
    if until is not None:
        return _clamped((until - now).total_seconds())
    reset = headers.get("x-ratelimit-reset", "").strip()
    if _NUMBER.fullmatch(reset):
        return _clamped(float(reset) - now.timestamp())
    return None


def _is_lost(call: Call, status: int) -> bool:
    # A conflict on a write may be our own earlier request: look before anything else.
    conflict = call.writes and status == HTTPStatus.CONFLICT
    return conflict or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LOST


def _clamped(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _body(call: Call, raw: RawAnswer, home: str) -> Any:
    if not raw.content.strip():
        return None
    kind = _content_type(raw)
    if kind in {"text/html", "application/xhtml+xml"}:
        raise _web_page(call, raw, home)
    if not _is_json(kind):
        shown = Blotter.of(call).text(kind)[:80]
        raise garbled(call, f"{raw.status} with content type {shown!r}")
    try:
        return _decoded(raw.content)
    except (ValueError, RecursionError) as exc:
        raise garbled(call, f"{raw.status} with JSON that cannot be read: {exc!s:.80}") from exc


def _json_or_none(raw: RawAnswer) -> Any:
    if not _is_json(_content_type(raw)):
        return None
    try:
        return _decoded(raw.content)
    except (ValueError, RecursionError):
        return None


def _decoded(content: bytes) -> Any:
    # Deeper nesting than the interpreter's own limit ends as RecursionError.
    return json.loads(content, parse_constant=_no_number, parse_float=_finite)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("a number is too large")
    return number


def _content_type(raw: RawAnswer) -> str:
    return raw.headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _web_page(call: Call, raw: RawAnswer, home: str) -> ProviderError:
    if call.provider is Provider.SERVICENOW and is_sign_in_page(raw.headers):
        return browser_sign_in(call, f"{raw.status} with a sign-in page")
    if call.provider is Provider.SERVICENOW:
        remedy = tr("is asleep: open {home} in a browser to wake it, then try again.", home=home)
    else:
        remedy = later("answers with a web page instead of data. Try again in a minute.")
    # The page may be a proxy's, put before the answer to a write that was carried out.
    kind = OutcomeUnknownError if call.writes else ProviderUnavailableError
    return kind(call.provider, "200 with a web page", remedy=remedy)


def _redirected(call: Call, raw: RawAnswer) -> ProviderError:
    if leads_to_sign_in(raw.headers.get("location", "")):
        return browser_sign_in(call, f"{raw.status} to a sign-in page")
    reason = f"{raw.status} redirect, not followed"
    if call.writes:
        return OutcomeUnknownError(call.provider, reason)
    return ProviderRefusedError(
        call.provider,
        reason,
        remedy=later(
            "sends Snowline on to another address, and a token goes to one address only."
            " Check the name that was entered."
        ),
    )


def _refusal(status: int, said: str) -> str:
    quoted = f": “{said.rstrip('.')}”" if said else ""
    if status == HTTPStatus.FORBIDDEN:
        return tr("refused{quoted}. Ask its administrator for the missing right.", quoted=quoted)
    return tr(
        "did not accept the request{quoted}. Change it, or ask its administrator.", quoted=quoted
    )


def _message(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        words = [error.get("message"), error.get("detail")]
    elif isinstance(body, dict):
        words = [error, body.get("error_description")]
    else:
        words = []
    return _plain(": ".join(dict.fromkeys(w for w in words if isinstance(w, str) and w)))


def _plain(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text[: 4 * _LONGEST_MESSAGE])
    words = " ".join(shown.split())
    return words if len(words) <= _LONGEST_MESSAGE else f"{words[: _LONGEST_MESSAGE - 1]}…"


def _has_bad_certificate(exc: BaseException | None) -> bool:
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError):
            return True
        exc = exc.__cause__ or exc.__context__
    return False
