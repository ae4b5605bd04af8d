"""Access tokens: signed, opaque to the client, and gone with the process that minted them."""

import hmac
import json
import secrets
import time
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.microsoft.apps import AppRegistration

_HEADER: Final = {"typ": "JWT", "alg": "HS256"}


class BadTokenError(Exception):
    """The token is not one of ours, or its time is over; ``str()`` is Graph's own sentence."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks: an app of the tenant, with the permissions its token carries."""

    client_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Mints and reads the tokens of one server."""

    seconds: int
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def mint(self, app: AppRegistration, audience: str) -> str:
        """Make a token for an app that has proved who it is."""
        at = int(time.time())
        claims = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{accounts.TENANT_ID}/",
            "iat": at,
            "nbf": at,
            "exp": at + self.seconds,
            "appid": app.client_id,
            "app_displayname": app.name,
            "idtyp": "app",
            "roles": list(app.roles),
            "tid": accounts.TENANT_ID,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        body = f"{encoded(_HEADER)}.{encoded(claims)}"
        return f"{body}.{self._signature(body)}"

    def read(self, token: str) -> Bearer:
        """Say who holds a token.

        Raises:
            BadTokenError: it is malformed, foreign or expired.
        """
        if not token:
            raise BadTokenError("Access token is empty.")
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(body).encode(), signature.encode()):
            raise BadTokenError("CompactToken parsing failed with error code: 80049217")
        claims = decoded(body.partition(".")[2])
        if claims["exp"] <= time.time():
            raise BadTokenError("Lifetime validation failed, the token is expired.")
        return Bearer(claims["appid"], tuple(claims["roles"]))

    def _signature(self, body: str) -> str:
        return _text(hmac.digest(self.key, body.encode(), sha256))


def encoded(part: dict[str, Any]) -> str:
    """Write one part of a token."""
    return _text(json.dumps(part, separators=(",", ":")).encode())


def decoded(part: str) -> dict[str, Any]:
    """Read one part of a token, padded or not.

    Raises:
        ValueError: it is not base64url of a JSON object.
    """
    value = json.loads(raw(part))
    if not isinstance(value, dict):
        raise ValueError("no JSON object")  # noqa: TRY004  -- one kind of failure for the caller
    return value


def raw(part: str) -> bytes:
    """Decode base64url, padded or not.

    Raises:
        ValueError: it is something else.
    """
    bare = part.rstrip("=")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
