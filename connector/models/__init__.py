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
from connector.models.installation import (
    CheckRun,
    FailedSignIn,
    Installation,
    PendingSignIn,
    Step,
    StepName,
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
from connector.models.standing import (
    LeftBehind,
    Standing,
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
    "USUAL_USER",
    "Admin",
    "ChangePlan",
    "ChangeTemplate",
    "ChangeType",
    "Check",
    "CheckOutcome",
    "CheckRun",
    "Connection",
    "ConnectionState",
    "Digest",
    "FailedSignIn",
    "FieldChange",
    "Grant",
    "ImprovementAction",
    "InstallGrant",
    "InstallOutcome",
    "InstallStep",
    "InstallWish",
    "Installation",
    "Installed",
    "KindSummary",
    "LeftBehind",
    "PendingSignIn",
    "Person",
    "Place",
    "Priority",
    "RecommendationCategory",
    "RecommendationSource",
    "SecureScore",
    "Share",
    "ShareId",
    "ShareState",
    "Standing",
    "Step",
    "StepName",
    "Ticket",
    "TicketChange",
    "TicketDraft",
    "TicketFilter",
    "TicketKind",
    "UserId",
    "WorkspaceId",
    "type_kept",
]
