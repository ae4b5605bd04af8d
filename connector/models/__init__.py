"""The words of the domain: what services take and return, and all that views ever see."""

from connector.models.connections import (
    Check,
    CheckOutcome,
    Connection,
    ConnectionState,
)
from connector.models.digests import (
    Digest,
    KindSummary,
)
from connector.models.mapping import (
    BotField,
    ByCategory,
    Column,
    Copied,
    FieldOutcome,
    FieldRule,
    Fixed,
    Group,
    RuleSource,
    RuleWish,
    SentValue,
    TestRecord,
)
from connector.models.people import (
    Person,
    Place,
    ShareId,
    UserId,
    WorkspaceId,
)
from connector.models.score import (
    ImprovementAction,
    RecommendationCategory,
    SecureScore,
)
from connector.models.states import (
    Meaning,
    StateChoice,
    TicketState,
)
from connector.models.tickets import (
    FieldChange,
    Priority,
    RecommendationSource,
    Share,
    ShareState,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketFilter,
    TicketKind,
)

__all__ = [
    "BotField",
    "ByCategory",
    "Check",
    "CheckOutcome",
    "Column",
    "Connection",
    "ConnectionState",
    "Copied",
    "Digest",
    "FieldChange",
    "FieldOutcome",
    "FieldRule",
    "Fixed",
    "Group",
    "ImprovementAction",
    "KindSummary",
    "Meaning",
    "Person",
    "Place",
    "Priority",
    "RecommendationCategory",
    "RecommendationSource",
    "RuleSource",
    "RuleWish",
    "SecureScore",
    "SentValue",
    "Share",
    "ShareId",
    "ShareState",
    "StateChoice",
    "TestRecord",
    "Ticket",
    "TicketChange",
    "TicketDraft",
    "TicketFilter",
    "TicketKind",
    "TicketState",
    "UserId",
    "WorkspaceId",
]
