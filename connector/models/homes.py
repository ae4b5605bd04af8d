"""All that App Home tells one person."""

from dataclasses import dataclass, field
from datetime import date, datetime

from connector.models.connections import Connection
from connector.models.installation import Installation
from connector.models.kinds import TicketKind
from connector.models.notifying import PersonalNews
from connector.models.people import UserId, WorkspaceId
from connector.models.score import SecureScore
from connector.models.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class MyTickets:
    """The open tickets somebody asked for or is assigned to; ``urgent`` are the first of them."""

    open: int = 0
    overdue: int = 0
    urgent: tuple[Ticket, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How the followed tickets of a kind stand: open ones by state, and how many are done.

    ``waiting`` counts the shares that are to become tickets of it.
    """

    kind: TicketKind
    states: tuple[tuple[str, int], ...] = ()
    overdue: int = 0
    done: int = 0
    waiting: int = 0
    urgent: tuple[Ticket, ...] = ()

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(count for _, count in self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDay:
    """The points of one day, of ``maximum``."""

    day: date
    points: float
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What App Home tells ``user``, as of ``at`` (aware UTC).

    ``days`` are the score's last days, oldest first, at most 31 of them. ``may_administer`` is
    only asked while something is still to be set up. ``any_tickets`` tells whether there ever was
    one. ``news`` is what ``user`` is told in private, of the ``followed`` tickets, too.
    """

    workspace: WorkspaceId
    user: UserId
    at: datetime
    connections: tuple[Connection, ...]
    installation: Installation
    mine: MyTickets
    kinds: tuple[KindCount, ...]
    score: SecureScore | None = None
    days: tuple[ScoreDay, ...] = ()
    may_administer: bool = False
    any_tickets: bool = False
    news: PersonalNews = field(default_factory=PersonalNews)
    followed: int = 0
