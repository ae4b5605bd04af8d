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
from connector.models.installing import (
    USUAL_USER,
    Admin,
    Installed,
    InstallGrant,
    InstallOutcome,
    InstallStep,
    InstallWish,
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
)

__all__ = [
    "USUAL_USER",
    "Admin",
    "Check",
    "CheckOutcome",
    "Connection",
    "ConnectionState",
    "Digest",
    "FieldChange",
    "ImprovementAction",
    "InstallGrant",
    "InstallOutcome",
    "InstallStep",
    "InstallWish",
    "Installed",
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
