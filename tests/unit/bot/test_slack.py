"""What Slack answers, read with suspicion."""

import contextlib

import pytest
from aiohttp import web

from bot.sandbox import running
from bot.serving import slack_client
from bot.slack import TokenRefusedError, say, socket_address, whose
from bot.views.blocks import Message
from connector.errors import ConnectorError, OutcomeUnknownError

TOKEN = "xoxb-1-canary"
HELLO = Message("hello", [])
FORGED = f"no_{TOKEN} \n2026-01-01 00:00:00,000 INFO bot: forged" + "x" * 5000


@contextlib.asynccontextmanager
async def answering(answer):
    """A client of a Slack that answers every call so."""

    async def every(_request):
        return web.json_response(answer)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", every)
    server = await running.start(app)
    try:
        yield slack_client(f"{server.origin}/", TOKEN)
    finally:
        await server.stop()


@pytest.mark.parametrize("ask", [whose, socket_address, lambda client: say(client, "C1", HELLO)])
async def test_an_error_that_is_no_word_of_slacks_is_not_repeated(ask):
    async with answering({"ok": False, "error": FORGED}) as client:
        with pytest.raises(ConnectorError) as caught:
            await ask(client)
    assert "canary" not in str(caught.value)
    assert "forged" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"channel": FORGED, "ts": "1700000000.000100"}, id="channel"),
        pytest.param({"channel": "C1", "ts": FORGED}, id="ts"),
        pytest.param({"channel": "C1", "ts": 17}, id="number"),
        pytest.param({"channel": "C1"}, id="none"),
        pytest.param({}, id="neither"),
    ],
)
async def test_a_place_that_is_none_is_not_kept(answer):
    async with answering({"ok": True, **answer}) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await say(client, "C1", HELLO)
    assert "canary" not in str(caught.value)


async def test_a_message_stands_where_slack_says():
    async with answering({"ok": True, "channel": "D0ADA", "ts": "1700000000.000100"}) as client:
        assert await say(client, "U0ADA", HELLO) == ("D0ADA", "1700000000.000100")


@pytest.mark.parametrize(
    ("ask", "setting"), [(whose, "SNOWLINE_SLACK_BOT_TOKEN"), (socket_address, "_APP_TOKEN")]
)
@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "missing_scope"])
async def test_a_refused_token_is_named_with_what_to_do(ask, setting, error):
    async with answering({"ok": False, "error": error}) as client:
        with pytest.raises(TokenRefusedError, match=f"{setting} is not accepted .*{error}.*copy"):
            await ask(client)
