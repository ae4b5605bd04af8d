"""Which tickets are followed, after a workspace has moved to another instance."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What Snowline does for a ticket.

    A ``FORMER`` one belongs to an instance that is not connected any more: it is listed as it was
    last read, and followed again once that instance is connected again. A ``FORGOTTEN`` one is
    neither listed nor followed. In ServiceNow both are untouched.
    """

    FOLLOWED = "followed"
    FORMER = "former"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """The followed tickets of other instances than the one that is about to be connected.

    ``instances`` are hosts; ``tickets`` counts all of them, ``open`` those that are open.
    """

    instances: tuple[str, ...]
    tickets: int
    open: int
