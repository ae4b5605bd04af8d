"""What an admin has made in an instance before it is connected, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

USUAL_USER: Final = "snowline.integration"
"""The integration user's name where nobody chooses another."""


class InstallGrant(StrEnum):
    """How Snowline will sign in: as a user in a browser, or as the OAuth client itself."""

    CODE = "code"
    CLIENT_CREDENTIALS = "client-credentials"


class InstallOutcome(StrEnum):
    """What became of one thing."""

    MADE = "made"
    THERE = "already there"
    MENDED = "mended"
    PLANNED = "planned"
    REMOVED = "removed"
    LEFT = "left as it is"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallStep:
    """One thing: ``what`` it is, what became of it, ``detail`` of that, and what to do."""

    what: str
    outcome: InstallOutcome
    detail: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Who it is done as; kept nowhere."""

    user_name: str
    password: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallWish:
    """What is wanted in ``instance``, a name or an address.

    ``webhook_secret`` asks for the business rules too, which sign with it; ``dry_run`` for words
    alone.
    """

    instance: str
    grant: InstallGrant = InstallGrant.CODE
    user_name: str = USUAL_USER
    webhook_secret: SecretStr | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What came of it all.

    ``client_secret`` is there only where it was just made: nobody can read it afterwards.
    """

    host: str
    steps: tuple[InstallStep, ...]
    client_id: str = ""
    client_secret: SecretStr | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is left to mend."""
        return all(step.outcome is not InstallOutcome.FAILED for step in self.steps)
