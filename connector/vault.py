"""Secrets at rest: AES-256-GCM, bound to the workspace, the column and the row they belong to."""

import base64
import binascii
import re
import secrets
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from connector.errors import ConnectorError
from connector.words import later

_VERSION: Final = "v1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_MALFORMED: Final = "a key is not written as id:base64; make one with `python -m bot keys`"


class VaultError(ConnectorError):
    """A secret cannot be opened, or the keys cannot be used; ``str`` says which key."""

    advice = later("Snowline cannot open its own secrets. Tell the person who runs it.")


class Vault:
    """Seals with the newest key, opens with whichever key it was sealed with.

    ``newest`` is the id of the key that seals.
    """

    def __init__(self, keys: SecretStr) -> None:
        """Read ``id:base64`` keys of 32 bytes, newest first, separated by commas.

        Raises:
            VaultError: there is none, or one cannot be read.
        """
        pairs = [_key(text.strip()) for text in keys.get_secret_value().split(",")]
        self.newest: Final = pairs[0][0]
        self._keys = dict(pairs)
        if len(self._keys) < len(pairs):
            raise VaultError("two keys have the same id")

    def seal(self, plain: str, *, workspace: str, column: str, row: str) -> str:
        """Return text that only opens for the same workspace, column and row."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound_to(workspace, column, row)
        sealed = self._keys[self.newest].encrypt(nonce, plain.encode(), bound)
        return f"{_VERSION}.{self.newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def is_sealed_with_newest(self, sealed: str) -> bool:
        """Tell whether the older keys may go as far as this text is concerned."""
        return sealed.startswith(f"{_VERSION}.{self.newest}.")

    def open(self, sealed: str, *, workspace: str, column: str, row: str) -> str:
        """Return what was sealed.

        Raises:
            VaultError: the key is missing, or the text was altered or moved here.
        """
        version, _, rest = sealed.partition(".")
        key_id, _, text = rest.partition(".")
        if version != _VERSION or _KEY_ID.fullmatch(key_id) is None:
            raise VaultError(f"{column}: not a sealed secret")
        key = self._keys.get(key_id)
        if key is None:
            raise VaultError(f"{column}: sealed with the key {key_id}, which is missing")
        try:
            data = _decoded(text)
            bound = _bound_to(workspace, column, row)
            return key.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound).decode()
        except (InvalidTag, ValueError) as exc:
            raise VaultError(f"{column}: altered, or sealed for another place") from exc


def _decoded(text: str) -> bytes:
    """Read what ``seal`` wrote; the same bytes in another spelling are a ``ValueError``.

    What is used once is known by its text: it must not come again under another.
    """
    data = base64.b64decode(text, altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode() != text:
        raise ValueError("not as it was written")
    return data


def new_key() -> str:
    """Make a key for the front of the list."""
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    return f"k{secrets.token_hex(4)}:{key}"


def _key(text: str) -> tuple[str, AESGCM]:
    key_id, colon, encoded = text.partition(":")
    # What does not have the form may be the key alone: nothing of it is shown.
    if not colon or _KEY_ID.fullmatch(key_id) is None:
        raise VaultError(_MALFORMED)
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as exc:
        raise VaultError(f"the key {key_id} is not base64") from exc
    if len(key) != _KEY_BYTES:
        raise VaultError(f"the key {key_id} does not have {_KEY_BYTES} bytes")
    return key_id, AESGCM(key)


def _bound_to(workspace: str, column: str, row: str) -> bytes:
    # Quoted, so that no two places can share one description.
    return "|".join((_VERSION, *(quote(part) for part in (workspace, column, row)))).encode()
