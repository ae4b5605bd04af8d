import asyncio
import re
import signal
import socket
import ssl
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.sandbox import accounts
from bot.sandbox.commands import sandbox
from bot.sandbox.everything import SandboxSettings, start_all

ROOT = Path(__file__).parents[3]
ALONE = "from bot.sandbox.commands import sandbox; sandbox()"


@asynccontextmanager
async def alone(*arguments):
    """Run one server in a process of its own; yield its origin and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE, *arguments, "--port", "0", cwd=ROOT, stdout=-1
    )
    said = ""
    try:
        async with asyncio.timeout(30):
            while "Faults:" not in said:
                line = await process.stdout.readline()
                assert line, f"it ended early: {said}"
                said += line.decode()
        yield re.search(r"https?://127\.0\.0\.1:\d+", said).group(), said
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize(
    ("name", "path", "status", "said"),
    [
        ("microsoft", "/v1.0/security/secureScores", 401, accounts.MICROSOFT_CLIENT_SECRET),
        ("servicenow", "/api/now/table/incident", 401, accounts.SERVICENOW_CLIENT_SECRET),
        ("slack", "/api/api.test", 200, accounts.BOT_TOKEN),
    ],
)
async def test_a_server_runs_alone_until_told_to_stop(name, path, status, said):
    async with alone(name) as (origin, words), aiohttp.ClientSession() as http:
        assert said in words
        assert f"curl -X POST {origin}/_sandbox/faults" in words
        async with http.get(f"{origin}{path}") as answer:
            assert answer.status == status


@asynccontextmanager
async def socket_of(origin):
    """Connect as an app does, over Socket Mode."""
    app = {"Authorization": f"Bearer {accounts.APP_TOKEN}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{origin}/api/apps.connections.open", headers=app) as answer,
        http.ws_connect((await answer.json())["url"]) as socket,
    ):
        assert (await socket.receive_json())["type"] == "hello"
        yield http, socket


async def delivered(socket):
    """Take the next delivery: what it is, and what an event is about."""
    envelope = await socket.receive_json(timeout=10)
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope["type"], envelope["payload"].get("event", {}).get("type")


async def test_a_slack_alone_can_let_nobody_write_to_the_app():
    body = {"user": accounts.ADA.id, "channel": "D0ADA", "text": "hello"}
    async with alone("slack", "--read-only") as (origin, _), aiohttp.ClientSession() as http:
        answer = await http.post(f"{origin}/_client/say", json=body)
        assert (await answer.json())["error"] == "restricted_action_read_only_channel"


async def test_a_slack_alone_delivers_all_it_can_to_whoever_is_connected():
    mention = f"<@{accounts.BOT_USER_ID}> hello"
    acts = [
        ("command", {"channel": accounts.SECURITY.id, "text": "/snow help"}),
        ("say", {"channel": "D0ADA", "text": "hello"}),
        ("say", {"channel": accounts.SECURITY.id, "text": mention}),
        ("home", {}),
    ]
    seen = []
    async with alone("slack") as (origin, words), socket_of(origin) as (http, socket):
        told = "app_home_opened, app_mention, entity_details_requested, link_shared, message.im"
        assert told in words
        for what, body in acts:
            act = http.post(f"{origin}/_client/{what}", json={"user": accounts.ADA.id, **body})
            _, found = await asyncio.gather(act, delivered(socket))
            seen.append(found)
    assert seen == [
        ("slash_commands", None),
        ("events_api", "message"),
        ("events_api", "app_mention"),
        ("events_api", "app_home_opened"),
    ]


async def test_a_slack_alone_tells_only_the_events_that_were_asked_for():
    async with (
        alone("slack", "--event", "app_mention") as (origin, _),
        socket_of(origin) as (http, socket),
    ):
        url, who = f"{origin}/_client", {"user": accounts.ADA.id}
        await http.post(f"{url}/home", json=who)
        mention = f"<@{accounts.BOT_USER_ID}> hello"
        await http.post(f"{url}/say", json={**who, "channel": "C0SECURITY", "text": mention})
        assert await delivered(socket) == ("events_api", "app_mention")


async def test_a_fault_can_be_armed_from_the_start():
    async with (
        alone("microsoft", "--fault", "503", "--fault", "429:2") as (origin, _),
        aiohttp.ClientSession() as http,
    ):
        statuses = []
        for _ in range(4):
            async with http.get(f"{origin}/v1.0/security/secureScores") as answer:
                statuses.append(answer.status)
    assert statuses == [503, 429, 429, 401]


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return cert, private


async def test_a_server_speaks_tls_with_a_given_certificate(tls):
    cert, key = tls
    trust = ssl.create_default_context(cafile=cert)
    async with (
        alone("microsoft", "--tls", str(cert), str(key)) as (origin, _),
        aiohttp.ClientSession() as http,
    ):
        url = f"{origin}/{accounts.TENANT_ID}/v2.0/.well-known/openid-configuration"
        async with http.get(url, ssl=trust) as answer:
            assert (await answer.json())["issuer"].startswith("https://127.0.0.1:")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(["--fault", "earthquake"], "no fault is called 'earthquake'", id="fault"),
        pytest.param(["--scores", __file__], "holds no JSON", id="dump"),
        pytest.param(
            ["--port", "{taken}"],
            "Error: Port {taken} is already in use: end what listens there, or choose another port"
            " with --port.\n",
            id="port",
        ),
    ],
)
def test_what_cannot_start_says_why(arguments, reason):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        given = [argument.replace("{taken}", port) for argument in arguments]
        result = CliRunner().invoke(sandbox, ["microsoft", "--port", "0", *given])
    assert result.exit_code == 1
    assert reason.replace("{taken}", port) in result.output


async def test_all_three_start_together_and_know_each_other():
    everything = await start_all(settings=SandboxSettings())
    try:
        async with aiohttp.ClientSession() as http:
            url = f"{everything.slack.origin}/_client/state?user={accounts.ADA.id}"
            async with http.get(url) as answer:
                assert (await answer.json())["servicenow_url"] == everything.servicenow.origin
            async with http.get(f"{everything.microsoft.origin}/v1.0/security/x") as answer:
                assert answer.status == 401
    finally:
        await everything.stop()


async def test_all_three_start_or_none():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        ports = {"microsoft_port": free, "slack_port": taken.getsockname()[1]}
        with pytest.raises(OSError, match="in use"):
            await start_all(settings=SandboxSettings(**ports))
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", free))


async def test_links_of_other_domains_are_told_if_so_wished():
    domain = ("--unfurl-domain", "example.com")
    async with alone("slack", *domain) as (origin, _), aiohttp.ClientSession() as http:
        body = {"user": "U0ADA", "channel": "C0GENERAL", "text": "https://a.example.com/1"}
        async with http.post(f"{origin}/_client/compose", json=body) as answer:
            links = (await answer.json())["links"]
    assert links == [{"url": "https://a.example.com/1", "domain": "example.com"}]
