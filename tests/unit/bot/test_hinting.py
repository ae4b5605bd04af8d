"""The way in for an instance's hints."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import time

import aiohttp
import pytest

from bot.hinting import MAX_AGE, MAX_BODY, PATH, HintDoor
from bot.sandbox import running
from bot.web import build_web
from connector.errors import ConnectorError
from connector.servicenow import notifying

SECRET = "0123456789abcdef" * 4
HINT = json.dumps({"instance": "northwind", "table": "incident", "sys_id": "a", "count": "3"})
BODY = HINT.encode()


def signed(body=BODY, *, secret=SECRET, ago=0):
    stamp = str(int(time.time()) - ago)
    digest = hmac.new(secret.encode(), stamp.encode() + b":" + body, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return {"X-Snowline-Timestamp": stamp, "X-Snowline-Signature": signature}


class Door:
    """The web door with a list behind it."""

    def __init__(self, *, is_open=True):
        self.taken, self.broken = [], False
        self.hints = HintDoor(SECRET, self.take) if is_open else None

    async def take(self, *named):
        if self.broken:
            raise ConnectorError("the database is locked")
        self.taken.append(named)

    async def __aenter__(self):
        app = build_web(
            app=None,
            services=None,
            signing_secret=None,
            public_url="http://localhost",
            ready=None,
            hints=self.hints,
        )
        self.running = await running.start(app)
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_):
        await self.http.close()
        await self.running.stop()

    async def post(self, headers, body=BODY):
        url = f"{self.running.origin}{PATH}"
        async with self.http.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def door():
    async with Door() as open_door:
        yield open_door


async def test_a_signed_hint_names_instance_and_table_and_no_more(door):
    assert await door.post(signed()) == (202, "")
    assert door.taken == [("northwind", "incident")]


async def test_the_same_hint_again_is_answered_and_does_nothing(door):
    headers = signed()
    assert [(await door.post(headers))[0] for _ in range(3)] == [202, 202, 202]
    assert len(door.taken) == 1


async def test_what_was_forgotten_in_a_storm_costs_a_look_and_no_memory(door, monkeypatch):
    monkeypatch.setattr("bot.hinting._REMEMBERED", 2)
    bodies = [json.dumps({"instance": "n", "table": "t", "count": n}).encode() for n in range(4)]
    for body in (*bodies, bodies[-1], bodies[0]):
        await door.post(signed(body), body)
    assert len(door.taken) == 5
    assert len(door.hints._seen) == 2  # noqa: SLF001  -- what is kept is the point


def changed(name, value):
    return {**signed(), name: value}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="unsigned"),
        pytest.param(signed(secret="f" * 64), id="another key"),
        pytest.param(signed(b"{}"), id="another body"),
        pytest.param(changed("X-Snowline-Signature", ""), id="no signature"),
        pytest.param(changed("X-Snowline-Signature", "\u00e9"), id="no ASCII"),
        pytest.param(changed("X-Snowline-Timestamp", "now"), id="no time"),
        pytest.param(changed("X-Snowline-Timestamp", str(int(time.time()) - 9)), id="other time"),
        pytest.param([*signed().items(), ("X-Snowline-Timestamp", "1")], id="two times"),
    ],
)
async def test_what_is_not_signed_is_refused_without_a_reason(door, headers, caplog):
    assert await door.post(headers) == (401, "Unauthorized")
    assert door.taken == []
    assert "a hint of a change was refused" in caplog.text


@pytest.mark.parametrize("ago", [MAX_AGE + 5, -MAX_AGE - 5])
async def test_a_stale_hint_is_refused_though_it_is_signed(door, ago):
    assert (await door.post(signed(ago=ago)))[0] == 401
    assert (await door.post(signed(ago=ago // 2)))[0] == 202
    assert len(door.taken) == 1


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"[" * 1500, b"\xff"])
async def test_what_is_signed_and_no_hint_is_refused(door, body):
    assert (await door.post(signed(body), body))[0] == 401
    assert door.taken == []


@pytest.mark.parametrize("name", [r'"\ud800"', "7", "null", '["northwind"]'])
async def test_a_name_that_none_can_be_is_answered_and_names_nothing(door, name):
    body = f'{{"instance": {name}, "table": {name}}}'.encode()
    assert await door.post(signed(body), body) == (202, "")
    assert door.taken == [("", "")]


async def test_a_hint_that_is_not_encoded_as_it_says_is_refused(door):
    headers = {**signed(), "Content-Encoding": "gzip"}
    assert (await door.post(headers, BODY))[0] == 400
    assert door.taken == []


async def test_a_hint_that_is_too_large_is_refused_before_it_is_compared(door):
    body = b"{" + b" " * MAX_BODY + b"}"
    assert (await door.post(signed(body), body))[0] == 413
    bomb = gzip.compress(body * 100)
    headers = {**signed(body * 100), "Content-Encoding": "gzip"}
    assert (await door.post(headers, bomb))[0] == 413
    assert door.taken == []


async def test_a_hint_that_trickles_is_given_up(door, monkeypatch):
    monkeypatch.setattr("bot.hinting._READ_SECONDS", 0.1)

    async def slowly():
        yield BODY[:5]
        await asyncio.sleep(30)

    assert (await door.post(signed(), slowly()))[0] == 408


async def test_what_cannot_be_planned_is_no_202(door):
    door.broken = True
    status, _ = await door.post(signed())
    assert status == 503


async def test_without_a_key_there_is_no_such_way_in():
    async with Door(is_open=False) as door:
        assert (await door.post(signed()))[0] == 404


def test_the_script_posts_to_where_the_door_is():
    assert notifying.PATH == PATH
