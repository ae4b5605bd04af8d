"""Files that the bot has announced and whose bytes may still be on their way."""

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pending:
    """A file that is announced; ``content`` is there once its bytes have come."""

    id: str
    name: str
    ticket: str
    alt: str
    content: bytes | None = None


@dataclass(slots=True)
class Uploads:
    """The files that are announced and not yet complete."""

    pending: dict[str, Pending] = field(default_factory=dict)

    def announce(self, name: str, id_: str, alt: str) -> Pending:
        """Make an address for the bytes of one file."""
        pending = Pending(id_, name, secrets.token_urlsafe(24), alt)
        self.pending[pending.id] = pending
        return pending

    def by_ticket(self, ticket: str) -> Pending | None:
        """Find the file that an address was made for."""
        return next((each for each in self.pending.values() if each.ticket == ticket), None)
