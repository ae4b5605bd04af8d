"""Socket Mode against a Slack that refuses, forgets and mumbles."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from bot.line import Line, Patience
from bot.sandbox import running
from bot.serving import slack_client
from bot.slack import TokenRefusedError

QUICK = Patience(connect=0.5, ping=0.2, refused=0.2)
REFUSED = {"ok": False, "error": "token_revoked"}
BUSY = {"ok": False, "error": "internal_error"}
LIMITED = {"ok": False, "error": "ratelimited", "retry_after": 4}
EARLY = 0.05
"""What a timer may come early by, in seconds."""


@dataclass
class End:
    """Slack's side: what it answers next, which sockets stand, which address is spent at once."""

    answers: list = field(default_factory=list)
    spent: set = field(default_factory=set)
    asked_at: list = field(default_factory=list)
    sockets: list = field(default_factory=list)
    origin: str = ""

    async def open(self, _request):
        self.asked_at.append(time.monotonic())
        if self.answers:
            return _answered(self.answers.pop(0))
        url = f"{self.origin.replace('http', 'ws', 1)}/socket/{self.asked}"
        return web.json_response({"ok": True, "url": url})

    @property
    def asked(self):
        return len(self.asked_at)

    @property
    def pauses(self):
        return [later - earlier for earlier, later in pairwise(self.asked_at)]

    async def socket(self, request):
        if int(request.match_info["ticket"]) in self.spent:
            return web.Response(status=403, text="link_disabled")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for _message in socket:
            pass
        return socket

    async def has(self, sockets):
        async with asyncio.timeout(20):
            while len(self.sockets) < sockets:
                await asyncio.sleep(0.05)

    async def refresh(self):
        await self.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})


def _answered(answer):
    if "retry_after" not in answer:
        return web.json_response(answer)
    headers = {"Retry-After": str(answer["retry_after"])}
    return web.json_response(answer, status=429, headers=headers)


@contextlib.asynccontextmanager
async def lined(end):
    """The far end, and the line that was opened to it."""
    app = web.Application()
    app.router.add_post("/apps.connections.open", end.open)
    app.router.add_get("/socket/{ticket}", end.socket)
    server = await running.start(app)
    end.origin = server.origin
    bolt = AsyncApp(token="xoxb-1", signing_secret="secret", request_verification_enabled=False)
    try:
        line = await Line.open(bolt, slack_client(f"{end.origin}/", "xapp-1"), QUICK)
        try:
            yield line
        finally:
            await line.close()
    finally:
        await server.stop()


def told(caplog, level):
    return [r.getMessage() for r in caplog.records if r.name == "bot.line" and r.levelname == level]


async def test_a_token_refused_at_the_start_ends_the_start():
    with pytest.raises(TokenRefusedError, match="SNOWLINE_SLACK_APP_TOKEN"):
        async with lined(End(answers=[REFUSED])):
            pass


async def test_a_token_refused_while_reconnecting_is_told_and_asked_about_rarely(caplog):
    end = End()
    async with lined(end):
        await end.has(1)
        end.answers = [REFUSED, REFUSED]
        await end.refresh()
        await end.has(2)
    first, second = told(caplog, "ERROR")
    assert first == second
    assert "SNOWLINE_SLACK_APP_TOKEN is not accepted (token_revoked)" in first
    assert end.asked == 4


async def test_a_token_refused_after_a_start_without_slack_is_asked_about_again(caplog):
    end = End(answers=[BUSY, REFUSED])
    async with lined(end):
        await end.has(1)
    assert len(told(caplog, "WARNING")) == 1
    assert len(told(caplog, "ERROR")) == 1


async def test_a_slack_that_is_away_while_reconnecting_is_told_once(caplog):
    end = End()
    async with lined(end):
        await end.has(1)
        end.answers = [BUSY, BUSY]
        await end.refresh()
        await end.has(2)
    (warning,) = told(caplog, "WARNING")
    assert "internal_error" in warning


async def test_a_spent_address_is_not_dialled_for_ever_and_new_ones_ever_more_rarely():
    end = End()
    async with lined(end):
        await end.has(1)
        end.spent = {2, 3}
        await end.refresh()
        await end.has(2)
    assert end.asked == 4
    assert end.pauses[-1] >= 2 - EARLY


async def test_a_slack_that_is_away_is_asked_ever_more_rarely():
    end = End()
    async with lined(end):
        await end.has(1)
        end.answers = [BUSY, BUSY]
        await end.refresh()
        await end.has(2)
    assert end.pauses[-1] >= 2 - EARLY


async def test_the_wait_that_slack_asks_for_is_kept_while_reconnecting():
    end = End()
    async with lined(end):
        await end.has(1)
        end.answers = [LIMITED]
        await end.refresh()
        await end.has(2)
    assert end.pauses[-1] >= LIMITED["retry_after"] - EARLY


async def test_the_wait_that_slack_asks_for_is_kept_at_the_start():
    end = End(answers=[LIMITED])
    async with lined(end):
        await end.has(1)
    assert end.pauses[-1] >= LIMITED["retry_after"] - EARLY


@pytest.mark.parametrize(
    "frame",
    [
        *("", "garbage", "{", "[1]", "null", "{}", "\ud83d".encode("utf-8", "replace").decode()),
        json.dumps({"type": "never heard of", "envelope_id": 7, "payload": []}),
        json.dumps({"type": "slash_commands", "envelope_id": "e"}),
        json.dumps({"type": "slash_commands", "envelope_id": "e", "payload": "text"}),
        json.dumps({"type": ["list"], "envelope_id": {}, "payload": None}),
        "{" * 5000,
        "[" * 5000,
        "\x00\x1b[2J\n",
        b"\xff\xfe",
    ],
)
async def test_a_frame_that_means_nothing_ends_nothing(frame):
    end = End()
    async with lined(end):
        await end.has(1)
        send = end.sockets[0].send_bytes if isinstance(frame, bytes) else end.sockets[0].send_str
        await send(frame)
        await end.refresh()
        await end.has(2)
