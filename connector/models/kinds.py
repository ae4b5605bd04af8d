"""What tickets are: of which kind and priority, and where their recommendation comes from."""

from enum import IntEnum, StrEnum
from typing import Final

from connector.models.changes import ChangeType
from connector.words import later, tr


class TicketKind(StrEnum):
    """A ticket's table in ServiceNow."""

    INCIDENT = "incident"
    CHANGE_REQUEST = "change_request"

    @property
    def label(self) -> str:
        """Name the kind as people write it."""
        return tr(_KINDS[self])

    @property
    def label_of_many(self) -> str:
        """Name several tickets of the kind as people write it."""
        return tr(_KINDS_OF_MANY[self])


_KINDS: Final = {
    TicketKind.INCIDENT: later("Incident"),
    TicketKind.CHANGE_REQUEST: later("Change request"),
}
_KINDS_OF_MANY: Final = {
    TicketKind.INCIDENT: later("Incidents"),
    TicketKind.CHANGE_REQUEST: later("Change requests"),
}
_CHANGES: Final = {
    ChangeType.STANDARD: later("Standard change request"),
    ChangeType.EMERGENCY: later("Emergency change request"),
}


def kind_label(kind: TicketKind, type_: ChangeType) -> str:
    """Name the kind of a ticket as people write it, a change request with its type."""
    if kind is TicketKind.INCIDENT or type_ is ChangeType.NORMAL:
        return kind.label
    return tr(_CHANGES[type_])


class Priority(IntEnum):
    """ServiceNow's five priorities; 1 is the most urgent."""

    CRITICAL = 1
    HIGH = 2
    MODERATE = 3
    LOW = 4
    PLANNING = 5

    @property
    def label(self) -> str:
        """Name the priority as people read it: ``2 - High``."""
        return f"{self.value} - {tr(_PRIORITIES[self])}"

    @property
    def label_there(self) -> str:
        """Name the priority as ServiceNow ships it, whatever is spoken here."""
        return f"{self.value} - {_PRIORITIES[self]}"


_PRIORITIES: Final = {
    Priority.CRITICAL: later("Critical"),
    Priority.HIGH: later("High"),
    Priority.MODERATE: later("Moderate"),
    Priority.LOW: later("Low"),
    Priority.PLANNING: later("Planning"),
}


class RecommendationSource(StrEnum):
    """Where a ticket's recommendation comes from."""

    MICROSOFT = later("Microsoft recommendation")
    USER = later("User recommendation")
