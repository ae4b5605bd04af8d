"""The process as an operator runs it: its door, its line to Slack, its end."""

import asyncio
import contextlib
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot import doorkeeper
from bot.doorkeeper import Door
from bot.sandbox import accounts, running
from connector.vault import new_key

ROOT = Path(__file__).parents[2]


@contextlib.asynccontextmanager
async def standing(handler=None):
    """A door that is open, and its port."""
    app = web.Application()
    if handler is not None:
        app.router.add_route("*", "/{path:.*}", handler)
    door = await Door.open(app, "127.0.0.1", 0)
    try:
        yield door.port
    finally:
        await door.close()


async def said_to(port, sent, seconds=8):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(seconds):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /connect/CANARY\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Bad: CANARY\x01\r\n\r\n",
        b"CANARY not http CANARY\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nCANARY\r\n",
    ],
)
async def test_nothing_of_a_request_that_cannot_be_read_is_written(sent, caplog):
    async def handler(request):
        await request.read()
        raise ValueError(f"{request.path}")

    with caplog.at_level(1):
        async with standing(handler) as port:
            answer = await said_to(port, sent)
    assert answer.startswith((b"HTTP/1.0 4", b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert b"CANARY" not in answer
    assert "CANARY" not in caplog.text
    assert [each for each in caplog.records if each.name == "bot.doorkeeper"]


async def test_a_bug_is_logged_with_its_place_but_not_with_its_words(caplog):
    async def handler(request):
        raise ValueError(f"CANARY {request.path}")

    async with standing(handler) as port:
        assert b"500" in await said_to(port, b"GET /CANARY HTTP/1.1\r\nHost: x\r\n\r\n")
    assert "ValueError" in caplog.text
    assert "in handler" in caplog.text
    assert "/CANARY" not in caplog.text


async def test_a_caller_that_sends_no_whole_head_is_shown_out():
    async with standing() as port:
        began = time.monotonic()
        assert await said_to(port, b"POST / HTTP/1.1\r\nX-A: b") == b""
        assert time.monotonic() - began < doorkeeper.HEAD_SECONDS + 2


async def test_one_caller_too_many_is_shown_out_at_once():
    async with standing() as port, contextlib.AsyncExitStack() as stack:
        for _ in range(doorkeeper.MOST_CALLERS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.close)
        await asyncio.sleep(0.1)
        with contextlib.suppress(ConnectionError):
            assert await said_to(port, b"", seconds=1) == b""


BOT, APP = "/auth.test", "/apps.connections.open"
KNOWN = '{"ok": true, "team": "Northwind", "team_id": "T1", "user_id": "U1", "bot_id": "B1"}'


@dataclass
class Slack:
    """A Slack whose every method answers ``status`` and ``body``, but for those it is told."""

    status: int = 200
    body: str = '{"ok": false, "error": "invalid_auth"}'
    told: dict = field(default_factory=dict)

    async def answer(self, request):
        body = self.told.get(request.path, self.body)
        return web.Response(status=self.status, text=body, content_type="application/json")


@contextlib.asynccontextmanager
async def slack(handler):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = await running.start(app)
    try:
        yield server.origin
    finally:
        await server.stop()


async def served(origin, folder, command="serve", **more):
    env = {
        "SNOWLINE_SLACK_BOT_TOKEN": accounts.BOT_TOKEN,
        "SNOWLINE_SLACK_APP_TOKEN": "xapp-1-wrong",
        "SNOWLINE_KEYS": new_key(),
        "SNOWLINE_DATABASE": str(folder / "snowline.db"),
        "SNOWLINE_LISTEN_PORT": "0",
        "SNOWLINE_ALLOW_HOSTS": f"slack.com={origin}",
        "SNOWLINE_SLACK_API_URL": "https://slack.com/",
        **more,
    }
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command), cwd=ROOT, env=env, stderr=pipe, stdout=pipe
    )


async def ended(process, seconds=15):
    try:
        async with asyncio.timeout(seconds):
            out, said = await process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    return (out + said).decode()


IN_HTTP = {"SNOWLINE_SLACK_APP_TOKEN": "", "SNOWLINE_SLACK_SIGNING_SECRET": "signing-secret"}


async def read_until(process, words):
    said = ""
    async with asyncio.timeout(15):
        while words not in said:
            line = await process.stderr.readline()
            assert line, said
            said += line.decode()
    return said


async def test_a_wrong_app_token_ends_the_start_in_one_clear_line(tmp_path):
    async with slack(Slack(told={BOT: KNOWN}).answer) as origin:
        process = await served(origin, tmp_path)
        said = await ended(process)
    assert process.returncode == 1
    assert "SNOWLINE_SLACK_APP_TOKEN is not accepted" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("way_in", [{}, IN_HTTP], ids=["Socket Mode", "HTTP"])
async def test_a_wrong_bot_token_ends_the_start_in_one_clear_line(tmp_path, way_in):
    async with slack(Slack(body='{"ok": false, "error": "token_revoked"}').answer) as origin:
        process = await served(origin, tmp_path, **way_in)
        said = await ended(process)
    assert process.returncode == 1
    (line,) = said.strip().splitlines()
    assert "SNOWLINE_SLACK_BOT_TOKEN is not accepted (token_revoked)" in line
    assert not (tmp_path / "snowline.db").exists()


@pytest.mark.parametrize(
    ("wrong", "setting"), [({}, "BOT_TOKEN"), ({BOT: KNOWN}, "APP_TOKEN")], ids=["bot", "app"]
)
async def test_check_and_serve_speak_of_a_refused_token_with_the_same_words(
    tmp_path, wrong, setting
):
    async with slack(Slack(told=wrong).answer) as origin:
        said = await ended(await served(origin, tmp_path))
        checked = await ended(await served(origin, tmp_path, "check"))
    why = said.strip().splitlines()[-1].partition("Snowline cannot start: ")[2]
    assert f"SNOWLINE_SLACK_{setting}" in why
    assert f": {why}\n" in checked


async def test_a_slack_that_hangs_is_told_while_the_door_opens(tmp_path):
    async def hang(_request):
        await asyncio.sleep(60)

    async with slack(hang) as origin:
        process = await served(origin, tmp_path, **IN_HTTP)
        said = await read_until(process, "Snowline is up")
        process.send_signal(signal.SIGTERM)
        await ended(process)
    assert process.returncode == 0
    (warning,) = [line for line in said.splitlines() if " WARNING " in line]
    assert "SNOWLINE_SLACK_API_URL" in warning


async def test_a_slack_that_is_down_is_told_once_while_the_door_stands(tmp_path):
    async with slack(Slack(503, "x").answer) as origin:
        process = await served(origin, tmp_path)
        said = await read_until(process, "Snowline is up")
        await asyncio.sleep(3)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            _, rest = await process.communicate()
    said += rest.decode()
    assert process.returncode == 0
    assert said.count("no line to Slack yet") == 1
    assert "Traceback" not in said
    assert "Snowline has stopped" in said


async def test_sigterm_while_it_starts_stops_in_order(tmp_path):
    asked = asyncio.Event()

    async def hang(_request):
        asked.set()
        await asyncio.sleep(60)

    async with slack(hang) as origin:
        process = await served(origin, tmp_path)
        await asyncio.wait_for(asked.wait(), 15)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, said = await process.communicate()
    assert process.returncode == 0
    assert b"Snowline has stopped" in said
    assert b"Traceback" not in said
