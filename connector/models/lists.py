"""Lists of tickets: which of them, and which part is shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connector.models.kinds import TicketKind
from connector.models.tickets import Ticket, TicketFilter

PAGE: Final = 20
"""How many tickets one part of a list holds."""

ListKey = tuple[int, int, str, str]
"""Where a ticket stands in a list: a ticket that does not change keeps its place."""


class Towards(StrEnum):
    """Which part of a list is wanted, seen from a key."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which tickets a list holds; ``state`` and ``priority`` are labels, empty for any.

    All tickets are listed newest first; open, overdue and one's own by urgency: overdue first,
    then by priority, then by due date, and what is closed last.
    """

    which: TicketFilter = TicketFilter.OPEN
    kind: TicketKind | None = None
    state: str = ""
    priority: str = ""

    @property
    def by_age(self) -> bool:
        """Whether the newest come first."""
        return self.which is TicketFilter.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The part of a list beside the ticket whose key is ``key``."""

    towards: Towards
    key: ListKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """One part of a list: at most ``PAGE`` tickets, after ``before`` others of ``total``.

    ``first`` and ``last`` are the keys of the first and the last ticket shown; None without any.
    """

    selection: Selection
    tickets: tuple[Ticket, ...] = ()
    before: int = 0
    total: int = 0
    first: ListKey | None = None
    last: ListKey | None = None

    @property
    def after(self) -> int:
        """How many tickets come later in the list."""
        return max(self.total - self.before - len(self.tickets), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What a list can be narrowed to: labels with how many tickets have them."""

    states: tuple[tuple[str, int], ...] = ()
    priorities: tuple[tuple[str, int], ...] = ()
