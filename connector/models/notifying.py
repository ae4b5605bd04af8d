"""What people are told of tickets, and where."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.models.people import UserId
from connector.models.tickets import Ticket, TicketChange


class Told(StrEnum):
    """How much of what happens to a ticket is told."""

    ALL = "all"
    STATES = "states"
    DONE = "done"
    NOTHING = "nothing"


class Because(StrEnum):
    """Why somebody is told of a ticket in private."""

    FOLLOWED = "followed"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNews:
    """What is told in the threads of a conversation's cards, and who last said so.

    ``broadcasts`` has it shown outside the threads, too, that a ticket ended or was reopened.
    ``by`` and ``at`` are None where nobody ever said anything.
    """

    conversation: str
    told: Told = Told.ALL
    broadcasts: bool = False
    by: UserId | None = None
    by_name: str = ""
    at: datetime | None = None

    def tells(self, change: TicketChange) -> bool:
        """Tell whether a change is told in a thread."""
        if self.told is Told.STATES:
            return change.is_of_state
        return self.told is Told.ALL or (self.told is Told.DONE and bool(change.turn))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalNews:
    """What somebody is told in private: of tickets they asked for, and of those they follow.

    ``every_outcome`` has them told what came of what they did, not only where it went wrong.
    """

    asked: Told = Told.NOTHING
    followed: Told = Told.ALL
    every_outcome: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A ticket of whose changes nothing is said in a conversation, by whom and since when."""

    conversation: str
    by: UserId
    at: datetime
    by_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNews:
    """What happened to a ticket since somebody was last told, and why they are told."""

    ticket: Ticket
    changes: tuple[TicketChange, ...]
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Some of the tickets that somebody follows, newest first, and how many there are."""

    tickets: tuple[Ticket, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """Who somebody is in an instance, as asked at that time; all is empty where they are nobody."""

    instance: str
    sys_id: str
    user_name: str
    name: str
    asked_at: datetime

    def did(self, change: TicketChange) -> bool:
        """Tell whether a change made in ServiceNow was made by this very person."""
        by = change.by.casefold()
        known = {self.user_name.casefold(), self.name.casefold()} - {""}
        return not change.from_chat and by in known
