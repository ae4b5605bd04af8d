import asyncio
import logging
import re
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.sandbox import running
from bot.web import build_web
from connector.models import Grant
from connector.services.forms import SecretPage, SignInEnd

HOSTILE = "<script>alert(1)</script>"
PATH = "/connect/servicenow/t1cket/secret"
HERE = "http://localhost:4413"
COOKIE = {"Cookie": "snowline_secret=bound"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
FORM = {"state": "st4te", "client_secret": " hunter2 "}


@dataclass
class Connections:
    """Answers as the connector would; keeps what it was given."""

    grant: Grant = Grant.CODE
    given: list = field(default_factory=list)
    end: SignInEnd = field(
        default=SignInEnd(ok=True, title="ServiceNow is connected", sentences=("As snow.",))
    )

    async def open_secret_page(self, ticket):
        if ticket != "t1cket":
            return None
        return SecretPage(
            host="acme.service-now.com",
            integration_user=HOSTILE,
            client_id="abc",
            grant=self.grant,
            state="st4te",
            browser="bound",
        )

    async def take_secret(self, given):
        self.given.append(given)
        if self.grant is Grant.CODE:
            return None
        return self.end


@dataclass
class Services:
    connections: Connections = field(default_factory=Connections)


async def fine():
    return None


class Door:
    def __init__(self, grant=Grant.CODE, public_url=HERE):
        self.connections = Connections(grant)
        self.app = build_web(
            app=None,
            services=Services(self.connections),
            signing_secret=None,
            public_url=public_url,
            ready=fine,
        )

    async def __aenter__(self):
        self.running = await running.start(self.app)
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_):
        await self.http.close()
        await self.running.stop()

    def get(self, path=PATH):
        return self.http.get(f"{self.running.origin}{path}", allow_redirects=False)

    def post(self, data=FORM, headers=COOKIE, path=PATH):
        url = f"{self.running.origin}{path}"
        return self.http.post(url, data=data, headers=headers, allow_redirects=False)


@pytest.mark.parametrize(
    ("grant", "button", "may_have_none"),
    [(Grant.CODE, "Keep it and sign in", True), (Grant.CLIENT, "Connect", False)],
)
async def test_the_page_says_what_is_exchanged_before_its_button(grant, button, may_have_none):
    async with Door(grant) as door, door.get() as answer:
        text = await answer.text()
        assert answer.status == 200
        assert text.index("Snowline keeps, encrypted,") < text.index(f"<button>{button}")
        assert text.index("Each ticket sends") < text.index(f"<button>{button}")
        assert ("This client has no secret" in text) is may_have_none
        assert ("no refresh token" in text) is may_have_none
        assert HOSTILE not in text


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [(HERE, "snowline_secret", ""), ("https://bot.example", "__Host-snowline_secret", True)],
    ids=["http", "https"],
)
async def test_the_page_is_kept_nowhere_goes_nowhere_and_knows_its_browser(
    public_url, name, secure
):
    async with Door(public_url=public_url) as door, door.get() as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "form-action 'self';" in policy
        assert "script" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        cookie = answer.cookies[name]
        assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["secure"]) == (
            "bound",
            True,
            "Strict",
            secure,
        )


async def test_the_form_is_handed_over_and_the_browser_led_on_by_a_page(caplog):
    caplog.set_level(logging.DEBUG)
    async with Door() as door, door.post() as answer:
        text = await answer.text()
        assert answer.status == 200
        assert 'content="0;url=/connect/servicenow/t1cket"' in text
        assert "Location" not in answer.headers
        (given,) = door.connections.given
        assert (given.ticket, given.state, given.browser) == ("t1cket", "st4te", "bound")
        assert given.secret.get_secret_value() == "hunter2"
        assert not given.has_none
        assert "hunter2" not in text
    for secret in ("hunter2", "t1cket", "st4te", "bound"):
        assert secret not in caplog.text


async def test_a_client_without_a_secret_says_so():
    form = {"state": "st4te", "client_secret": "", "none": "1"}
    async with Door() as door, door.post(form):
        (given,) = door.connections.given
        assert given.has_none


async def test_how_it_ended_is_said_at_once_without_a_browsers_sign_in():
    async with Door(Grant.CLIENT) as door, door.post() as answer:
        assert answer.status == 200
        assert "ServiceNow is connected" in await answer.text()
        assert re.search(r'snowline_secret="";', answer.headers["Set-Cookie"])


async def test_a_page_that_still_works_is_still_known_by_its_browser():
    async with Door(Grant.CLIENT) as door:
        door.connections.end = SignInEnd(ok=False, title="No secret", sentences=("Go back.",))
        async with door.post() as answer:
            assert answer.status == 400
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [PATH, PATH.removesuffix("/secret")])
async def test_who_only_asks_whether_a_link_is_there_takes_it_from_nobody(path):
    async with Door() as door, door.http.head(f"{door.running.origin}{path}") as answer:
        assert answer.status == 405
        assert "Set-Cookie" not in answer.headers


async def test_a_link_that_is_over_says_how_to_get_another():
    async with Door() as door, door.get("/connect/servicenow/old/secret") as answer:
        assert answer.status == 404
        text = await answer.text()
        assert "works once and for ten minutes" in text
        assert "<code>/snow connect</code>" in text


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        pytest.param(FORM, {"Origin": "https://evil.example"}, 403, id="another origin"),
        pytest.param(FORM, {"Origin": "null"}, 403, id="an origin that hides"),
        pytest.param(FORM, {"Sec-Fetch-Site": "cross-site"}, 403, id="another site"),
        pytest.param(FORM, {"Sec-Fetch-Site": "same-site"}, 403, id="a site next door"),
        pytest.param(FORM | {"client_secret": "x" * 5000}, {}, 400, id="too much"),
        pytest.param(b"no gzip", FORM_TYPE | {"Content-Encoding": "gzip"}, 400, id="no gzip"),
        pytest.param(b'{"state": "st4te"}', {"Content-Type": "application/json"}, 400, id="JSON"),
    ],
)
async def test_what_the_page_did_not_send_is_refused_unread(data, headers, status):
    async with Door() as door, door.post(data, COOKIE | headers) as answer:
        assert answer.status == status
        assert "Nothing was kept" in await answer.text()
        assert not door.connections.given


async def test_what_the_page_did_send_is_let_in():
    headers = COOKIE | {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    async with Door() as door, door.post(headers=headers) as answer:
        assert answer.status == 200
        assert door.connections.given


async def test_a_body_that_comes_in_pieces_is_read_whole():
    async def pieces():
        yield b"state=st4te&client_se"
        await asyncio.sleep(0.1)
        yield b"cret=hunter2"

    headers = COOKIE | {"Content-Type": "application/x-www-form-urlencoded"}
    async with Door() as door, door.post(pieces(), headers):
        (given,) = door.connections.given
        assert given.secret.get_secret_value() == "hunter2"


async def test_a_body_that_does_not_say_its_length_is_cut_short():
    async def drip():
        for _ in range(100):
            yield b"client_secret=" + b"x" * 100

    headers = COOKIE | {"Content-Type": "application/x-www-form-urlencoded"}
    async with Door() as door, door.post(drip(), headers) as answer:
        assert answer.status == 400
        assert not door.connections.given
