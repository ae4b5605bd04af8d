"""What people say in a ServiceNow record's journal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.models.people import ShareId
from connector.words import later


class JournalElement(StrEnum):
    """The two journals of a ticket, by their columns' names."""

    COMMENTS = "comments"
    WORK_NOTES = "work_notes"

    @property
    def label(self) -> str:
        """Name one entry of it as people do, in English, as it is kept."""
        return {"comments": later("Comment"), "work_notes": later("Work note")}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry as it was read, at most 8,000 characters of it.

    ``author`` is who wrote it, as ServiceNow names people; empty where several entries could not
    be told apart, and ``text`` then holds all of them. ``at`` is aware UTC where it is known;
    ``stamp`` is the time as ServiceNow writes it for the integration user, else empty. One that
    ``is_withheld`` has no text here: not everybody who reads along may read it.
    """

    id: int
    ticket: ShareId
    element: JournalElement
    author: str
    text: str
    at: datetime | None
    stamp: str
    is_withheld: bool = False
