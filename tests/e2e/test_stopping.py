"""The process's end when everybody it speaks to has gone silent."""

import asyncio
import contextlib
import signal
import sqlite3  # noqa: TID251  -- another pair of eyes on the file
import sys
import time

import aiohttp
import pytest

from bot import serving
from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser
from bot.sandbox.everything import SandboxSettings, start_all
from bot.sandbox.faults import Fault
from connector.vault import new_key
from tests.chaos import kill
from tests.e2e.test_serving import read_until

FOR_EVER = 10**9
PLAN = kill.Plan()
NAMES = [f"Chaos {index:04}" for index in range(6)]
SOCKET = {"SNOWLINE_SLACK_APP_TOKEN": accounts.APP_TOKEN}


@contextlib.asynccontextmanager
async def staged(folder, more):
    """A sandbox, and a bot whose calls may hang longer than its end may take."""
    sandbox = await start_all(settings=SandboxSettings(longest_transaction=kill.LONGEST))
    port = kill.free_port()
    usual = kill.environment(PLAN, sandbox, folder, port)
    bot = kill.BotProcess({**usual, "SNOWLINE_CALL_DEADLINE": "60", **more}, port)
    try:
        await bot.start()
        if not more:
            sandbox.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        while more and not sandbox.slack_server.delivery.sockets.connections:
            await asyncio.sleep(0.05)
        yield sandbox, bot
    finally:
        await bot.end(signal.SIGKILL)
        await sandbox.stop()


async def stand_in_the_door(port, stack):
    """Callers that say nothing, half of something, and half of a body."""
    for said in [b"", b"GET /healthz HTTP/1.1\r\nX-A", b"POST /slack/events HTTP/1.1\r\n" * 2]:
        await said_half(port, said, stack)
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\npayl"
    await said_half(port, head, stack)


async def said_half(port, said, stack):
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)
    writer.write(said)
    await writer.drain()


async def shared(sandbox, http):
    user = SlackUser(http, sandbox.slack.origin, accounts.ADA.id)
    for name in NAMES:
        await kill.share_one(user, name)


def hang(*servers):
    for server in servers:
        server.faults.armed.append(Fault("hang", FOR_EVER))


def heal(sandbox):
    for server in (sandbox.slack_server, sandbox.servicenow_server, sandbox.microsoft_server):
        server.faults.armed.clear()


@pytest.mark.parametrize("way_in", [{}, SOCKET], ids=["HTTP", "Socket Mode"])
async def test_the_end_comes_in_time_while_everything_hangs(way_in, tmp_path):
    async with contextlib.AsyncExitStack() as stack:
        sandbox, bot = await stack.enter_async_context(staged(tmp_path, way_in))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        await kill.connect(sandbox, http)
        hang(sandbox.servicenow_server, sandbox.microsoft_server)
        await shared(sandbox, http)
        hang(sandbox.slack_server)
        await stand_in_the_door(bot.port, stack)
        await asyncio.sleep(1)
        took = await told_to_stop(bot.process)
        assert bot.process.returncode == 0
        assert took < 2 * serving.END_SECONDS
        assert is_whole(tmp_path / "snowline.db")
        heal(sandbox)
        await bot.start()
        await kill.settled(sandbox, NAMES, 60)
        made = [each["short_description"] for each in sandbox.servicenow_server.records("incident")]
        assert sorted(name for name in made if name in NAMES) == NAMES


async def told_to_stop(process):
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(2 * serving.END_SECONDS):
        await process.wait()
    return time.monotonic() - began


def is_whole(database):
    with contextlib.closing(sqlite3.connect(database)) as store:
        return store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


NAMELESS = """
import socket, time
socket.getaddrinfo = lambda *_, **__: time.sleep(600)
from bot.__main__ import cli
cli(["serve"])
"""


async def test_a_resolver_that_hangs_does_not_hold_the_end_up(tmp_path):
    env = {
        "SNOWLINE_SLACK_BOT_TOKEN": accounts.BOT_TOKEN,
        "SNOWLINE_SLACK_SIGNING_SECRET": accounts.SIGNING_SECRET,
        "SNOWLINE_KEYS": new_key(),
        "SNOWLINE_DATABASE": str(tmp_path / "snowline.db"),
        "SNOWLINE_LISTEN_PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", NAMELESS), cwd=kill.ROOT, env=env, stderr=asyncio.subprocess.PIPE
    )
    try:
        await read_until(process, "Snowline is up")
        await told_to_stop(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 1
    assert b"the next start goes on" in await process.stderr.read()
    assert is_whole(tmp_path / "snowline.db")
