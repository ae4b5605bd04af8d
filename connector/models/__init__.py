"""The words of the domain: what services take and return, and all that views ever see."""

from connector.models.changes import (
    TYPE_FIELD,
    ChangePlan,
    ChangeTemplate,
    ChangeType,
)
from connector.models.connections import (
    Check,
    CheckOutcome,
    Connection,
    ConnectionState,
    Grant,
)
from connector.models.digests import (
    Digest,
    KindSummary,
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
    type_kept,
)

__all__ = [
    "TYPE_FIELD",
    "ChangePlan",
    "ChangeTemplate",
    "ChangeType",
    "Check",
    "CheckOutcome",
    "Connection",
    "ConnectionState",
    "Digest",
    "FieldChange",
    "Grant",
    "ImprovementAction",
    "KindSummary",
    "Person",
    "Place",
    "Priority",
    "RecommendationCategory",
    "RecommendationSource",
    "SecureScore",
    "Share",
    "ShareId",
    "ShareState",
    "Ticket",
    "TicketChange",
    "TicketDraft",
    "TicketFilter",
    "TicketKind",
    "UserId",
    "WorkspaceId",
    "type_kept",
]
