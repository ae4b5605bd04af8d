import datetime as dt
import ssl
import time

import httpcore2
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.sandbox.running import start
from connector.errors import (
    ProviderRefusedError,
)
from connector.http import Http
from connector.http.hosts import AddressRefusedError, Routes, is_public
from connector.http.pinned import PinnedBackend
from tests.unit.connector.remotes import (
    ACME,
    GRAPH,
    call,
    door_to,
    settings,
)

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


def certificate(folder, host):
    """Make a certificate that only vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    moment = dt.datetime.fromtimestamp(time.time(), tz=dt.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - dt.timedelta(days=1))
        .not_valid_after(moment + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(cert.public_bytes(pem))
    form = serialization.PrivateFormat.TraditionalOpenSSL
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, plain))
    return folder / "cert.pem", folder / "key.pem"


async def test_a_certificate_that_nobody_vouches_for_is_told_apart_from_a_dead_host(tmp_path):
    running = await start(web.Application(), tls=certificate(tmp_path, "127.0.0.1"))
    try:
        async with door_to(running.origin) as http:
            with pytest.raises(ProviderRefusedError) as caught:
                await http.send(call(writes=True))
    finally:
        await running.stop()
    assert "certificate" in caught.value.user_message


class InstanceDialler(httpcore2.AnyIOBackend):
    """The open Internet, in which every address is one server of this machine."""

    def __init__(self, port):
        self.port = port

    async def connect_tcp(self, _host, _port, *args, **options):
        return await super().connect_tcp("127.0.0.1", self.port, *args, **options)


@pytest.mark.parametrize(("certified", "trusted"), [(ACME, True), ("8.8.8.8.example", False)])
async def test_the_certificate_must_name_the_host_and_not_the_address(tmp_path, certified, trusted):
    files = certificate(tmp_path, certified)
    running = await start(web.Application(), tls=files)
    backend = PinnedBackend(frozenset(), resolver(("8.8.8.8",)), InstanceDialler(running.port))
    trust = ssl.create_default_context(cafile=files[0])
    async with httpcore2.AsyncConnectionPool(ssl_context=trust, network_backend=backend) as pool:
        if trusted:
            assert (await pool.request("GET", f"https://{ACME}/")).status == 404
        else:
            with pytest.raises(httpcore2.ConnectError, match="Hostname mismatch"):
                await pool.request("GET", f"https://{ACME}/")
    await running.stop()
