"""The words of the domain: what services take and return, and all that views ever see."""

from connector.models.acts import (
    Act,
    ActDraft,
    ActId,
    ActKind,
    ActState,
    Choice,
    FileRef,
    Paths,
    Setting,
)
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
    "Act",
    "ActDraft",
    "ActId",
    "ActKind",
    "ActState",
    "Check",
    "CheckOutcome",
    "Choice",
    "Connection",
    "ConnectionState",
    "Digest",
    "FieldChange",
    "FileRef",
    "ImprovementAction",
    "KindSummary",
    "Paths",
    "Person",
    "Place",
    "Priority",
    "RecommendationCategory",
    "RecommendationSource",
    "SecureScore",
    "Setting",
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
