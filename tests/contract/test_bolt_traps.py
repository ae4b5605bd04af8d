"""What Bolt and the SDK do that we work around; each that is mended upstream lets us simplify."""

import asyncio
import logging

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import accounts, running

BODY = {
    "command": "/snow",
    "text": "help",
    "team_id": accounts.TEAM_ID,
    "user_id": accounts.MIA.id,
    "trigger_id": "1.2.3",
}


def command():
    return AsyncBoltRequest(mode="socket_mode", body=dict(BODY))


async def ours(enterprise_id, team_id):
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_token=accounts.BOT_TOKEN
    )


def app_with(listener):
    app = AsyncApp(client=AsyncWebClient(), authorize=ours, request_verification_enabled=False)
    app.command("/snow")(listener)
    return app


class CountingSlack:
    """Counts the calls of each method; ``lost`` methods are carried out and never answered."""

    def __init__(self, lost=()):
        self.calls = []
        self.lost = lost

    async def answer(self, request):
        method = request.match_info["method"]
        self.calls.append(method)
        if method in self.lost:
            request.transport.abort()
        return web.json_response(
            {"ok": True, "team_id": accounts.TEAM_ID, "user_id": "U1", "bot_id": "B1", "ts": "1.2"}
        )

    async def __aenter__(self):
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.answer)
        self.running = await running.start(app)
        self.url = f"{self.running.origin}/api/"
        return self

    async def __aexit__(self, *_):
        await self.running.stop()


async def test_an_ack_is_lost_when_the_listener_raises_after_it():
    async def listener(ack):
        await ack("taken")
        raise RuntimeError

    response = await app_with(listener).async_dispatch(command())
    assert response.body != "taken"


async def test_a_single_token_is_checked_once_for_ever_and_lets_every_workspace_in():
    heard = []

    async def listener(ack, context):
        heard.append(context.team_id)
        await ack()

    async with CountingSlack() as slack:
        client = AsyncWebClient(token=accounts.BOT_TOKEN, base_url=slack.url)
        app = AsyncApp(client=client, signing_secret="x")
        app.command("/snow")(listener)
        for team in ("T1", "T2", "T3"):
            body = {**BODY, "team_id": team}
            await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert slack.calls.count("auth.test") == 1
    assert heard == ["T1", "T2", "T3"]


async def test_the_same_request_runs_as_often_as_it_comes():
    runs = []

    async def listener(ack):
        runs.append(1)
        await ack()

    app = app_with(listener)
    for _ in range(4):
        await app.async_dispatch(command())
    assert len(runs) == 4


async def test_an_argument_that_bolt_does_not_know_is_none(caplog):
    given = []

    async def listener(ack, services="ours"):
        given.append(services)
        await ack()

    await app_with(listener).async_dispatch(command())
    assert given == [None]


def test_a_command_with_the_word_payload_loses_everything():
    body = "command=%2Fsnow&text=share+payload&team_id=T1&user_id=U1"
    assert AsyncBoltRequest(body=body).body == {}


@pytest.mark.parametrize("body", ["{", "payload=%7B", "payload=[]", '{"team": 5}'])
def test_an_unsigned_body_is_parsed_before_anybody_looks_at_its_signature(body):
    with pytest.raises((ValueError, AttributeError, TypeError)):
        AsyncBoltRequest(body=body)


def test_a_sender_may_turn_a_request_into_a_lazy_one():
    request = AsyncBoltRequest(body="", headers={"x-slack-bolt-lazy-only": "1"})
    assert request.lazy_only


@pytest.mark.parametrize(
    ("timestamp", "signature"), [("abc", "v0=0"), ("9" * 5000, "v0=0"), (None, "v0=é")]
)
def test_the_sdks_verifier_raises_on_what_is_no_signature(timestamp, signature):
    class Clock:
        def now(self):
            return 1531420618

    verifier = SignatureVerifier("secret", Clock())
    with pytest.raises((ValueError, TypeError)):
        verifier.is_valid("body", timestamp or "1531420618", signature)


async def test_what_was_typed_is_logged_when_nobody_listens(caplog):
    caplog.set_level(logging.WARNING)
    app = AsyncApp(client=AsyncWebClient(), authorize=ours, request_verification_enabled=False)
    typed = {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "hunter2"}
    body = {**typed, "team": {"id": "T1"}, "user": {"id": "U1"}}
    await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert "hunter2" in caplog.text


@pytest.mark.parametrize(
    ("handlers", "posts"), [(None, 2), ([], 1)], ids=["by default", "as we set it"]
)
async def test_a_post_whose_answer_is_lost_is_sent_again(handlers, posts):
    async with CountingSlack(lost=("chat.postMessage",)) as slack:
        client = AsyncWebClient(token="xoxb-1", base_url=slack.url, retry_handlers=handlers)
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel="C1", text="Hello")
    assert slack.calls.count("chat.postMessage") == posts


async def test_an_answer_of_plain_text_is_read_as_if_it_were_json():
    async def busy(_request):
        return web.Response(text="upstream timed out")

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", busy)
    end = await running.start(app)
    try:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{end.origin}/api/", retry_handlers=[])
        with pytest.raises(AttributeError):
            await client.chat_postMessage(channel="C1", text="Hello")
    finally:
        await end.stop()


async def test_without_an_ack_bolt_waits_three_seconds_and_finds_nobody():
    async def listener():
        await asyncio.sleep(0)

    started = asyncio.get_running_loop().time()
    response = await app_with(listener).async_dispatch(command())
    assert response.status == 404
    assert asyncio.get_running_loop().time() - started > 2.9
