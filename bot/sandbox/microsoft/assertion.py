"""Client assertions: a JWT signed with a certificate in place of a secret.

The tenant has no certificate registered, so that it cannot tell a right one from a wrong one:
any certificate is accepted. What can be checked is: the shape, the claims, the time, and, where
the header carries the certificate (``x5c``), that its key made the signature.
"""

import time
from base64 import b64decode
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from bot.sandbox.microsoft.errors import SignInError
from bot.sandbox.microsoft.tokens import decoded, raw

JWT_BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CLOCK_SKEW: Final = 300
_PADDINGS: Final = {
    "PS256": padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size),
    "RS256": padding.PKCS1v15(),
}


def check_assertion(assertion: str, client_id: str, token_url: str) -> None:
    """Accept an assertion that says the right things about the right app.

    Raises:
        SignInError: 50027 malformed, 700027 wrong signature or thumbprint missing, 700024
            out of its time, 700021 another app's, 700023 another audience's.
    """
    try:
        header, claims = (decoded(part) for part in assertion.split(".")[:2])
        signature = raw(assertion.split(".")[2])
    except (ValueError, IndexError, RecursionError) as exc:
        raise _refused(50027, "JWT token is invalid or malformed.") from exc
    _check_claims(claims, client_id, token_url)
    _check_header(header)
    if "x5c" in header:
        _check_signature(header, assertion.rpartition(".")[0], signature)


def _check_claims(claims: dict[str, Any], client_id: str, token_url: str) -> None:
    if not claims.get("iss") == claims.get("sub") == client_id:
        raise _refused(700021, "Client assertion application identifier does not match.")
    if not _same_path(str(claims.get("aud", "")), token_url):
        raise _refused(700023, "Client assertion audience claim does not match Realm issuer.")
    at = time.time()
    expires, begins = claims.get("exp"), claims.get("nbf", at)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        raise _refused(50027, "JWT token is invalid or malformed.")
    if expires <= at - _CLOCK_SKEW or begins > at + _CLOCK_SKEW:
        raise _refused(700024, "Client assertion is not within its valid time range.")


def _same_path(audience: str, token_url: str) -> bool:
    # The origin differs when a client signs for the real host and is mapped to this one.
    return audience.partition("://")[2].partition("/")[2] == token_url.split("/", 3)[3]


def _check_header(header: dict[str, Any]) -> None:
    if str(header.get("alg")) not in _PADDINGS:
        raise _refused(700027, "The assertion's algorithm is not supported.")
    if not any(header.get(name) for name in ("x5t#S256", "x5t", "kid")):
        raise _refused(700027, "The assertion names no certificate: x5t#S256 is missing.")


def _check_signature(header: dict[str, Any], signed: str, signature: bytes) -> None:
    try:
        chain = header["x5c"]
        first = chain[0] if isinstance(chain, list) else chain
        key = load_der_x509_certificate(b64decode(first)).public_key()
        if not isinstance(key, RSAPublicKey):
            raise _refused(700027, "The certificate holds no RSA key.")
        key.verify(signature, signed.encode(), _PADDINGS[header["alg"]], SHA256())
    except (ValueError, TypeError, IndexError, InvalidSignature) as exc:
        raise _refused(700027, "Client assertion failed signature validation.") from exc


def _refused(code: int, message: str) -> SignInError:
    return SignInError(code, "invalid_client", message, status=401)
