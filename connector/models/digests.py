"""What a digest sums up."""

from dataclasses import dataclass
from datetime import datetime

from connector.models.connections import Connection
from connector.models.kinds import TicketKind
from connector.models.people import UserId, WorkspaceId
from connector.models.score import SecureScore
from connector.models.tickets import Ticket, TicketChange


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSummary:
    """How many open tickets of a kind stand in which state; ``states`` in ServiceNow's labels."""

    kind: TicketKind
    states: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All open tickets of the kind."""
        return sum(count for _, count in self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A summary of a conversation's tickets and the score since the last one.

    ``since`` is when the last digest was posted there (or seven days ago).
    ``elsewhere`` counts open tickets whose cards are in other conversations. ``connections``
    tell what could be read when it was made. ``on_their_way`` counts what was asked for there
    and may still become a ticket, ``unconfirmed`` that of which nobody will know. It goes to who
    asked for it where ``in_private``, and ``may_be_twice`` if nobody knows whether it was posted.
    """

    workspace: WorkspaceId
    conversation: str
    at: datetime
    since: datetime
    requested_by: UserId
    kinds: tuple[KindSummary, ...]
    created: tuple[Ticket, ...]
    changed: tuple[tuple[Ticket, TicketChange], ...]
    overdue: tuple[Ticket, ...]
    elsewhere: int
    score: SecureScore | None
    connections: tuple[Connection, ...]
    on_their_way: int = 0
    unconfirmed: int = 0
    requested_by_name: str = ""
    in_private: bool = False
    may_be_twice: bool = False
