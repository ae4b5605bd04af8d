"""From what a user described to the ServiceNow record that exists."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from connector.models.changes import NORMAL, TYPE_FIELD, ChangePlan, ChangeType
from connector.models.covered import CoveredAction
from connector.models.kinds import Priority, RecommendationSource, TicketKind, kind_label
from connector.models.people import Place, ShareId, UserId, WorkspaceId
from connector.models.score import RecommendationCategory
from connector.models.standing import Standing

TRIAL: Final = "SnowlineTestRecord"
"""What stands for the improvement action in a test record."""


def type_kept(draft: "TicketDraft", not_kept: tuple[str, ...]) -> ChangeType:
    """Tell the type of the ticket made of a draft, of which some fields were not kept."""
    lost = draft.kind is TicketKind.INCIDENT or TYPE_FIELD in not_kept
    return ChangeType.NORMAL if lost else draft.plan.type


class ShareState(StrEnum):
    """How far a share has come."""

    RECEIVED = "received"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CREATED = "created"
    ANNOUNCED = "announced"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a user described: everything a ticket is made from.

    ``name`` holds 1 to 160 characters, ``description`` at most 4,000.
    ``action_id``, ``action_link``, ``gain`` and ``remediation`` are empty, or None, without an
    action; ``remediation`` holds Microsoft's steps, at most 4,000 characters. ``plan`` counts for
    a change request only. ``covers`` lists the actions of a grouped ticket, whose ``gain`` is
    theirs together; it is empty for a ticket about one action or none.
    """

    kind: TicketKind
    name: str
    description: str
    priority: Priority
    due: date | None
    source: RecommendationSource
    category: RecommendationCategory
    requester: UserId
    requester_name: str
    action_id: str = ""
    action_link: str = ""
    gain: float | None = None
    remediation: str = ""
    plan: ChangePlan = NORMAL
    covers: tuple[CoveredAction, ...] = ()

    @property
    def action_ids(self) -> tuple[str, ...]:
        """Name every improvement action that it is about, each once."""
        named = dict.fromkeys((self.action_id, *(each.id for each in self.covers)))
        return tuple(each for each in named if each and each != TRIAL)

    @property
    def kind_label(self) -> str:
        """Name the kind as people write it, with the type of a change that is not normal."""
        return kind_label(self.kind, self.plan.type)

    @property
    def is_trial(self) -> bool:
        """Whether it only shows an admin what a ticket becomes."""
        return self.action_id == TRIAL

    @property
    def is_standard(self) -> bool:
        """Whether it becomes a change request made from a template."""
        change = self.kind is TicketKind.CHANGE_REQUEST
        return change and self.plan.type is ChangeType.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One request to make a ticket: the durable record from the click to the posted number.

    ``sys_id`` (32 hex) and ``correlation_id`` are chosen before the first request.
    ``attempts`` counts the requests that were about to leave for ``instance``, ``sent_at`` is
    when the last was (aware UTC).
    ``reason`` says, to a person, why it is rejected or late; ``parked`` tells that it is late
    for want of a connection and goes on when an admin has made it.
    ``waits_until`` (aware UTC) is set while ServiceNow allows no more requests.
    ``not_kept`` names the fields ServiceNow did not keep. ``gave_up`` tells that nobody knows
    whether there is a ticket and nothing more is tried. ``bulk`` names the bulk it is part of,
    ``thread`` the message in whose thread its card is to stand.
    """

    id: ShareId
    workspace: WorkspaceId
    state: ShareState
    draft: TicketDraft
    destination: str
    instance: str
    sys_id: str
    correlation_id: str
    requested_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    place: Place | None = None
    reason: str = ""
    parked: bool = False
    not_kept: tuple[str, ...] = ()
    gave_up: bool = False
    waits_until: datetime | None = None
    bulk: str = ""
    thread: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The ServiceNow record that exists, as last read.

    ``state`` and ``priority`` are ServiceNow's values, ``state_label`` and ``priority_label``
    what people read. ``updated_at`` is ServiceNow's (aware UTC), ``read_at`` ours.
    ``name`` is as it was typed until it is changed in ServiceNow. ``is_open`` follows the
    record's ``active``, but a resolved incident is not open: nothing is left to do for it.
    ``type`` is a change request's, as it was asked for and kept. ``assignee`` is the sys_id of the
    ServiceNow user whose name ``assigned_to`` is; empty where nobody is, or it was not read yet.
    A ticket that ``is_gone`` was deleted there, or is hidden altogether; the rest is as last read,
    and so is all of one whose ``standing`` is not to be followed.
    """

    workspace: WorkspaceId
    share: ShareId
    kind: TicketKind
    instance: str
    sys_id: str
    number: str
    link: str
    name: str
    state: str
    state_label: str
    priority: str
    priority_label: str
    due: date | None
    assigned_to: str
    is_open: bool
    created_at: datetime
    updated_at: datetime
    read_at: datetime
    requester: UserId
    requester_name: str
    category: RecommendationCategory
    source: RecommendationSource
    action_id: str
    action_link: str
    gain: float | None
    place: Place | None
    not_kept: tuple[str, ...] = ()
    is_gone: bool = False
    type: ChangeType = ChangeType.NORMAL
    standing: Standing = Standing.FOLLOWED
    assignee: str = ""
    covers: tuple[CoveredAction, ...] = ()

    @property
    def kind_label(self) -> str:
        """Name the kind as people write it, with the type of a change that is not normal."""
        return kind_label(self.kind, self.type)

    @property
    def is_followed(self) -> bool:
        """Whether it is kept up to date."""
        return self.standing is Standing.FOLLOWED

    def is_overdue(self, today: date) -> bool:
        """Tell whether the ticket is followed, and open past its due date."""
        known = self.is_open and self.is_followed
        return known and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that was changed in ServiceNow, in the words people read there.

    What of it are our words is kept in English; ``spoken_change`` says them. Of one that
    ``is_withheld`` it is not told what it is now: not everybody there may read it.
    """

    field: str
    before: str
    after: str
    is_withheld: bool = False


class Turn(StrEnum):
    """Whether a change ended a ticket or opened it again."""

    NONE = ""
    ENDED = "ended"
    REOPENED = "reopened"


_OF_STATE: Final = frozenset({"State", "Record"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """What was changed on a ticket between two readings; ``at`` is ServiceNow's time.

    ``from_chat`` tells that ``by`` did it from the chat, and ``by_user`` who that is; a field that
    was empty then is one that was said or set with it.
    """

    id: int
    ticket: ShareId
    number: str
    at: datetime
    by: str
    fields: tuple[FieldChange, ...]
    from_chat: bool = False
    by_user: UserId | None = None
    turn: Turn = Turn.NONE

    @property
    def is_of_state(self) -> bool:
        """Whether the state is among what was changed, or the record was taken away."""
        return bool(self.turn) or any(each.field in _OF_STATE for each in self.fields)


class TicketFilter(StrEnum):
    """Which tickets ``/snow tickets`` lists."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    ALL = "all"
