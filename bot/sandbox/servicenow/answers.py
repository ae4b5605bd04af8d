"""HTTP answers as an instance sends them: headers, JSON, errors."""

import json
import secrets
import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow.errors import (
    ApiError,
    not_authenticated,
    rate_limited,
    transaction_cancelled,
)

JSON: Final = "application/json;charset=UTF-8"
HTML: Final = "text/html;charset=UTF-8"
_COMMON: Final[Mapping[str, str]] = {
    "Server": "ServiceNow",
    "Server-Timing": "sem_wait;dur=0, sesh_wait;dur=0",
    "X-Content-Type-Options": "nosniff",
    "Pragma": "no-store,no-cache",
    "Cache-Control": "no-cache,no-store,must-revalidate,max-age=-1",
    "Expires": "0",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_POLICY: Final = "default-src 'self'; base-uri 'none'"
_ROUTE: Final = "glide.0523df0e933b3d0b61bd3203715792eb"
_RULE: Final = "c0c43b0d1b2a10104a5acd5e0a4bcb1e"
_TOO_LONG: Final = (
    "<html><head><title>414 Request-URI Too Large</title></head><body>{}</body></html>"
)


def json_answer(
    body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with JSON; ``None`` answers with no body at all."""
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return web.Response(body=data, status=status, headers={"Content-Type": JSON, **(headers or {})})


def error_answer(error: ApiError) -> web.Response:
    """Answer with the envelope of a refusal."""
    answer = json_answer(error.body, error.status, error.headers)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'BASIC realm="Service-now"'
        answer.force_close()
    return answer


def html_answer(text: str, status: int = 200) -> web.Response:
    """Answer with a page."""
    headers = {"Content-Type": HTML, "Content-Security-Policy": _POLICY}
    return web.Response(text=text, status=status, headers=headers)


def dress(answer: web.StreamResponse, *, signed_in: bool, seconds: float) -> None:
    """Add the headers of every API answer, and the cookies nobody should keep.

    ``seconds`` (since 1970) is what the instance's clock shows.
    """
    answer.headers.update(_COMMON)
    answer.headers["Date"] = formatdate(seconds, usegmt=True)
    answer.headers["X-Transaction-ID"] = secrets.token_hex(6)
    answer.headers["X-Is-Logged-In"] = "true" if signed_in else "false"
    for cookie in (
        f"JSESSIONID={secrets.token_hex(16).upper()}; Path=/; HttpOnly; SameSite=None; Secure",
        "glide_user=; Max-Age=0; Path=/; HttpOnly; SameSite=None; Secure",
        "glide_user_session=; Max-Age=0; Path=/; HttpOnly; SameSite=None; Secure",
        f"glide_user_route={_ROUTE}; Max-Age=2147483647; Path=/; HttpOnly; SameSite=None; Secure",
    ):
        answer.headers.add("Set-Cookie", cookie)


def too_long() -> web.Response:
    """Answer an address of more than 8192 bytes, as the edge does: with HTML."""
    return html_answer(_TOO_LONG.format("<h1>Request-URI Too Large</h1>"), 414)


def _limited() -> web.Response:
    answer = error_answer(rate_limited())
    answer.headers.update(
        {
            "X-RateLimit-Limit": "100",
            "X-RateLimit-Reset": str(int(time.time()) + 1),
            "X-RateLimit-Rule": _RULE,
        }
    )
    return answer


def _unavailable() -> web.Response:
    answer = html_answer(
        "<html><head><title>503 Service Unavailable</title></head>"
        "<body>The instance is temporarily unavailable.</body></html>",
        503,
    )
    answer.headers["Server"] = "snow_adc"
    return answer


def _blocked() -> web.Response:
    answer = html_answer(
        "<html><head><title>Access restricted</title></head>"
        "<body>Security restricted: Access restricted</body></html>",
        403,
    )
    answer.headers["Server"] = "ServiceNow"
    return answer


FAULT_ANSWERS: Final = {
    "429": _limited,
    "500": lambda: error_answer(transaction_cancelled()),
    "503": _unavailable,
    "expired-token": lambda: error_answer(not_authenticated()),
    "blocked": _blocked,
}
"""What ServiceNow itself says when a fault strikes."""
