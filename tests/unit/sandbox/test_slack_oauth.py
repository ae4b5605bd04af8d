"""Several workspaces, an organisation, OAuth and its end, as clients that are not ours see them."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import accounts, running
from bot.sandbox.driver import DriverError, SlackUser
from bot.sandbox.slack import SlackServer, SlackSettings
from bot.sandbox.slack.teams import EAST, GRID, SOUTH, WEST
from tests.unit.sandbox.slack_stage import SECURITY, Clock

BACK = "http://127.0.0.1:9/back"
CLIENT = {"client_id": accounts.SLACK_CLIENT_ID, "client_secret": accounts.SLACK_CLIENT_SECRET}


class Desk:
    def __init__(self, server, origin, http, clock):
        self.server, self.origin, self.http, self.clock = server, origin, http, clock

    async def consent(self, where, **more):
        asked = {
            "client_id": accounts.SLACK_CLIENT_ID,
            "scope": "commands,chat:write",
            "state": "s&1",
            "redirect_uri": BACK,
            "where": where,
            "allow": "1",
        } | more
        url = f"{self.origin}/oauth/v2/authorize"
        async with self.http.post(url, data=asked, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "")

    async def code(self, where):
        _, back = await self.consent(where)
        return parse_qs(urlsplit(back).query)["code"][0]

    async def access(self, **given):
        url = f"{self.origin}/api/oauth.v2.access"
        async with self.http.post(url, data=CLIENT | given) as answer:
            return await answer.json()

    async def installed(self, where):
        return await self.access(code=await self.code(where), redirect_uri=BACK)

    def client(self, token):
        return AsyncWebClient(token=token, base_url=f"{self.origin}/api/", retry_handlers=[])

    async def call(self, token, method, **given):
        try:
            answer = await self.client(token).api_call(method, data=given)
        except SlackApiError as exc:
            return exc.response.data
        return answer.data


@pytest.fixture
async def desk(request):
    clock = Clock()
    seconds = getattr(request, "param", None)
    server = SlackServer(settings=SlackSettings(token_seconds=seconds), clock=clock)
    front = await running.start(server.app)
    async with aiohttp.ClientSession() as http:
        yield Desk(server, front.origin, http, clock)
    await front.stop()


rotating = pytest.mark.parametrize("desk", [43_200.0], indirect=True)


async def test_a_code_becomes_a_token_as_slack_answers(desk):
    answer = await desk.installed(SOUTH.id)
    assert answer["token_type"] == "bot"
    assert answer["access_token"].startswith("xoxb-")
    assert answer["team"] == {"id": SOUTH.id, "name": "Southwind"}
    assert (answer["enterprise"], answer["is_enterprise_install"]) == (None, False)
    assert answer["scope"] == "commands,chat:write"
    assert answer["authed_user"] == {"id": accounts.ADA.id}
    assert not {"refresh_token", "expires_in", "bot_id"} & set(answer)
    known = await desk.call(answer["access_token"], "auth.test")
    assert (known["team_id"], known["team"]) == (SOUTH.id, "Southwind")


async def test_an_organisations_installation_has_no_workspace(desk):
    answer = await desk.installed(GRID.id)
    assert answer["team"] is None
    assert answer["enterprise"] == {"id": GRID.id, "name": GRID.name}
    assert answer["is_enterprise_install"] is True
    known = await desk.call(answer["access_token"], "auth.test")
    assert (known["is_enterprise_install"], known["enterprise_id"]) == (True, GRID.id)
    refused = await desk.call(answer["access_token"], "users.list")
    assert refused["error"] == "missing_argument"
    listed = await desk.call(answer["access_token"], "users.list", team_id=WEST.id)
    homes = {each["team_id"] for each in listed["members"] if not each.get("is_stranger")}
    assert homes == {WEST.id}
    known = await desk.call(answer["access_token"], "users.info", user=accounts.ADA.id)
    assert known["user"]["enterprise_user"]["enterprise_id"] == GRID.id


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"code": "never"}, "invalid_code"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, "bad_redirect_uri"),
        ({"grant_type": "refresh_token", "refresh_token": "xoxe-1-no"}, "invalid_refresh_token"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
async def test_what_is_wrong_has_slacks_name(desk, given, error):
    asked = {"code": await desk.code(SOUTH.id), "redirect_uri": BACK} | given
    assert await desk.access(**asked) == {"ok": False, "error": error}


async def test_a_code_counts_once_and_for_ten_minutes(desk):
    code = await desk.code(SOUTH.id)
    assert (await desk.access(code=code, redirect_uri=BACK))["ok"]
    assert (await desk.access(code=code, redirect_uri=BACK))["error"] == "code_already_used"
    late = await desk.code(SOUTH.id)
    desk.clock.ahead = 601
    assert (await desk.access(code=late, redirect_uri=BACK))["error"] == "invalid_code"


async def test_the_client_may_come_as_basic_credentials(desk):
    given = {"code": await desk.code(SOUTH.id), "redirect_uri": BACK}
    basic = {"Authorization": aiohttp.encode_basic_auth(*CLIENT.values())}
    url = f"{desk.origin}/api/oauth.v2.access"
    async with desk.http.post(url, data=given, headers=basic) as answer:
        assert (await answer.json())["ok"]


async def test_installing_again_gives_the_same_token(desk):
    first, second = [await desk.installed(SOUTH.id) for _ in range(2)]
    assert first["access_token"] == second["access_token"]


async def test_the_page_asks_and_a_no_goes_back_as_one(desk):
    query = {"client_id": accounts.SLACK_CLIENT_ID, "scope": "commands", "redirect_uri": BACK}
    async with desk.http.get(f"{desk.origin}/oauth/v2/authorize", params=query) as answer:
        page = await answer.text()
    assert re.findall(r'<option value="(\w+)"', page)[-1] == GRID.id
    assert "<li>commands</li>" in page
    status, back = await desk.consent(SOUTH.id, allow="")
    status, back = await desk.consent("T0NOBODY")
    assert status == 302
    assert parse_qs(urlsplit(back).query) == {"error": ["access_denied"], "state": ["s&1"]}
    query["client_id"] = "1.2"
    async with desk.http.get(f"{desk.origin}/oauth/v2/authorize", params=query) as answer:
        assert answer.status == 400


@rotating
async def test_a_token_ends_and_its_refresh_token_makes_one_next(desk):
    first = await desk.installed(SOUTH.id)
    assert first["access_token"].startswith("xoxe.xoxb-1-")
    assert (first["refresh_token"][:7], first["expires_in"]) == ("xoxe-1-", 43_200)
    given = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await desk.access(**given)
    assert (await desk.access(**given))["error"] == "invalid_refresh_token"
    assert (await desk.call(first["access_token"], "auth.test"))["ok"]
    desk.clock.ahead = 43_201
    assert (await desk.call(first["access_token"], "auth.test"))["error"] == "token_expired"
    assert second["refresh_token"] != first["refresh_token"]


async def test_two_workspaces_with_the_same_channels_keep_their_own(desk):
    tokens = [(await desk.installed(team))["access_token"] for team in (SOUTH.id, EAST.id)]
    for token in tokens:
        await desk.call(token, "chat.postMessage", channel=SECURITY, text=f"only {token}")
    for token, team in zip(tokens, (SOUTH, EAST), strict=True):
        ada = SlackUser(desk.http, desk.origin, accounts.ADA.id, team.id)
        assert [m["text"] for m in await ada.messages(SECURITY)] == [f"only {token}"]
    ada = SlackUser(desk.http, desk.origin, accounts.ADA.id)
    assert await ada.messages(SECURITY) == []


async def heard_by(desk, count):
    """Listen as an app does over Socket Mode, acknowledging everything."""
    address = (await desk.call(accounts.APP_TOKEN, "apps.connections.open"))["url"]
    heard = []
    socket = await desk.http.ws_connect(address)
    await socket.receive_json()

    async def listen():
        while len(heard) < count:
            envelope = await socket.receive_json()
            heard.append(envelope["payload"])
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await socket.close()

    return heard, asyncio.create_task(listen())


@pytest.mark.parametrize("first", ["app_uninstalled", "tokens_revoked"])
async def test_a_removed_app_hears_of_it_and_its_token_is_dead(desk, first):
    token = (await desk.installed(SOUTH.id))["access_token"]
    heard, listening = await heard_by(desk, 2)
    body = {"where": SOUTH.id, "tokens_first": first == "tokens_revoked"}
    async with desk.http.post(f"{desk.origin}/_client/uninstall", json=body) as answer:
        assert (await answer.json())["ok"]
    await asyncio.wait_for(listening, 5)
    assert {each["event"]["type"] for each in heard} == {"app_uninstalled", "tokens_revoked"}
    assert {each["team_id"] for each in heard} == {SOUTH.id}
    (tokens,) = [each["event"]["tokens"] for each in heard if "tokens" in each["event"]]
    assert tokens == {"oauth": [], "bot": [accounts.BOT_USER_ID]}
    assert (await desk.call(token, "auth.test"))["error"] == "account_inactive"
    ada = SlackUser(desk.http, desk.origin, accounts.ADA.id, SOUTH.id)
    with pytest.raises(DriverError, match="app_not_installed"):
        await ada.command("/snow help", SECURITY)
    assert (await desk.installed(SOUTH.id))["access_token"] != token


async def test_apps_uninstall_wants_the_client(desk):
    token = (await desk.installed(SOUTH.id))["access_token"]
    assert (await desk.call(token, "apps.uninstall"))["error"] == "invalid_client_id"
    assert (await desk.call(token, "apps.uninstall", **CLIENT))["ok"]
    assert (await desk.call(token, "auth.test"))["error"] == "account_inactive"


async def test_what_concerns_an_organisation_says_so_in_each_form(desk):
    await desk.installed(GRID.id)
    heard, listening = await heard_by(desk, 2)
    ada = SlackUser(desk.http, desk.origin, accounts.ADA.id, WEST.id)
    await ada.command("/snow help", SECURITY)
    async with desk.http.post(
        f"{desk.origin}/_client/home", json={"user": accounts.ADA.id, "team": WEST.id}
    ) as answer:
        assert (await answer.json())["ok"]
    await asyncio.wait_for(listening, 5)
    command = next(each for each in heard if "command" in each)
    event = next(each for each in heard if "event" in each)
    assert (command["team_id"], command["enterprise_id"]) == (WEST.id, GRID.id)
    assert command["is_enterprise_install"] == "true"
    (authorization,) = event["authorizations"]
    assert authorization["is_enterprise_install"] is True
    assert (authorization["team_id"], authorization["enterprise_id"]) == (WEST.id, GRID.id)
