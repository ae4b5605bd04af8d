import asyncio
import datetime as dt
import gzip
import json
import logging
import socket
import time
from email.utils import format_datetime

import httpcore2
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.sandbox.running import start
from connector.errors import (
    OutcomeUnknownError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import Call, Http, MissingError, UnauthorizedError, UnknownHostError
from connector.http.calls import RawAnswer
from connector.http.failures import judge, retry_after
from connector.http.hosts import AddressRefusedError, Routes, is_public
from connector.http.pinned import PinnedBackend
from tests.unit.connector.remotes import (
    ACME,
    GRAPH,
    answering,
    call,
    door_to,
    raw_server,
    serving,
    settings,
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


@pytest.mark.parametrize("writes", BOTH)
def test_a_web_page_with_200_is_a_sleeping_instance(writes):
    page = answer(200, b"<html><title>Instance Hibernating page", content_type="text/html")
    with pytest.raises(ProviderUnavailableError) as caught:
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


def test_a_redirect_to_a_sign_in_page_says_so_and_nothing_was_carried_out():
    for writes in BOTH:
        with pytest.raises(ProviderRefusedError) as caught:
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


SPECIAL = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "fc00::1", "fd12:3456::1",
    "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "nonsense", "1.2.3", "127.1", "2130706433",
    "0x7f000001", "0177.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL)
def test_a_special_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "148.139.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(address)


class Dialler(httpcore2.AsyncNetworkBackend):
    def __init__(self, dead=()):
        self.dialled = []
        self.dead = dead

    async def connect_tcp(self, host, port, *_args, **_options):
        self.dialled.append((host, port))
        if host in self.dead:
            raise httpcore2.ConnectError("refused")
        return httpcore2.AsyncMockStream([])


def resolver(*answers):
    """Give another answer each time, as a rebinding name server does."""
    left = list(answers)

    async def resolve(host, port):
        return left.pop(0)

    return resolve


@pytest.mark.parametrize("address", SPECIAL)
async def test_one_special_address_among_the_answers_keeps_us_from_dialling(address):
    for found in ((address,), ("8.8.8.8", address), (address, "2606:4700::1111")):
        dialler = Dialler()
        backend = PinnedBackend(frozenset(), resolver(found), dialler)
        with pytest.raises(AddressRefusedError):
            await backend.connect_tcp(ACME, 443)
        assert dialler.dialled == []


async def test_the_judged_address_is_the_one_dialled_whatever_the_name_says_next():
    dialler = Dialler()
    resolve = resolver(("8.8.8.8",), ("127.0.0.1",))
    await PinnedBackend(frozenset(), resolve, dialler).connect_tcp(ACME, 443)
    assert dialler.dialled == [("8.8.8.8", 443)]


async def test_a_dead_address_is_passed_over_for_the_next_one():
    dialler = Dialler(dead={"8.8.8.8"})
    resolve = resolver(("8.8.8.8", "8.8.4.4"))
    await PinnedBackend(frozenset(), resolve, dialler).connect_tcp(ACME, 443)
    assert dialler.dialled == [("8.8.8.8", 443), ("8.8.4.4", 443)]


async def test_only_port_443_is_dialled_and_never_nothing():
    dialler = Dialler()
    with pytest.raises(AddressRefusedError):
        await PinnedBackend(frozenset(), resolver(("8.8.8.8",)), dialler).connect_tcp(ACME, 8443)
    with pytest.raises(AddressRefusedError):
        await PinnedBackend(frozenset(), resolver(()), dialler).connect_tcp(ACME, 443)
    assert dialler.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        f"http://{ACME}/",
        f"ftp://{ACME}/",
        f"https://{ACME}:8443/",
        f"https://user@{ACME}/",
        f"https://{ACME}@evil.example/",
        f"https://{ACME}\\@evil.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        f"https://{ACME}./",
        "https://äcme.service-now.com/",
        f"https://{ACME}/\n",
        f"https://{ACME}/ä",
        "https:///path",
        "",
    ],
)
def test_a_url_of_another_kind_is_refused(url):
    with pytest.raises(AddressRefusedError):
        Routes({GRAPH: "http://127.0.0.1:1"}).route(url)


def test_an_allowed_host_leads_to_its_origin_and_only_that_host():
    routes = Routes({ACME: "http://127.0.0.1:4411/"})
    assert routes.route(f"https://{ACME}/a?b=c") == "http://127.0.0.1:4411/a?b=c"
    assert routes.browser(f"https://{ACME}/a?b=c") == "http://127.0.0.1:4411/a?b=c"
    other = "https://other.service-now.com/a"
    assert routes.route(other) == routes.browser(other) == other
    assert routes.doors == {("127.0.0.1", 4411)}


@pytest.mark.parametrize("origin", ["127.0.0.1:1", "ftp://x", "http://x/path", "http://u@x", ""])
def test_an_allowed_host_needs_an_origin(origin):
    with pytest.raises(ValueError, match="not an origin"):
        Http(settings({ACME: origin}))


async def test_a_private_address_behind_a_name_is_refused_before_anything_leaves():
    async def resolve(host, port):
        return ("127.0.0.1",)

    async with door_to("http://127.0.0.1:1", hosts=(), resolve=resolve) as http:
        with pytest.raises(ProviderRefusedError) as caught:
            await http.send(call(writes=True))
    assert "only public https addresses" in caught.value.user_message


async def test_a_name_without_an_address_is_an_unknown_host_also_for_a_write():
    async def resolve(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    async with door_to("http://127.0.0.1:1", hosts=(), resolve=resolve) as http:
        with pytest.raises(UnknownHostError):
            await http.send(call(writes=True))


async def test_a_closed_port_means_that_surely_nothing_happened():
    async with door_to("http://127.0.0.1:1") as http:
        with pytest.raises(ProviderUnavailableError):
            await http.send(call(writes=True))


async def test_a_resolver_that_hangs_means_that_surely_nothing_happened():
    async def resolve(host, port):
        await asyncio.sleep(60)

    async with door_to("http://127.0.0.1:1", hosts=(), deadline=0.2, resolve=resolve) as http:
        with pytest.raises(ProviderUnavailableError):
            await http.send(call(writes=True))


async def test_the_request_arrives_as_asked_without_cookies_or_compression():
    seen = []

    async def handler(request):
        seen.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        response = web.json_response({"ok": True})
        response.set_cookie("session", "stays-here")
        return response

    async with answering(handler) as http:
        first = await http.send(call(params={"a": "b c&d", "$top": "1"}, headers={"x-a": "1"}))
        await http.send(call(writes=True, json={"name": "ä"}))
        await http.send(call(writes=True, form={"secret": "€ &="}))
    assert first.body == {"ok": True}
    assert seen[0][1].startswith("/api?a=b")
    assert seen[0][2]["Accept-Encoding"] == "identity"
    assert seen[0][2]["x-a"] == "1"
    assert all("Cookie" not in headers for _, _, headers, _ in seen)
    assert json.loads(seen[1][3]) == {"name": "ä"}
    assert seen[2][3] == b"secret=%E2%82%AC+%26%3D"


async def test_a_redirect_is_never_followed():
    foreign = []

    async def elsewhere(request):
        foreign.append(request.path)
        return web.json_response({})

    async with serving(elsewhere) as other:

        async def handler(request):
            status = int(request.path[1:])
            return web.Response(status=status, headers={"Location": f"{other.origin}/stolen"})

        async with answering(handler) as http:
            for status in (301, 302, 303, 307, 308):
                for writes in BOTH:
                    with pytest.raises((ProviderRefusedError, OutcomeUnknownError)):
                        await http.send(call(path=f"/{status}", writes=writes, form={"t": "x"}))
    assert foreign == []


async def _read_request(reader):
    await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 20", id="half a status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", id="half a body"),
        pytest.param(b"\x16\x03\x01garbage\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n", id="endless head"),
    ],
)
async def test_a_connection_lost_after_the_request_left_leaves_a_write_unknown(sent):
    async def talk(reader, writer):
        await _read_request(reader)
        writer.write(sent)
        await writer.drain()

    async with raw_server(talk) as origin, door_to(origin) as http:
        with pytest.raises(ProviderUnavailableError):
            await http.send(call())
        with pytest.raises(OutcomeUnknownError):
            await http.send(call(writes=True))


async def test_a_reset_after_the_request_left_leaves_a_write_unknown():
    async def talk(reader, writer):
        await _read_request(reader)
        writer.transport.abort()

    async with raw_server(talk) as origin, door_to(origin) as http:
        with pytest.raises(ProviderUnavailableError):
            await http.send(call())
        with pytest.raises(OutcomeUnknownError):
            await http.send(call(writes=True))


async def test_a_slow_drip_ends_at_the_deadline_of_the_whole_call():
    async def handler(request):
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    async with answering(handler, deadline=0.4) as http:
        began = time.monotonic()
        with pytest.raises(ProviderUnavailableError):
            await http.send(call())
        with pytest.raises(OutcomeUnknownError):
            await http.send(call(writes=True, deadline=0.2))
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("chunked", BOTH)
async def test_an_answer_of_more_than_5_mib_is_not_read_to_its_end(chunked):
    written = 0

    async def handler(request):
        nonlocal written
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if not chunked:
            response.content_length = 64 << 20
        await response.prepare(request)
        for _ in range(64):
            await response.write(b" " * (1 << 20))
            written += 1
        return response

    async with answering(handler) as http:
        with pytest.raises(UnexpectedAnswerError, match="more than"):
            await http.send(call())
    assert written < 40


async def test_a_compressed_bomb_is_never_inflated():
    bomb = gzip.compress(b"0" * (64 << 20))

    async def handler(request):
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return web.Response(body=bomb, headers=headers)

    async with answering(handler) as http:
        with pytest.raises(UnexpectedAnswerError):
            await http.send(call())


async def test_a_sleeping_instance_names_the_address_that_the_browser_knows():
    async def handler(request):
        return web.Response(text="<html>", content_type="text/html")

    async with serving(handler) as running, door_to(running.origin) as http:
        with pytest.raises(ProviderUnavailableError) as caught:
            await http.send(call())
    assert f"open {running.origin} in a browser" in caught.value.user_message


async def test_a_certificate_that_nobody_vouches_for_is_told_apart_from_a_dead_host(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    moment = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - dt.timedelta(days=1))
        .not_valid_after(moment + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "cert.pem").write_bytes(cert.public_bytes(pem))
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    plain = serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, traditional, plain))
    running = await start(web.Application(), tls=(tmp_path / "cert.pem", tmp_path / "key.pem"))
    try:
        async with door_to(running.origin) as http:
            with pytest.raises(ProviderRefusedError) as caught:
                await http.send(call(writes=True))
    finally:
        await running.stop()
    assert "certificate" in caught.value.user_message


async def test_neither_log_nor_repr_nor_error_holds_a_secret(caplog):
    async def handler(request):
        return web.json_response({"error": "no"}, status=403)

    secret = {"authorization": "Bearer canary-token"}
    asked = call(writes=True, headers=secret, form={"client_secret": "canary-secret"})
    with caplog.at_level(logging.DEBUG, logger="connector"):
        async with answering(handler) as http:
            with pytest.raises(ProviderRefusedError) as caught:
                await http.send(asked)
    said = f"{asked!r} {caught.value!r} {caught.value} {caught.value.user_message} {caplog.text}"
    assert "canary" not in said


async def test_many_calls_at_once_each_get_their_own_answer():
    async def handler(request):
        await asyncio.sleep(0.01)
        return web.json_response({"path": request.path})

    async with answering(handler) as http:
        answers = await asyncio.gather(*[http.send(call(path=f"/{n}")) for n in range(50)])
    assert [answer.body["path"] for answer in answers] == [f"/{n}" for n in range(50)]


def test_the_clock_is_aware_utc():
    http = Http(settings({}))
    assert http.now().tzinfo is dt.UTC
