"""What an admin's browser is shown: plain pages that load nothing and go nowhere."""

import base64
import hashlib
import html
import logging
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, Literal

from aiohttp import web

from connector.services.forms import SignInEnd
from connector.words import spoken, tr

_log = logging.getLogger(__name__)

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1.5rem}"
    "label{display:block;font-weight:600}"
    "input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}"
    "button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0;cursor:pointer}"
    "a.button{display:inline-block;padding:.5rem 1rem;border-radius:4px;background:#1f3a5f;"
    "color:#fff;text-decoration:none}"
    "hr{border:0;border-top:1px solid #ccc;margin:1.5rem 0}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">{head}<title>{title}</title>'
    "<style>" + _STYLE.replace("{", "{{").replace("}", "}}") + "</style>"
    "<h1>{title}</h1>{body}</html>"
)
_GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TYPED: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """What binds a page to the browser that opened it; with https to this very host, too."""

    name: str
    seconds: int
    secure: bool
    samesite: Literal["Lax", "Strict"]

    def give(self, response: web.Response, value: str) -> None:
        """Let the browser bring ``value`` with what it asks next."""
        response.set_cookie(
            self._name,
            value,
            max_age=self.seconds,
            secure=self.secure,
            httponly=True,
            samesite=self.samesite,
        )

    def brought(self, request: web.Request) -> str:
        """Read what the browser brings; empty where it brings none that was given here."""
        value = request.cookies.get(self._name, "")
        return value if _GIVEN.fullmatch(value) else ""

    def forget(self, response: web.Response) -> None:
        """Let the browser bring it no more."""
        response.del_cookie(self._name, secure=self.secure, httponly=True, samesite=self.samesite)

    @property
    def _name(self) -> str:
        return f"__Host-{self.name}" if self.secure else self.name


def headers(*, form_action: str = "'none'", referrer: str = "no-referrer") -> Mapping[str, str]:
    """Forbid a page all that it does not need, and every cache to keep it."""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
            f" form-action {form_action}; frame-ancestors 'none'"
        ),
        "Referrer-Policy": referrer,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language",
    }


def page(
    title: str,
    body: str,
    *,
    head: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    sent: Mapping[str, str] | None = None,
) -> web.Response:
    """Lay a page out in the language that is spoken, with ``sent`` instead of plain ``headers``.

    ``title`` is text, ``body`` and ``head`` are HTML.
    """
    language = spoken()
    return web.Response(
        status=status,
        text=_PAGE.format(language=language, title=html.escape(title), body=body, head=head),
        content_type="text/html",
        headers={**(sent or headers()), "Content-Language": language},
    )


def paragraph(text: str) -> str:
    """Make a paragraph; what can be typed stands between backticks."""
    marked = _TYPED.sub(r"<code>\1</code>", html.escape(text))
    return f"<p>{marked}</p>"


def ended(end: SignInEnd, status: HTTPStatus) -> web.Response:
    """Say how it ended."""
    body = "".join(paragraph(each) for each in end.sentences)
    if end.reference:
        body += paragraph(
            tr("Reference `{reference}`, to find it in the log", reference=end.reference)
        )
    return page(end.title, body, status=status)


def failed(end: SignInEnd, status: HTTPStatus, cause: str) -> web.Response:
    """Say how it ended, and write ``cause`` down under the page's reference."""
    reference = secrets.token_hex(4)
    _log.warning("A browser could not be served: %s. reference=%s", cause, reference)
    return ended(replace(end, reference=reference), status)
