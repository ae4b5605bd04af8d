"""Seals what a sign-in must keep secret until the admin's browser comes back."""

import hashlib
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from connector.errors import CONNECT, OvertakenError, Provider
from connector.models import WorkspaceId
from connector.vault import Vault, VaultError
from connector.words import later, tr

_BEGIN_ANEW: Final = later(
    "This sign-in was begun with a key that Snowline no longer has. Type {connect} to begin anew."
)


@dataclass(frozen=True, slots=True)
class SignInSeals:
    """Seals and opens by workspace, column and key, so that nothing sealed can change places."""

    vault: Vault

    def seal(self, workspace: WorkspaceId, column: str, key: str, plain: SecretStr) -> str | None:
        """Seal a secret; None if it is empty."""
        if not plain.get_secret_value():
            return None
        return self.vault.seal(
            plain.get_secret_value(),
            workspace=workspace,
            column=f"sign_ins.{column}",
            row=key,
        )

    def open(self, workspace: WorkspaceId, column: str, key: str, sealed: str) -> SecretStr:
        """Open what was sealed under the same names.

        Raises:
            OvertakenError: it was not, or not with a key that is here.
        """
        try:
            plain = self.vault.open(
                sealed, workspace=workspace, column=f"sign_ins.{column}", row=key
            )
        except VaultError as exc:
            raise OvertakenError(
                str(exc), tr(_BEGIN_ANEW, connect=CONNECT[Provider.SERVICENOW])
            ) from exc
        return SecretStr(plain)


def fingerprint(secret: str) -> str:
    """Return what a secret is found again by; it says nothing about the secret."""
    # What a browser sends need not be text: bytes that are none arrive as lone surrogates.
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
