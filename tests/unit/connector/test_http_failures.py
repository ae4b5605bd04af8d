import datetime as dt
import gzip
import json
from email.utils import format_datetime

import pytest

from connector.errors import (
    OutcomeUnknownError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import Call, MissingError, UnauthorizedError
from connector.http.calls import RawAnswer
from connector.http.failures import judge, retry_after
from tests.unit.connector.remotes import (
    ACME,
    GRAPH,
    call,
)

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
HOME = f"https://{ACME}"
JSON = {"content-type": "application/json;charset=UTF-8"}


def answer(status, body=b"{}", **headers):
    return RawAnswer(
        status=status,
        headers={**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}},
        content=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )


def judged(raw, *, writes=False, provider=Provider.SERVICENOW, **rest):
    asked = call(writes=writes, **rest)
    if provider is not Provider.SERVICENOW:
        asked = Call(provider=provider, method="GET", url=f"https://{GRAPH}/", writes=writes)
    return judge(asked, raw, now=NOW, home=HOME)


BOTH = (False, True)
TABLE = [
    *[(400, writes, ProviderRefusedError) for writes in BOTH],
    *[(401, writes, UnauthorizedError) for writes in BOTH],
    *[(403, writes, ProviderRefusedError) for writes in BOTH],
    *[(404, writes, MissingError) for writes in BOTH],
    *[(410, writes, MissingError) for writes in BOTH],
    *[(405, writes, ProviderRefusedError) for writes in BOTH],
    *[(413, writes, ProviderRefusedError) for writes in BOTH],
    *[(414, writes, ProviderRefusedError) for writes in BOTH],
    *[(422, writes, ProviderRefusedError) for writes in BOTH],
    *[(429, writes, ProviderUnavailableError) for writes in BOTH],
    (409, False, ProviderRefusedError),
    (409, True, OutcomeUnknownError),
    *[(s, False, ProviderUnavailableError) for s in (408, 425, 500, 501, 502, 503, 504, 599)],
    *[(s, True, OutcomeUnknownError) for s in (408, 425, 500, 501, 502, 503, 504, 599)],
    *[(s, False, ProviderRefusedError) for s in (301, 302, 303, 307, 308)],
    *[(s, True, OutcomeUnknownError) for s in (301, 302, 303, 307, 308)],
]


@pytest.mark.parametrize(("status", "writes", "expected"), TABLE)
def test_a_failed_status_has_one_meaning(status, writes, expected):
    with pytest.raises(expected) as caught:
        judged(answer(status), writes=writes)
    assert type(caught.value) is expected


@pytest.mark.parametrize(("status", "writes", "expected"), TABLE)
def test_a_failed_status_means_the_same_with_a_web_page_as_body(status, writes, expected):
    page = answer(status, b"<html>no</html>", content_type="text/html")
    with pytest.raises(expected):
        judged(page, writes=writes)


@pytest.mark.parametrize("status", [200, 201, 202, 206])
def test_a_success_brings_the_decoded_body(status):
    assert judged(answer(status, {"result": [1]})).body == {"result": [1]}
    assert judged(answer(status, {"result": [1]})).status == status


def test_an_answer_without_content_has_no_body():
    raw = RawAnswer(status=204, headers={}, content=b"")
    assert judged(raw, writes=True).body is None


def test_an_accepted_status_comes_back_as_an_answer():
    accepted = frozenset({400, 404})
    assert judged(answer(400, {"error": "x"}), accepts=accepted).body == {"error": "x"}
    html = answer(404, b"<p>no", content_type="text/html")
    assert judged(html, accepts=accepted).body is None
    assert judged(answer(404, b"{"), accepts=accepted).body is None


# A proxy's page may stand before a write that was carried out: only a read surely did nothing.
@pytest.mark.parametrize(
    ("writes", "expected"), [(False, ProviderUnavailableError), (True, OutcomeUnknownError)]
)
def test_a_web_page_with_200_is_a_sleeping_instance(writes, expected):
    page = answer(200, b"<html><title>Instance Hibernating page", content_type="text/html")
    with pytest.raises(expected) as caught:
        judged(page, writes=writes)
    assert caught.value.user_message == (
        f"ServiceNow is asleep: open {HOME} in a browser to wake it, then try again."
    )


def test_a_web_page_from_microsoft_is_not_called_a_sleeping_instance():
    page = answer(200, b"<html>", content_type="text/html")
    with pytest.raises(ProviderUnavailableError, match="web page") as caught:
        judged(page, provider=Provider.MICROSOFT)
    assert "asleep" not in caught.value.user_message


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a": ', id="cut short"),
        pytest.param(b'{"result":{}}{"error":{}}', id="two documents"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested 100,000 deep"),
        pytest.param(b'{"a": NaN}', id="no number"),
        pytest.param(b'{"a": 1e999}', id="infinite"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="5,000 digits"),
        pytest.param(b'"\xff\xfe\xfa"', id="no UTF-8"),
        pytest.param(gzip.compress(b"{}"), id="compressed though not asked"),
    ],
)
def test_json_that_cannot_be_read_is_no_answer(body):
    with pytest.raises(UnexpectedAnswerError):
        judged(answer(200, body))
    with pytest.raises(OutcomeUnknownError):
        judged(answer(201, body), writes=True)


@pytest.mark.parametrize("kind", ["text/plain", "", "application/xml", "application/jsonx"])
def test_only_json_is_json(kind):
    with pytest.raises(UnexpectedAnswerError):
        judged(answer(200, content_type=kind))


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8",
                                  "application/problem+json"])  # fmt: skip
def test_json_has_several_names(kind):
    assert judged(answer(200, content_type=kind)).body == {}


@pytest.mark.parametrize(
    ("writes", "error"), [(True, ProviderUnavailableError), (False, ProviderRefusedError)]
)
def test_a_redirect_to_a_sign_in_page_says_so_and_a_write_may_be_tried_again(writes, error):
    with pytest.raises(error) as caught:
        judged(answer(302, location="https://idp.example/saml/login?x=1"), writes=writes)
    assert "asks for a browser sign-in" in caught.value.user_message


def test_a_refusal_tells_the_server_s_own_words_in_one_clean_line():
    said = {"error": {"message": "Operation Failed", "detail": "A\n\tB\u202e\x07  C."}}
    with pytest.raises(ProviderRefusedError) as caught:
        judged(answer(403, said), writes=True)
    assert caught.value.reason == "403 Operation Failed: A B C."
    assert caught.value.user_message == (
        "ServiceNow refused: “Operation Failed: A B C”."
        " Ask its administrator for the missing right."
    )


def test_a_refusal_s_words_are_cut():
    with pytest.raises(ProviderRefusedError) as caught:
        judged(answer(400, {"error": {"message": "m" * 9000}}))
    assert len(caught.value.reason) < 320
    assert len(caught.value.user_message) < 400


@pytest.mark.parametrize(
    "body", [[], None, "x", {"error": None}, {"error": {"message": 5}}, {"error": "invalid_token"}]
)
def test_a_refusal_may_have_any_shape(body):
    with pytest.raises(ProviderRefusedError):
        judged(answer(403, body))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "1000000000"}, 3600),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "١٢"}, None),
        ({"retry-after": format_datetime(NOW + dt.timedelta(seconds=90))}, 90),
        ({"retry-after": format_datetime(NOW - dt.timedelta(seconds=90))}, 0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 3600),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 -0000"}, 60),
        ({"retry-after": f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"}, None),
        ({"retry-after": f"Mon, 01 Jan 2026 00:00:00 +{'9' * 20}"}, None),
        ({"retry-after": "7", "date": f"Mon, 01 Jan 2026 00:00:00 +{'9' * 20}"}, 7),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 30)}, 30),
        ({"x-ratelimit-reset": "0"}, 0),
        ({"x-ratelimit-reset": "later"}, None),
        ({"retry-after": "soon", "x-ratelimit-reset": str(int(NOW.timestamp()) + 5)}, 5),
        ({}, None),
        (
            {
                "retry-after": format_datetime(NOW + dt.timedelta(hours=5, seconds=8)),
                "date": format_datetime(NOW + dt.timedelta(hours=5)),
            },
            8,
        ),
    ],
)
def test_the_wait_is_what_the_server_names_within_an_hour(headers, seconds):
    assert retry_after(headers, NOW) == seconds


def test_a_429_carries_the_wait():
    with pytest.raises(ProviderUnavailableError) as caught:
        judged(answer(429, retry_after="12"))
    assert caught.value.retry_after == 12
