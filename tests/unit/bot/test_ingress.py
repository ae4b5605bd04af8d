import json
import logging
import time

import pytest
from aiohttp import web

from bot.bodies import RefusedError
from bot.ingress import MAX_AGE, MAX_BODY, MAX_DEPTH, Gate
from bot.sandbox import running
from tests.unit.bot.gate_end import (
    CLICK,
    COMMAND,
    EVENT,
    FORM,
    SECRET,
    Door,
    headers_for,
    interaction,
    post,
)


@pytest.fixture
async def door():
    async with Door() as open_door:
        yield open_door


def signed(body, content_type=FORM, **signing):
    return headers_for(body, content_type, **signing), body


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(COMMAND, FORM, id="command"),
        pytest.param(COMMAND, f"{FORM}; charset=utf-8", id="command with a charset"),
        pytest.param(interaction(CLICK), FORM, id="click"),
        pytest.param(json.dumps(EVENT).encode(), "application/json", id="event"),
    ],
)
async def test_what_slack_signed_gets_through(door, body, content_type):
    assert await post(door.origin, *signed(body, content_type)) == 200
    assert len(door.behind.got) == 1


async def test_a_command_that_says_payload_arrives_whole(door):
    await post(door.origin, *signed(COMMAND))
    assert door.behind.got[0].body["text"] == "share payload"


async def test_slacks_own_example_is_verified(shared_vector):
    gate = Gate(shared_vector["signing_secret"], lambda: int(shared_vector["timestamp"]) + 10)
    body = shared_vector["body"].encode()
    gate.verify(body, shared_vector["signature"], shared_vector["timestamp"])


@pytest.fixture
def shared_vector():
    # From https://docs.slack.dev/authentication/verifying-requests-from-slack
    return {
        "signing_secret": "8f742231b10e8888abcd99yyyzzz85a5",
        "timestamp": "1531420618",
        "body": "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
        "signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }


def without(name):
    return [each for each in headers_for(COMMAND) if each[0] != name], COMMAND


def changed(name, value):
    return [(each, value if each == name else old) for each, old in headers_for(COMMAND)], COMMAND


def doubled(name):
    headers = headers_for(COMMAND)
    return [*headers, *(each for each in headers if each[0] == name)], COMMAND


NESTED = b'{"type":"event_callback","event":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
CIRCLES = '{"authorizations":' + '[{"authorizations":' * 60 + "[]" + "}]" * 60 + "}"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: signed(COMMAND, secret="another"), id="wrong secret"),
        pytest.param(lambda: signed(COMMAND, at=time.time() - MAX_AGE - 2), id="301 s old"),
        pytest.param(lambda: signed(COMMAND, at=time.time() + MAX_AGE + 60), id="far too new"),
        pytest.param(lambda: without("X-Slack-Signature"), id="no signature"),
        pytest.param(lambda: without("X-Slack-Request-Timestamp"), id="no timestamp"),
        pytest.param(lambda: without("Content-Type"), id="no content type"),
        pytest.param(lambda: doubled("X-Slack-Signature"), id="two signatures"),
        pytest.param(lambda: doubled("X-Slack-Request-Timestamp"), id="two timestamps"),
        pytest.param(
            lambda: changed("X-Slack-Signature", "v0=\xfc\xe9" + "0" * 62), id="not ASCII"
        ),
        pytest.param(lambda: changed("X-Slack-Signature", ""), id="empty signature"),
        pytest.param(
            lambda: changed("X-Slack-Request-Timestamp", "abc"), id="a timestamp of letters"
        ),
        pytest.param(lambda: changed("X-Slack-Request-Timestamp", "1" * 5000), id="5,000 digits"),
        pytest.param(
            lambda: changed("X-Slack-Request-Timestamp", "\xb2" * 10), id="digits not ASCII"
        ),
        pytest.param(lambda: signed(b"\xff\xfe=\xff"), id="signed, not UTF-8"),
        pytest.param(lambda: signed(NESTED, "application/json"), id="signed, nested 100,000 deep"),
        pytest.param(lambda: signed(CIRCLES.encode(), "application/json"), id="signed, in circles"),
        pytest.param(lambda: signed(b"{", "application/json"), id="signed, half a JSON"),
        pytest.param(lambda: signed(b"[]", "application/json"), id="signed, a list"),
        pytest.param(lambda: signed(b"null", "application/json"), id="signed, null"),
        pytest.param(lambda: signed(b"payload=[]"), id="signed, a list as payload"),
        pytest.param(lambda: signed(b"payload=%7B"), id="signed, half a payload"),
        pytest.param(
            lambda: signed(b'{"team": 5}', "application/json"), id="signed, a number as team"
        ),
        pytest.param(lambda: signed(b'{"event": null}', "application/json"), id="signed, no event"),
        pytest.param(lambda: signed(b"&a=b" * 1000), id="signed, a thousand fields"),
        pytest.param(lambda: signed(COMMAND, "text/plain"), id="signed, plain text"),
        pytest.param(
            lambda: signed(COMMAND, "application/json"), id="signed, another content type"
        ),
        pytest.param(
            lambda: ([*headers_for(COMMAND), ("Content-Encoding", "gzip")], COMMAND), id="gzip"
        ),
        pytest.param(lambda: (headers_for(COMMAND), COMMAND[:-1] + b"X"), id="altered body"),
        pytest.param(lambda: ([], b""), id="nothing at all"),
    ],
)
async def test_anything_else_is_refused_before_bolt_and_written_nowhere(door, caplog, make):
    headers, body = make()  # signed now: what is signed while tests are collected grows too old
    caplog.set_level(logging.DEBUG)
    status = await post(door.origin, headers, body)
    assert status in {400, 401}
    assert door.behind.got == []
    assert "trigger_id" not in caplog.text
    assert "aaaa" not in caplog.text


UNHEARD = b'{"type": "never heard of"}'
JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(UNHEARD, JSON, id="nothing listens to it"),
        pytest.param(NESTED, JSON, id="nested 100,000 deep"),
        pytest.param(CIRCLES.encode(), JSON, id="in circles"),
        pytest.param(b"{", JSON, id="half a JSON"),
        pytest.param(b"[]", JSON, id="a list"),
        pytest.param(b'{"team": 5}', JSON, id="a number as team"),
        pytest.param(b"payload=%7B", FORM, id="half a payload"),
        pytest.param(b"&a=b" * 1000, FORM, id="a thousand fields"),
        pytest.param(b"\xff\xfe=\xff", FORM, id="not UTF-8"),
        pytest.param(COMMAND, "text/plain", id="plain text"),
    ],
)
async def test_nothing_is_parsed_before_its_signature_is_right(door, caplog, body, content_type):
    assert await post(door.origin, *signed(body, content_type, secret="another")) == 401
    (said,) = [each.getMessage() for each in caplog.records if each.name == "bot.web"][:1]
    assert said.endswith("the signature is wrong")
    assert door.behind.got == []


async def test_what_nothing_listens_to_is_not_found_once_it_is_signed(door):
    assert await post(door.origin, *signed(UNHEARD, JSON)) == 404
    assert door.behind.got == []


async def test_two_mebibytes_are_refused_by_their_announcement(door):
    headers = [*headers_for(COMMAND), ("Content-Length", str(2 * MAX_BODY))]
    assert await post(door.origin, headers, COMMAND) == 413
    assert door.behind.got == []


async def test_two_mebibytes_are_refused_once_they_are_found_out(door):
    headers = [*headers_for(COMMAND), ("Transfer-Encoding", "chunked")]
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    assert await post(door.origin, headers, piece * 33 + b"0\r\n\r\n") == 413
    assert door.behind.got == []


async def test_a_body_that_never_comes_is_given_up():
    gate = Gate(SECRET, read_seconds=0.2)

    async def receive(request):
        try:
            await gate.admit(request)
        except RefusedError as exc:
            return web.Response(status=exc.status)
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    end = await running.start(app)
    try:
        headers = [*headers_for(COMMAND), ("Content-Length", str(len(COMMAND) + 1))]
        assert await post(end.origin, headers, COMMAND) == 408
    finally:
        await end.stop()


async def test_nothing_but_the_body_reaches_bolt(door):
    sneaky = [
        ("X-Slack-Bolt-Lazy-Only", "1"),
        ("X-Slack-Bolt-Lazy-Function-Name", "listen"),
    ]
    assert await post(door.origin, [*headers_for(COMMAND), *sneaky], COMMAND) == 200
    (request,) = door.behind.got
    assert not request.lazy_only
    assert request.lazy_function_name is None


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), ("another", 401)])
async def test_a_check_of_the_line_is_answered_here_and_only_when_signed(door, secret, status):
    body = b"ssl_check=1&token=x"
    assert await post(door.origin, *signed(body, secret=secret)) == status
    assert door.behind.got == []


@pytest.mark.parametrize("depth", [MAX_DEPTH - 3, MAX_DEPTH + 3])
async def test_depth_has_a_limit(door, depth):
    deep: dict = {}
    for _ in range(depth):
        deep = {"a": deep}
    body = json.dumps({**EVENT, "extra": deep}).encode()
    expected = 200 if depth < MAX_DEPTH else 401
    assert await post(door.origin, *signed(body, "application/json")) == expected
