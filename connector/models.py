"""The words of the domain: what services take and return, and all that views ever see."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NewType

from connector.errors import Provider

WorkspaceId = NewType("WorkspaceId", str)
UserId = NewType("UserId", str)
ShareId = NewType("ShareId", str)


class TicketKind(StrEnum):
    """A ticket's table in ServiceNow."""

    INCIDENT = "incident"
    CHANGE_REQUEST = "change_request"

    @property
    def label(self) -> str:
        """Name the kind as people write it."""
        return {"incident": "Incident", "change_request": "Change request"}[self.value]


class Priority(IntEnum):
    """ServiceNow's five priorities; 1 is the most urgent."""

    CRITICAL = 1
    HIGH = 2
    MODERATE = 3
    LOW = 4
    PLANNING = 5

    @property
    def label(self) -> str:
        """Name the priority as ServiceNow does: ``2 - High``."""
        return f"{self.value} - {self.name.capitalize()}"


class RecommendationSource(StrEnum):
    """Where a ticket's recommendation comes from."""

    MICROSOFT = "Microsoft recommendation"
    USER = "User recommendation"


class RecommendationCategory(StrEnum):
    """What a recommendation is about; Graph's ``Device`` is shown and sent as Devices."""

    DEVICES = "Devices"
    DATA = "Data"
    APPS = "Apps"
    IDENTITY = "Identity"
    INFRASTRUCTURE = "Infrastructure"


class ShareState(StrEnum):
    """How far a share has come."""

    RECEIVED = "received"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CREATED = "created"
    ANNOUNCED = "announced"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementAction:
    """One thing a tenant can do to raise its Secure Score. Points: 0 <= score <= max_score."""

    id: str
    title: str
    category: RecommendationCategory | None
    service: str
    score: float
    max_score: float
    rank: int
    state: str
    remediation: str
    remediation_impact: str
    user_impact: str
    implementation_cost: str
    action_url: str
    deep_link: str

    @property
    def gain(self) -> float:
        """Points still to be won."""
        return max(self.max_score - self.score, 0.0)

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do and nobody has decided otherwise."""
        return self.gain > 0 and self.state.casefold() == "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureScore:
    """One day's score of a tenant, with every action that counts towards it.

    ``actions`` holds the scored ones only; ``profiles`` counts all that Microsoft listed.
    ``day`` is the day the score stands for, ``read_at`` when we fetched it (aware UTC).
    """

    tenant: str
    day: date
    read_at: datetime
    current: float
    maximum: float
    profiles: int
    actions: tuple[ImprovementAction, ...]

    @property
    def open_actions(self) -> tuple[ImprovementAction, ...]:
        """The open actions, most gain first, then Microsoft's rank."""
        still_open = (action for action in self.actions if action.is_open)
        return tuple(sorted(still_open, key=lambda a: (-a.gain, a.rank, a.title)))

    @property
    def gain(self) -> float:
        """Points that all open actions together would win."""
        return sum(action.gain for action in self.open_actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the chat: a conversation and, once posted, a message in it."""

    conversation: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of the workspace; ``email`` is empty unless the chat system has verified it."""

    user: UserId
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDraft:
    """What a user described: everything a ticket is made from.

    ``name`` holds 1 to 160 characters, ``description`` at most 4,000.
    ``action_id``, ``action_link`` and ``gain`` are empty, empty and None without an action.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One request to make a ticket: the durable record from the click to the posted number.

    ``sys_id`` (32 hex) and ``correlation_id`` are chosen before the first request.
    ``sent_at`` is when the last request was about to leave (aware UTC).
    ``reason`` says, to a person, why it is rejected or late; ``parked`` tells that it is late
    for want of a connection and goes on when an admin has made it.
    ``not_kept`` names the fields ServiceNow did not keep. ``gave_up`` tells that nobody knows
    whether there is a ticket and nothing more is tried.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The ServiceNow record that exists, as last read.

    ``state`` and ``priority`` are ServiceNow's values, ``state_label`` and ``priority_label``
    what people read. ``updated_at`` is ServiceNow's (aware UTC), ``read_at`` ours.
    ``name`` is as it was typed until it is changed in ServiceNow. ``is_open`` follows the
    record's ``active``, but a resolved incident is not open: nothing is left to do for it.
    A ticket that ``is_gone`` was deleted there, or is hidden altogether; the rest is as last read.
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

    def is_overdue(self, today: date) -> bool:
        """Tell whether the ticket is open past its due date."""
        return self.is_open and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that was changed in ServiceNow, in the words people read there."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """What was changed on a ticket between two readings; ``at`` is ServiceNow's time."""

    id: int
    ticket: ShareId
    number: str
    at: datetime
    by: str
    fields: tuple[FieldChange, ...]


class TicketFilter(StrEnum):
    """Which tickets ``/snow tickets`` lists."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    ALL = "all"


class CheckOutcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: ``sentence`` says what was seen, ``remedy`` what to do.

    ``remedy`` is empty where nothing need be done.
    """

    name: str
    outcome: CheckOutcome
    sentence: str
    remedy: str = ""


class ConnectionState(StrEnum):
    """How a connection stands."""

    CONNECTED = "connected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A workspace's authorised link to one instance or one tenant.

    ``remote`` is the instance's host or the tenant's id; ``identity`` the integration user's
    name or the client id. ``signs_out_at`` is when the sign-in ends for good, where that is
    known; ``sign_out_assumed`` tells that the instance did not say so and is taken to keep
    ServiceNow's default. All times are aware UTC.
    """

    workspace: WorkspaceId
    provider: Provider
    remote: str
    identity: str
    state: ConnectionState
    connected_by: UserId
    connected_at: datetime
    last_success_at: datetime | None
    signs_out_at: datetime | None = None
    sign_out_assumed: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSummary:
    """How many open tickets of a kind stand in which state; ``states`` in ServiceNow's labels."""

    kind: TicketKind
    states: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """All open tickets of the kind."""
        return sum(count for _, count in self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A summary of a conversation's tickets and the score since the last one.

    ``since`` is when the last digest was posted there (or seven days ago).
    ``elsewhere`` counts open tickets whose cards are in other conversations. ``connections``
    tell what could be read when it was made. ``on_their_way`` counts what was asked for there
    and may still become a ticket, ``unconfirmed`` that of which nobody will know.
    """

    workspace: WorkspaceId
    conversation: str
    at: datetime
    since: datetime
    requested_by: UserId
    kinds: tuple[KindSummary, ...]
    created: tuple[Ticket, ...]
    changed: tuple[tuple[Ticket, TicketChange], ...]
    overdue: tuple[Ticket, ...]
    elsewhere: int
    score: SecureScore | None
    connections: tuple[Connection, ...]
    on_their_way: int = 0
    unconfirmed: int = 0
