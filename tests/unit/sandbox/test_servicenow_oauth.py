"""Signing in with OAuth: login page, consent page, tokens."""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.running import start
from bot.tour.browser import Browser
from tests.unit.sandbox.servicenow_desk import BOT, Desk, basic, desk_at

CLIENT = {
    "client_id": accounts.SERVICENOW_CLIENT_ID,
    "client_secret": accounts.SERVICENOW_CLIENT_SECRET,
}
PUBLIC = accounts.SERVICENOW_PUBLIC_CLIENT_ID
VERIFIER = "v" * 64
CHALLENGE = {
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode(),
    "code_challenge_method": "S256",
}
PASSWORD = {"grant_type": "password", "username": BOT, "password": "integration"}
REFUSED = {"error_description": "access_denied", "error": "server_error"}


class Clock:
    now = 1_767_400_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(clock):
    async with desk_at(clock=clock) as desk:
        yield desk


@dataclass(frozen=True, slots=True)
class Signing:
    """An application that asks, and a browser whose user answers."""

    desk: Desk
    browser: Browser
    callback: str

    def asks(self, **changed):
        asked = {
            "response_type": "code",
            "client_id": CLIENT["client_id"],
            "redirect_uri": self.callback,
            "state": "abc",
        }
        return {name: value for name, value in (asked | changed).items() if value is not None}

    async def open(self, **changed):
        query = urlencode(self.asks(**changed))
        return await self.browser.open(f"{self.desk.origin}/oauth_auth.do?{query}")

    async def sign_in(self, user=BOT, password="integration", **changed):
        page = await self.open(**changed)
        fields = {"user_name": user, "user_password": password}
        return await self.browser.press(page, "Log in", **fields)

    async def press(self, page, name):
        back = await self.browser.press(page, name)
        assert back.url.startswith(self.callback)
        query = parse_qs(urlsplit(back.url).query)
        return {name: values[0] for name, values in query.items()}

    async def code(self, **changed):
        """The token request of a user who has allowed."""
        sent = await self.press(await self.sign_in(**changed), "Allow")
        code = {"grant_type": "authorization_code", "code": sent["code"]}
        return code | {"redirect_uri": self.callback}


@pytest.fixture
async def signing(desk):
    application = web.Application()
    application.router.add_get("/callback", _hello)
    running = await start(application)
    browser = Browser()
    yield Signing(desk, browser, f"{running.origin}/callback")
    await browser.close()
    await running.stop()


async def _hello(_request):
    return web.Response(text="Connected")


async def token(desk, **form):
    return await desk.call("POST", "/oauth_token.do", user=None, data=form)


async def bearer(desk, value):
    headers = {"Authorization": f"Bearer {value}"}
    return await desk.call("GET", "/api/now/table/incident", user=None, headers=headers)


async def test_a_user_allows_and_the_application_acts_as_that_user(desk, signing):
    page = await signing.sign_in(**CHALLENGE)
    assert BOT in page.text
    sent = await signing.press(page, "Allow")
    assert sent["state"] == "abc"
    form = {"grant_type": "authorization_code", "code": sent["code"]}
    form |= {"redirect_uri": signing.callback, "code_verifier": VERIFIER}
    answer = await token(desk, **form, **CLIENT)
    assert answer.status == 200
    assert answer.body["scope"] == "useraccount"
    assert answer.body["expires_in"] == 1799
    assert len(answer.body["access_token"]) == 86
    assert (await bearer(desk, answer.body["access_token"])).status == 200
    again = await token(desk, **form, **CLIENT)
    assert (again.status, again.body) == (401, REFUSED)


async def test_denying_sends_the_browser_back_with_a_refusal(signing):
    sent = await signing.press(await signing.sign_in(), "Deny")
    assert sent == {"error": "access_denied", "state": "abc"}


async def test_a_callback_keeps_its_own_query(signing):
    sent = await signing.press(
        await signing.sign_in(redirect_uri=f"{signing.callback}?own=a%26b"), "Allow"
    )
    assert sent["own"] == "a&b"


async def test_not_you_asks_for_another_account(signing):
    page = await signing.sign_in(user="ada.admin", password="ada")
    assert "ada.admin" in page.text
    page = await signing.browser.press(page, "Not you?")
    wrong = {"user_name": BOT, "user_password": "wrong"}
    page = await signing.browser.press(page, "Log in", **wrong)
    assert "invalid" in page.text
    page = await signing.browser.press(page, "Log in", **wrong | {"user_password": "integration"})
    assert BOT in page.text


async def test_who_is_signed_in_is_asked_only_for_consent(signing):
    await signing.sign_in()
    page = await signing.open()
    assert "Allow" in page.forms[-1].buttons


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"state": None}, "Missing State parameter in request", id="no state"),
        pytest.param({"client_id": "x"}, "Invalid client_id", id="client"),
        pytest.param({"response_type": "token"}, "Invalid response_type", id="implicit"),
        pytest.param({"redirect_uri": "https://evil.example"}, "Invalid redirect_uri", id="uri"),
        pytest.param({"redirect_uri": "http://[x"}, "Invalid redirect_uri", id="broken uri"),
        pytest.param({"client_id": PUBLIC}, "code_challenge", id="public without PKCE"),
        pytest.param({"code_challenge": "x"}, "code_challenge_method", id="plain PKCE"),
    ],
)
async def test_a_wrong_request_ends_at_the_instance(desk, signing, changed, words):
    answer = await desk.call("GET", "/oauth_auth.do", user=None, params=signing.asks(**changed))
    assert answer.status == 400
    assert words in answer.text


async def test_registered_callbacks_must_match_exactly(signing):
    async with desk_at(redirect_uris=("https://bot.example/callback",)) as desk:
        for uri, status in (("https://bot.example/callback", 200), (signing.callback, 400)):
            params = signing.asks(redirect_uri=uri)
            answer = await desk.call("GET", "/oauth_auth.do", user=None, params=params)
            assert answer.status == status


async def test_a_consent_nobody_gave_is_refused(desk, signing):
    form = signing.asks() | {"decision": "allow", "key": "guessed"}
    answer = await desk.call("POST", "/oauth_auth.do", user=None, data=form)
    assert answer.status == 400


@pytest.mark.parametrize("goto", ["//evil.example", "https://evil.example", "/\\evil.example"])
async def test_signing_in_never_leads_elsewhere(desk, goto):
    form = {"user_name": BOT, "user_password": "integration", "sysparm_goto_url": goto}
    answer = await desk.call("POST", "/login.do", user=None, data=form)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"code_verifier": "w" * 64}, id="verifier"),
        pytest.param({"code_verifier": ""}, id="no verifier"),
        pytest.param({"redirect_uri": "http://127.0.0.1:9/other"}, id="callback"),
        pytest.param({"client_secret": "wrong"}, id="secret"),
        pytest.param({"code": "made-up"}, id="code"),
        pytest.param({"grant_type": "magic"}, id="grant"),
    ],
)
async def test_every_refusal_of_the_token_endpoint_looks_the_same(desk, signing, changed):
    form = await signing.code(**CHALLENGE) | CLIENT | {"code_verifier": VERIFIER}
    answer = await token(desk, **(form | changed))
    assert (answer.status, answer.body) == (401, REFUSED)


async def test_a_public_client_gets_no_refresh_token(desk, signing):
    form = await signing.code(client_id=PUBLIC, **CHALLENGE)
    answer = await token(desk, **form, client_id=PUBLIC, code_verifier=VERIFIER)
    assert answer.status == 200
    assert "refresh_token" not in answer.body


async def test_a_code_is_good_for_five_minutes(desk, signing, clock):
    form = await signing.code()
    clock.now += 301
    assert (await token(desk, **form, **CLIENT)).status == 401


async def test_refreshing_keeps_the_refresh_token_and_its_end(desk, clock):
    first = (await token(desk, **PASSWORD, **CLIENT)).body
    refresh = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    for _ in range(3):
        clock.now += 30 * 86_400
        assert (await bearer(desk, first["access_token"])).status == 401
        renewed = (await token(desk, **refresh, **CLIENT)).body
        assert renewed["refresh_token"] == first["refresh_token"]
        assert (await bearer(desk, renewed["access_token"])).status == 200
    clock.now += 10 * 86_400 + 1
    assert (await token(desk, **refresh, **CLIENT)).body == REFUSED


async def test_a_repeated_password_grant_extends_the_token_there_is(desk, clock):
    first = (await token(desk, **PASSWORD, **CLIENT)).body
    clock.now += 1000
    second = (await token(desk, **PASSWORD, **CLIENT)).body
    assert second["access_token"] == first["access_token"]
    assert second["expires_in"] == 1799
    wrong = await token(desk, **(PASSWORD | {"password": "x"}), **CLIENT)
    assert wrong.body == REFUSED


async def test_client_credentials_act_as_the_application_user(desk):
    header = basic(CLIENT["client_id"], CLIENT["client_secret"])
    form = {"grant_type": "client_credentials"}
    answer = await desk.call("POST", "/oauth_token.do", user=None, data=form, headers=header)
    assert answer.status == 200
    headers = {"Authorization": f"Bearer {answer.body['access_token']}"}
    row = await desk.call("POST", "/api/now/table/incident", user=None, json={}, headers=headers)
    assert row.result["sys_created_by"] == BOT
    assert (await token(desk, **form, client_id=PUBLIC)).body == REFUSED


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"client_credentials": False}, id="no property"),
        pytest.param({"application_user": ""}, id="no application user"),
        pytest.param({"release": "Vancouver"}, id="before Washington DC"),
    ],
)
async def test_an_instance_that_is_not_set_up_gives_clients_no_token(settings):
    async with desk_at(**settings) as desk:
        answer = await token(desk, grant_type="client_credentials", **CLIENT)
        assert (answer.status, answer.body) == (401, REFUSED)
        assert (await token(desk, **PASSWORD, **CLIENT)).status == 200


async def test_an_admin_lets_clients_in_and_shuts_them_out_again():
    grant = {"grant_type": "client_credentials", **CLIENT}
    async with desk_at(client_credentials=False) as desk:
        row = await desk.create(
            "sys_properties",
            user="admin",
            name="glide.oauth.inbound.client.credential.grant_type.enabled",
            value="true",
        )
        assert (await token(desk, **grant)).status == 200
        await desk.change(row, "sys_properties", user="admin", value="false")
        assert (await token(desk, **grant)).status == 401


async def test_the_token_endpoint_reads_forms_only(desk):
    answer = await desk.call("POST", "/oauth_token.do", user=None, json=PASSWORD | CLIENT)
    assert (answer.status, answer.body) == (401, REFUSED)


async def test_a_revoked_token_is_dead(desk):
    body = (await token(desk, **PASSWORD, **CLIENT)).body
    path = f"/oauth_revoke_token.do?token={body['access_token']}"
    assert (await desk.call("GET", path, user=None)).status == 200
    assert (await bearer(desk, body["access_token"])).status == 401
    form = {"token": body["refresh_token"]}
    await desk.call("POST", "/oauth_revoke_token.do", user=None, data=form)
    refresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert (await token(desk, **refresh, **CLIENT)).body == REFUSED


async def test_tests_can_expire_tokens_with_and_without_their_refresh_tokens(desk):
    body = (await token(desk, **PASSWORD, **CLIENT)).body
    refresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    await desk.call("POST", "/_sandbox/expire-tokens", user=None)
    assert (await bearer(desk, body["access_token"])).status == 401
    assert (await token(desk, **refresh, **CLIENT)).status == 200
    await desk.call("POST", "/_sandbox/expire-tokens", user=None, json={"refresh": True})
    assert (await token(desk, **refresh, **CLIENT)).status == 401


async def test_many_clients_may_refresh_at_once(desk):
    body = (await token(desk, **PASSWORD, **CLIENT)).body
    refresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    answers = await asyncio.gather(*(token(desk, **refresh, **CLIENT) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    for answer in answers:
        assert (await bearer(desk, answer.body["access_token"])).status == 200
