"""Several improvement actions shared at once, and what an action was shared as before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from connector.models.people import Place, ShareId, UserId, WorkspaceId
from connector.models.tickets import Share, ShareState, Ticket, TicketDraft

BulkId = NewType("BulkId", str)

MOST_AT_ONCE: Final = 20
"""The most actions shared at once: of so many a grouped ticket still says title and link."""
_MADE: Final = frozenset({ShareState.CREATED, ShareState.ANNOUNCED})


class Outcome(StrEnum):
    """What has become of one share of a bulk."""

    WAITING = "waiting"
    MADE = "made"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """One share of a bulk; ``ticket`` is None until it exists."""

    share: Share
    ticket: Ticket | None

    @property
    def outcome(self) -> Outcome:
        """What has become of it; unsure means that nothing more is tried and nobody knows."""
        if self.share.state in _MADE:
            return Outcome.MADE
        if self.share.state is ShareState.REJECTED:
            return Outcome.REFUSED
        return Outcome.UNSURE if self.share.gave_up else Outcome.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Several tickets asked for at once, and the one message that tells how far they are.

    ``thread`` is the message in whose thread it was asked for; ``place`` is where the message
    about it stands. One that stands nowhere yet is posted for its requester alone where
    ``in_private``, and ``may_be_twice`` where nobody knows that it was not there already.
    """

    id: BulkId
    workspace: WorkspaceId
    requester: UserId
    destination: str
    requested_at: datetime
    items: tuple[BulkItem, ...] = ()
    thread: Place | None = None
    place: Place | None = None
    in_private: bool = False
    may_be_twice: bool = False

    def count(self, outcome: Outcome) -> int:
        """Count the shares of which something has become."""
        return sum(1 for each in self.items if each.outcome is outcome)

    @property
    def is_ended(self) -> bool:
        """Whether every share is decided."""
        return not self.count(Outcome.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWish:
    """What a user wants made at once, one ticket a draft.

    ``seen`` names the shares of the same actions that the user knows of and does not mind.
    """

    drafts: tuple[TicketDraft, ...]
    requester: UserId
    destination: str
    thread: Place | None = None
    seen: frozenset[ShareId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """A share that an action was shared by already; without ``ticket`` it is on its way."""

    share: Share
    ticket: Ticket | None

    @property
    def is_live(self) -> bool:
        """Whether something is still to be done: the ticket is open, or not there yet."""
        return self.ticket is None or self.ticket.is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An action's open ticket in two words; ``number`` is empty while it is on its way."""

    number: str
    state: str
