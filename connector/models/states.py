"""What a ticket's states are called in the chat, and what they mean."""

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a state means; a ticket that is waiting is open, too."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self in {Meaning.OPEN, Meaning.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketState:
    """One state of a kind of ticket: ServiceNow's ``value`` and ``label``, our ``name``.

    ``name`` is empty where people read the label. ``is_set`` tells that an admin chose the
    meaning; else it is what the state means as shipped, or what the record's ``active`` says.
    """

    value: str
    label: str
    meaning: Meaning
    name: str = ""
    is_set: bool = False

    @property
    def shown(self) -> str:
        """What people read in the chat."""
        return self.name or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChoice:
    """What an admin chose for a state; an empty ``name`` leaves ServiceNow's label."""

    value: str
    name: str
    meaning: Meaning
