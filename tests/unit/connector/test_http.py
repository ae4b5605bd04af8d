import asyncio
import datetime as dt
import gzip
import json
import logging
import socket
import time

import pytest
from aiohttp import web

from connector.errors import (
    OutcomeUnknownError,
    ProviderRefusedError,
    ProviderUnavailableError,
    UnexpectedAnswerError,
)
from connector.http import Http, UnknownHostError
from tests.unit.connector.remotes import (
    answering,
    call,
    door_to,
    raw_server,
    serving,
    settings,
)

BOTH = (False, True)


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


SECRET = 'pä55 "w/rd+&'


def _echoes(form):
    return {
        "as sent": form,
        "raw": form.replace("+", " "),
        "json in json": json.dumps({"client_secret": SECRET, "list": [SECRET]}),
        SECRET: SECRET,
    }


@pytest.mark.parametrize("accepts", [frozenset(), frozenset({400})])
async def test_a_remote_that_echoes_our_secrets_gets_none_into_error_body_or_log(accepts, caplog):
    async def handler(request):
        sent = (await request.read()).decode()
        bearer = request.headers["Authorization"]
        said = {"error": {"message": f"{bearer} {sent}", "detail": _echoes(sent)["json in json"]}}
        text = json.dumps(said | {"echo": _echoes(sent)})
        # JSON may escape any letter.
        text = text.replace("canary", "\\u0063anary")
        headers = {"Warning": bearer}
        return web.Response(status=400, text=text, content_type="application/json", headers=headers)

    asked = call(
        writes=True,
        headers={"authorization": "Bearer canary-token"},
        form={"client_secret": SECRET, "code": "canary-code", "refresh_token": "canary-refresh"},
        accepts=accepts,
    )
    with caplog.at_level(logging.DEBUG, logger="connector"):
        async with answering(handler) as http:
            try:
                got = await http.send(asked)
                said = f"{got.body} {got.headers}"
            except ProviderRefusedError as exc:
                said = f"{exc!r} {exc} {exc.user_message}"
    assert "[secret]" in said
    for secret in ("canary", SECRET, "55", "w/rd", "w%2Frd"):
        assert secret not in said + caplog.text


async def test_a_protocol_error_quotes_no_secret():
    async def talk(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        token = next(line for line in head.split(b"\r\n") if b"canary" in line)
        writer.write(token + b"\r\n\r\n")
        await writer.drain()

    async with raw_server(talk) as origin, door_to(origin) as http:
        with pytest.raises(OutcomeUnknownError) as caught:
            await http.send(call(writes=True, headers={"authorization": "Bearer canary-token"}))
    assert "canary" not in f"{caught.value}"


@pytest.mark.parametrize(
    "half",
    [
        pytest.param({"form": {"client_secret": "canary\udc00"}}, id="form"),
        pytest.param({"json": {"short_description": "canary\ud83d"}}, id="JSON"),
        pytest.param({"params": {"sysparm_query": "canary\ud83d"}}, id="query"),
        pytest.param({"headers": {"authorization": "Bearer canary\u00e9"}}, id="header"),
    ],
)
async def test_what_cannot_be_written_is_refused_before_anything_leaves(half):
    async def handler(_request):
        raise AssertionError("it left")

    async with answering(handler) as http:
        with pytest.raises(ProviderRefusedError) as caught:
            await http.send(call(writes=True, **half))
    assert "canary" not in str(caught.value)
    assert "Type it again" in caught.value.user_message


async def test_an_address_that_cannot_be_read_is_refused():
    async with door_to("http://127.0.0.1:1") as http:
        with pytest.raises(ProviderRefusedError, match="no address"):
            await http.send(call(host="[x"))


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
