import logging
import re
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.sandbox import running
from bot.web import build_web
from connector.errors import ConnectorError
from connector.services.forms import BrowserStart, SignInEnd

REFERENCE = re.compile("Reference <code>([0-9a-f]{8})</code>")
HOSTILE = "<script>alert(1)</script>"
AT_SERVICENOW = "https://acme.service-now.com/oauth_auth.do?state=abc"


@dataclass
class Connections:
    """Answers as the connector would; keeps what it was asked."""

    asked: list = field(default_factory=list)

    async def start_sign_in(self, ticket):
        self.asked.append(ticket)
        known = BrowserStart(redirect_url=AT_SERVICENOW, browser="bound")
        return known if ticket == "good" else None

    async def finish_sign_in(self, callback):
        self.asked.append(callback)
        if callback.error == "broken":
            raise ConnectorError("the database is locked")
        ok = callback.state == "right"
        title = "Connected" if ok else f"Not connected {HOSTILE}"
        said = (f"As {HOSTILE}.", "Run `/snow connect` again.")
        return SignInEnd(ok=ok, title=title, sentences=said, reference="" if ok else "1a2b3c4d")


@dataclass
class Services:
    connections: Connections = field(default_factory=Connections)


async def fine():
    return None


async def not_fine():
    raise ConnectorError("the database is read-only")


class Door:
    def __init__(self, public_url="http://localhost:4413", ready=fine):
        self.services = Services()
        self.app = build_web(
            app=None,
            services=self.services,
            signing_secret=None,
            public_url=public_url,
            ready=ready,
        )

    async def __aenter__(self):
        self.running = await running.start(self.app)
        # What Slack or a browser keeps from one request to the next is each test's own affair.
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_):
        await self.http.close()
        await self.running.stop()

    def get(self, path, **more):
        return self.http.get(f"{self.running.origin}{path}", allow_redirects=False, **more)


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        ("http://localhost:4413", "snowline_sign_in", ""),
        ("https://bot.example.com", "__Host-snowline_sign_in", True),
    ],
    ids=["http", "https"],
)
async def test_a_sign_in_link_binds_the_browser_and_sends_it_on(public_url, name, secure):
    async with Door(public_url) as door, door.get("/connect/servicenow/good") as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == AT_SERVICENOW
        cookie = answer.cookies[name]
        assert cookie.value == "bound"
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (
            True,
            "Lax",
            secure,
            "/",
        )
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_link_that_no_longer_works_says_how_to_get_another(caplog):
    async with Door() as door, door.get("/connect/servicenow/old") as answer:
        assert answer.status == 404
        text = await answer.text()
        assert "<code>/snow connect</code>" in text
        (reference,) = REFERENCE.findall(text)
        assert f"reference={reference}" in caplog.text
        assert not answer.cookies


@pytest.mark.parametrize(("state", "status"), [("right", 200), ("wrong", 400)])
async def test_the_callback_says_how_it_ended_and_repeats_nothing_unescaped(state, status):
    cookie = {"Cookie": "snowline_sign_in=bound"}
    async with (
        Door() as door,
        door.get(f"/oauth/servicenow/callback?state={state}&code=c0de", headers=cookie) as answer,
    ):
        text = await answer.text()
        assert answer.status == status
        assert HOSTILE not in text
        assert "c0de" not in text
        assert "<code>/snow connect</code>" in text
        assert "`" not in text
        assert ("1a2b3c4d" in text) is (status == 400)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"] == "no-store"
        (callback,) = door.services.connections.asked
        assert (callback.state, callback.code, callback.browser) == (state, "c0de", "bound")


async def test_a_failure_of_ours_is_a_page_too(caplog):
    async with Door() as door, door.get("/oauth/servicenow/callback?error=broken") as answer:
        assert answer.status == 503
        text = await answer.text()
        assert "Nothing was connected" in text
        (reference,) = REFERENCE.findall(text)
        assert f"reference={reference}" in caplog.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "the database is locked" in caplog.text


async def test_the_log_names_the_route_and_never_what_the_address_held(caplog):
    caplog.set_level(logging.DEBUG)
    async with Door() as door:
        await door.get("/connect/servicenow/t1cket")
        await door.get("/oauth/servicenow/callback?state=st4te&code=c0de")
        await door.get("/wp-login.php?pass=w0rd")
    assert "GET /connect/servicenow/{ticket} answered 404" in caplog.text
    assert "GET /oauth/servicenow/callback answered 400" in caplog.text
    assert "GET unknown path answered 404" in caplog.text
    for secret in ("t1cket", "st4te", "c0de", "w0rd", "wp-login"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("path", "ready", "status", "text"),
    [
        ("/healthz", not_fine, 200, "ok"),
        ("/readyz", fine, 200, "ready"),
        ("/readyz", not_fine, 503, "not ready"),
        ("/nothing", fine, 404, "404: Not Found"),
    ],
)
async def test_health_says_little(path, ready, status, text):
    async with Door(ready=ready) as door, door.get(path) as answer:
        assert (answer.status, await answer.text()) == (status, text)


async def test_without_a_signing_secret_slack_has_no_way_in():
    async with (
        Door() as door,
        door.http.post(f"{door.running.origin}/slack/events", data=b"") as answer,
    ):
        assert answer.status == 404
