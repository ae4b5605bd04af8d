import base64
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from bot.sandbox import accounts
from bot.sandbox.microsoft import apps, tokens
from tests.unit.sandbox.tenant_client import FORM, SCORES, TOKEN, tenant_client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
async def tenant():
    async with tenant_client() as client:
        yield client


async def test_the_right_secret_gets_a_token_for_an_hour(tenant):
    status, body = await tenant.token()
    assert status == 200
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == body["ext_expires_in"] == 3599
    assert "refresh_token" not in body


async def test_basic_authentication_carries_the_secret_as_well(tenant):
    pair = f"{FORM['client_id']}:{FORM['client_secret']}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    status, _ = await tenant.token(client_id=None, client_secret=None, headers=headers)
    assert status == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        pytest.param({"client_secret": "x"}, 401, "invalid_client", 7000215, id="wrong secret"),
        pytest.param(
            {"client_secret": apps.SNOWLINE.expired_secret},
            401,
            "invalid_client",
            7000222,
            id="expired secret",
        ),
        pytest.param({"client_secret": None}, 401, "invalid_client", 7000216, id="no secret"),
        pytest.param(
            {"client_id": str(uuid.uuid4())}, 400, "unauthorized_client", 700016, id="unknown app"
        ),
        pytest.param({"client_id": None}, 400, "invalid_request", 900144, id="no app"),
        pytest.param({"scope": None}, 400, "invalid_request", 900144, id="no scope"),
        pytest.param(
            {"scope": "https://graph.microsoft.com/User.Read"},
            400,
            "invalid_scope",
            70011,
            id="a scope by name",
        ),
        pytest.param(
            {"scope": "https://vault.example/.default"},
            400,
            "invalid_resource",
            500011,
            id="another resource",
        ),
        pytest.param(
            {"grant_type": "password"}, 400, "unsupported_grant_type", 70003, id="another grant"
        ),
        pytest.param(
            {"client_assertion": "rubbish", "client_assertion_type": ASSERTION_TYPE},
            401,
            "invalid_client",
            50027,
            id="an assertion that is none",
        ),
    ],
)
async def test_a_refusal_names_its_code(tenant, changes, status, error, code):
    got, body = await tenant.token(**changes)
    assert (got, body["error"], body["error_codes"]) == (status, error, [code])
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= body.keys()


async def test_an_unknown_tenant_is_not_found(tenant):
    status, body = await tenant.token(f"/{uuid.uuid4()}/oauth2/v2.0/token")
    assert (status, body["error_codes"]) == (400, [90002])


async def test_the_tenant_is_known_by_its_domain_too(tenant):
    status, _ = await tenant.token(f"/{apps.TENANT_DOMAIN}/oauth2/v2.0/token")
    assert status == 200


async def test_the_token_endpoint_takes_posts_only(tenant):
    status, body = await tenant.get(TOKEN)
    assert (status, body["error_codes"]) == (400, [900561])


async def test_discovery_leads_to_the_address_the_client_used(tenant):
    _, body = await tenant.get(f"/{accounts.TENANT_ID}/v2.0/.well-known/openid-configuration")
    assert body["token_endpoint"] == f"{tenant.origin}{TOKEN}"
    assert body["issuer"].startswith(tenant.origin)
    status, keys = await tenant.get(body["jwks_uri"].removeprefix(tenant.origin))
    assert (status, keys) == (200, {"keys": []})


async def test_an_expired_token_is_refused_in_graphs_words():
    async with tenant_client(token_seconds=0) as tenant:
        status, body = await (await tenant.sign_in()).get(SCORES)
    assert (status, body["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert "expired" in body["error"]["message"]


class Certificate:
    """A self-signed certificate, and the assertions it signs the way MSAL does."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "snowline")])
        now = datetime.fromtimestamp(time.time(), tz=UTC)
        self.der = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
            .public_bytes(Encoding.DER)
        )

    def assertion(self, audience, header=(), **claims):
        header = {
            "alg": "PS256",
            "typ": "JWT",
            "x5t#S256": "dGh1bWI=",
            "x5c": [self._x5c()],
            **dict(header),
        }
        at = time.time()
        app = accounts.MICROSOFT_CLIENT_ID
        body = {"aud": audience, "iss": app, "sub": app, "jti": "1", "iat": at, "exp": at + 600}
        signed = f"{tokens.encoded(header)}.{tokens.encoded(body | claims)}"
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        signature = self.key.sign(signed.encode(), pss, hashes.SHA256())
        return f"{signed}.{base64.urlsafe_b64encode(signature).decode()}"

    def _x5c(self):
        return base64.b64encode(self.der).decode()


@pytest.fixture(scope="module")
def certificate():
    return Certificate()


async def by_assertion(tenant, assertion):
    return await tenant.token(
        client_secret=None, client_assertion=assertion, client_assertion_type=ASSERTION_TYPE
    )


async def test_a_signed_assertion_stands_in_for_the_secret(tenant, certificate):
    for audience in (tenant.origin, "https://login.microsoftonline.com"):
        status, _ = await by_assertion(tenant, certificate.assertion(f"{audience}{TOKEN}"))
        assert status == 200


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        pytest.param({"iss": "somebody"}, 700021, id="another app's"),
        pytest.param({"aud": "https://elsewhere.example/token"}, 700023, id="meant for another"),
        pytest.param({"exp": 1}, 700024, id="too old"),
        pytest.param({"exp": "soon"}, 50027, id="no time"),
    ],
)
async def test_an_assertion_that_claims_wrongly_is_refused(tenant, certificate, claims, code):
    assertion = certificate.assertion(f"{tenant.origin}{TOKEN}", **claims)
    status, body = await by_assertion(tenant, assertion)
    assert (status, body["error_codes"]) == (401, [code])


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"alg": "none"}, id="no algorithm"),
        pytest.param({"alg": ["PS256"]}, id="a list of algorithms"),
        pytest.param({"x5t#S256": None}, id="no thumbprint"),
        pytest.param({"x5c": ["bm8gY2VydGlmaWNhdGU="]}, id="no certificate"),
        pytest.param({"alg": "RS256"}, id="another algorithm than signed with"),
    ],
)
async def test_an_assertion_with_a_wrong_header_is_refused(tenant, certificate, header):
    assertion = certificate.assertion(f"{tenant.origin}{TOKEN}", header)
    status, body = await by_assertion(tenant, assertion)
    assert (status, body["error_codes"]) == (401, [700027])


async def test_without_the_certificate_an_assertion_is_taken_at_its_word(tenant, certificate):
    token_url = f"{tenant.origin}{TOKEN}"
    header, claims, _ = certificate.assertion(token_url).split(".")
    bare = {k: v for k, v in tokens.decoded(header).items() if k != "x5c"}
    status, _ = await by_assertion(tenant, f"{tokens.encoded(bare)}.{claims}.c2lnbmVk")
    assert status == 200


async def test_an_assertion_must_say_what_it_is(tenant, certificate):
    assertion = certificate.assertion(f"{tenant.origin}{TOKEN}")
    status, body = await tenant.token(client_secret=None, client_assertion=assertion)
    assert (status, body["error_codes"]) == (400, [900144])


async def test_an_assertion_changed_after_signing_is_refused(tenant, certificate):
    header, claims, signature = certificate.assertion(f"{tenant.origin}{TOKEN}").split(".")
    changed = tokens.encoded(tokens.decoded(claims) | {"jti": "2"})
    status, body = await by_assertion(tenant, f"{header}.{changed}.{signature}")
    assert (status, body["error_codes"]) == (401, [700027])


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
async def test_a_body_that_is_no_form_is_refused(tenant, kind):
    async with tenant.http.post(TOKEN, data=b"\xff=[", headers={"Content-Type": kind}) as answer:
        assert answer.status == 400
        assert (await answer.json())["error_codes"] == [900144]


async def test_a_malformed_basic_header_is_refused(tenant):
    status, body = await tenant.token(headers={"Authorization": "Basic \xe9"})
    assert (status, body["error_codes"]) == (400, [900144])
