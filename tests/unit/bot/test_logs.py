import logging
import sys
from urllib.parse import urlencode

import pytest

from bot.logs import Redacting, Sparing, to_stderr
from bot.slack import TokenRefusedError
from tests.unit.bot.gate_end import headers_for
from tests.unit.bot.slack_end import with_bot


def record(message, *args, exc_info=None):
    return logging.LogRecord("bot", logging.INFO, __file__, 1, message, args, exc_info)


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-12-34-abc",
        "xapp-1-A-b",
        "Bearer abcdefghijkl",
        "Basic dXNlcjpwYXNz",
        "eyJhbGciOi.eyJzdWIi.sig",
        "client_secret=hunter2",
        "http://x/callback?code=hunter2&state=hunter3",
    ],
)
def test_what_looks_like_a_secret_is_blotted_out(secret):
    line = Redacting().format(record("said %s", secret))
    assert "hunter" not in line
    assert "[secret]" in line
    assert secret not in line


def test_a_registered_value_is_blotted_out_of_a_traceback_too():
    try:
        raise ValueError("the password is swordfish")
    except ValueError as exc:
        info = (type(exc), exc, exc.__traceback__)
    line = Redacting("swordfish").format(record("failed", exc_info=info))
    assert "Traceback" in line
    assert "swordfish" not in line


def test_ordinary_words_stay():
    line = Redacting("x" * 8).format(record("share state=announced code=ok"))
    assert line.endswith("share state=announced code=ok")


def test_a_message_cannot_begin_a_line_of_its_own():
    forged = "x\n2026-01-01 00:00:00,000 INFO bot: forged\r\x1b[31m\u2028\u202e"
    line = Redacting().format(record("said %s", forged))
    assert line.isprintable()
    assert "x\\n2026" in line


def test_a_traceback_keeps_its_lines_but_none_begins_at_the_margin():
    try:
        raise ValueError("a\n2026-01-01 INFO bot: forged\x1b[2J")
    except ValueError:
        info = sys.exc_info()
    head, *trace = Redacting().format(record("failed", exc_info=info)).split("\n")
    assert head.endswith("failed")
    assert len(trace) > 3
    assert all(line.startswith("  ") and line.isprintable() for line in trace)


def test_every_key_is_blotted_out_by_itself_and_short_words_are_not():
    line = Redacting("k1:first-key==,k2:second-key==", "", " ", "as").format(
        record("as first-key== and second-key==")
    )
    assert line.endswith("as [secret] and [secret]")


def test_what_is_said_again_and_again_is_written_once_and_without_its_traceback():
    sparing = Sparing("out of")
    again = record("out of files", exc_info=(ValueError, ValueError(), None))
    assert [sparing.filter(again) for _ in range(3)] == [True, False, False]
    assert again.exc_info is None
    assert sparing.filter(record("something else"))


@pytest.fixture
def _logging_as_before():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


@pytest.mark.usefixtures("_logging_as_before")
def test_the_server_library_is_silent_at_every_level():
    to_stderr("DEBUG")
    assert not logging.getLogger("aiohttp.server").isEnabledFor(logging.CRITICAL)


@pytest.mark.usefixtures("_logging_as_before")
def test_a_refused_bot_token_is_told_once_whoever_meets_it(capsys):
    to_stderr("INFO")
    for name in ("connector.work.worker", "bot.app", "connector.work.worker"):
        for each in range(50):
            logging.getLogger(name).warning(
                "%s failed: %s", each, TokenRefusedError("invalid_auth")
            )
    logging.getLogger("bot.app").warning("something else")
    told, other = capsys.readouterr().err.splitlines()
    assert "start Snowline again" in told
    assert other.endswith("something else")


@pytest.mark.usefixtures("_logging_as_before")
async def test_a_request_from_elsewhere_is_told_once_and_without_false_advice(tmp_path, capsys):
    to_stderr("INFO")
    async with with_bot(tmp_path) as end:
        command = {"command": "/snow", "text": "help", "team_id": "T0OTHER", "user_id": "U1"}
        body = urlencode(command).encode()
        headers = headers_for(body)
        async with end.http.post(f"{end.door}/slack/events", data=body, headers=headers):
            pass
    said = capsys.readouterr().err
    assert said.count("a request from another workspace was refused") == 1
    assert "should be installed" not in said
