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
from connector.models.journal import JournalElement, JournalEntry
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
)

__all__ = [
    "Check",
    "CheckOutcome",
    "Connection",
    "ConnectionState",
    "Digest",
    "FieldChange",
    "ImprovementAction",
    "JournalElement",
    "JournalEntry",
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
]
