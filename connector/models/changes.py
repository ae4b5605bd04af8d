"""What a change request has that an incident has not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from connector.words import later, tr


class ChangeType(StrEnum):
    """How a change request is gone about in ServiceNow."""

    NORMAL = "normal"
    STANDARD = "standard"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """Name the type as people write it."""
        return tr(_TYPES[self])


_TYPES: Final = {
    ChangeType.NORMAL: later("Normal"),
    ChangeType.STANDARD: later("Standard"),
    ChangeType.EMERGENCY: later("Emergency"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTemplate:
    """What a standard change request is made from; ``id`` is its sys_id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """How and when a change shall be made.

    A finished plan has a template if and only if its type is standard. Times are aware UTC, to
    the minute; the end is after the start where there are both.
    """

    type: ChangeType = ChangeType.NORMAL
    template: ChangeTemplate | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


NORMAL: Final = ChangePlan()
"""A normal change request without planned times."""
TYPE_FIELD: Final = "Type"
"""How ``not_kept`` names the type. Shares are kept with it: to change it takes a migration."""
