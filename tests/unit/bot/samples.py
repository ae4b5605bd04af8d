"""Domain objects to show: ordinary ones, and the same with any field replaced."""

from datetime import UTC, date, datetime, timedelta

from connector.announcer import Card
from connector.errors import Provider
from connector.models import (
    Connection,
    ConnectionState,
    Digest,
    FieldChange,
    ImprovementAction,
    KindSummary,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    SecureScore,
    Share,
    ShareId,
    ShareState,
    Ticket,
    TicketChange,
    TicketDraft,
    TicketKind,
    UserId,
    WorkspaceId,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
ACME = WorkspaceId("T0ACME")
ADA = UserId("U0ADA")
CHANNEL = "C0SECURITY"
REDIRECT = "https://snowline.example.com/oauth/servicenow/callback"
HOST = "acme.service-now.com"
LINK = f"https://{HOST}/nav_to.do?uri=incident.do%3Fsys_id%3D{'a' * 32}"
DEEP_LINK = "https://security.microsoft.com/securescore?viewid=actions&actionId=AdminMFAV2"


def action(**changes):
    ordinary = {
        "id": "AdminMFAV2",
        "title": "Require MFA for administrative roles",
        "category": RecommendationCategory.IDENTITY,
        "service": "AAD",
        "score": 1.0,
        "max_score": 10.0,
        "rank": 1,
        "state": "Default",
        "remediation": "Turn on the policy.\nThen watch the sign-ins.",
        "remediation_impact": "Admins need a second factor.",
        "user_impact": "Low",
        "implementation_cost": "Moderate",
        "action_url": "https://entra.microsoft.com",
        "deep_link": DEEP_LINK,
    }
    return ImprovementAction(**ordinary | changes)


def score(count=3, **changes):
    actions = tuple(
        action(id=f"action{index}", title=f"Action {index}", rank=index) for index in range(count)
    )
    ordinary = {
        "tenant": "0b1c2d3e",
        "day": date(2026, 11, 23),
        "read_at": NOW - timedelta(minutes=5),
        "current": 128.0,
        "maximum": 274.0,
        "profiles": 429,
        "actions": actions,
    }
    return SecureScore(**ordinary | changes)


def draft(**changes):
    ordinary = {
        "kind": TicketKind.INCIDENT,
        "name": "Require MFA for administrative roles",
        "description": "Turn on the policy.",
        "priority": Priority.HIGH,
        "due": date(2026, 12, 31),
        "source": RecommendationSource.MICROSOFT,
        "category": RecommendationCategory.IDENTITY,
        "requester": ADA,
        "requester_name": "Ada Admin",
        "action_id": "AdminMFAV2",
        "action_link": DEEP_LINK,
        "gain": 9.0,
    }
    return TicketDraft(**ordinary | changes)


def share(**changes):
    ordinary = {
        "id": ShareId("5" * 32),
        "workspace": ACME,
        "state": ShareState.RECEIVED,
        "draft": draft(),
        "destination": CHANNEL,
        "instance": HOST,
        "sys_id": "a" * 32,
        "correlation_id": "snowline-1",
        "requested_at": NOW - timedelta(minutes=3),
    }
    return Share(**ordinary | changes)


def ticket(**changes):
    ordinary = {
        "workspace": ACME,
        "share": ShareId("5" * 32),
        "kind": TicketKind.INCIDENT,
        "instance": HOST,
        "sys_id": "a" * 32,
        "number": "INC0010001",
        "link": LINK,
        "name": "Require MFA for administrative roles",
        "state": "2",
        "state_label": "In Progress",
        "priority": "2",
        "priority_label": "2 - High",
        "due": date(2026, 12, 31),
        "assigned_to": "Beth Anglin",
        "is_open": True,
        "created_at": NOW - timedelta(days=2),
        "updated_at": NOW - timedelta(hours=1),
        "read_at": NOW,
        "requester": ADA,
        "requester_name": "Ada Admin",
        "category": RecommendationCategory.IDENTITY,
        "source": RecommendationSource.MICROSOFT,
        "action_id": "AdminMFAV2",
        "action_link": DEEP_LINK,
        "gain": 9.0,
        "place": None,
    }
    return Ticket(**ordinary | changes)


def card(of_ticket=None, **changes):
    return Card(share=share(**changes), ticket=of_ticket)


def change(*fields, **changes):
    ordinary = {
        "id": 1,
        "ticket": ShareId("5" * 32),
        "number": "INC0010001",
        "at": NOW,
        "by": "beth.anglin",
        "fields": fields or (FieldChange(field="State", before="New", after="In Progress"),),
    }
    return TicketChange(**ordinary | changes)


def connection(**changes):
    ordinary = {
        "workspace": ACME,
        "provider": Provider.SERVICENOW,
        "remote": HOST,
        "identity": "snowline.integration",
        "state": ConnectionState.CONNECTED,
        "connected_by": ADA,
        "connected_at": NOW - timedelta(days=3),
        "last_success_at": NOW - timedelta(minutes=1),
    }
    return Connection(**ordinary | changes)


def microsoft(**changes):
    ordinary = {"provider": Provider.MICROSOFT, "remote": "0b1c2d3e-4f50", "identity": "5a0c1e2d"}
    return connection(**ordinary | changes)


def digest(**changes):
    ordinary = {
        "workspace": ACME,
        "conversation": CHANNEL,
        "at": NOW,
        "since": NOW - timedelta(days=7),
        "requested_by": ADA,
        "kinds": (
            KindSummary(kind=TicketKind.INCIDENT, states=(("New", 1), ("In Progress", 2))),
            KindSummary(kind=TicketKind.CHANGE_REQUEST, states=()),
        ),
        "created": (ticket(),),
        "changed": ((ticket(), change()),),
        "overdue": (),
        "elsewhere": 0,
        "score": score(),
        "connections": (connection(), microsoft()),
    }
    return Digest(**ordinary | changes)
