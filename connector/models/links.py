"""Links that people post, and what of them may be shown."""

from dataclasses import dataclass
from enum import StrEnum

from connector.models.people import Person, Place
from connector.models.score import ImprovementAction
from connector.models.tickets import Ticket


class PreviewRule(StrEnum):
    """What an admin has said about previews of links in a conversation.

    ``AUTO`` shows them unless somebody from outside reads along, ``ON`` also then, ``OFF`` never.
    """

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLinks:
    """The links of one message, as posted; ``delivery`` is the same however often it is told.

    ``place`` is None while the message is still being written.
    """

    urls: tuple[str, ...]
    delivery: str
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a link names: ``url`` exactly as it was posted."""

    url: str
    about: Ticket | ImprovementAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who posted and who reads along.

    ``poster`` is None unless a full member posted; ``outsiders`` tells that a guest or somebody
    from another organisation reads along, or that nobody can tell.
    """

    poster: Person | None
    outsiders: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDetails:
    """A ticket with what ServiceNow says of it now, for one person who may read it there."""

    ticket: Ticket
    description: str
    assignment_group: str
