import logging

import pytest

from bot.logs import Redacting


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
