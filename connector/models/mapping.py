"""Which further columns of a ticket are filled, and from what; what became of them."""

from dataclasses import dataclass
from enum import StrEnum

from connector.models.kinds import TicketKind
from connector.models.score import RecommendationCategory
from connector.models.tickets import Share, Ticket
from connector.words import later


class BotField(StrEnum):
    """What a ticket's draft knows and a column may be filled from, by the words rows keep."""

    SOURCE = later("Recommendation source")
    CATEGORY = later("Recommendation category")
    GAIN = later("Gain in points")
    ACTION_ID = later("Improvement action's id")
    ACTION_LINK = later("Link to the action")
    REQUESTER_NAME = later("Requester's name")
    REQUESTER_EMAIL = later("Requester's e-mail address")
    DUE = later("Due date")
    NAME = later("Ticket's name")
    PRIORITY = later("Priority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a ticket table. ``choices`` are values with their labels, as far as known.

    ``points_at`` is the table whose records it refers to, "" for none.
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    points_at: str = ""

    @property
    def holds_group(self) -> bool:
        """Whether it holds a group of people."""
        return self.points_at == "sys_user_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A ServiceNow group; ``sys_id`` is 32 hex."""

    sys_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The same value each time; ``shown`` is how people read it."""

    value: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What the ticket's draft says."""

    field: BotField


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCategory:
    """A group by recommendation category, ``otherwise`` for those not named."""

    groups: tuple[tuple[RecommendationCategory, Group], ...]
    otherwise: Group | None = None

    def group_for(self, category: RecommendationCategory) -> Group | None:
        """Choose the group of a category."""
        return dict(self.groups).get(category, self.otherwise)


RuleSource = Fixed | Copied | ByCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """One column and what fills it; ``label`` is what people call the column."""

    column: str
    label: str
    source: RuleSource


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWish:
    """What an admin filled in for a column: a field to copy, a fixed value, or groups.

    ``groups`` holds sys_ids by category, under None the one for all others.
    """

    kind: TicketKind
    column: str
    field: BotField | None = None
    value: str = ""
    groups: tuple[tuple[RecommendationCategory | None, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentValue:
    """What a rule made of one ticket; never empty."""

    column: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """A sent value and what the record holds; ``kept`` is None where that cannot be read."""

    label: str
    sent: str
    held: str
    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRecord:
    """What became of a test record.

    ``ticket`` is None where there is none (yet): ``share`` says why. ``cancel_problem`` is a
    sentence, empty where the record was cancelled.
    """

    __test__ = False  # its name begins like those that pytest collects

    share: Share
    ticket: Ticket | None
    fields: tuple[FieldOutcome, ...]
    cancel_problem: str = ""
