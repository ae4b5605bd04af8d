"""The choice lists of a fresh instance: what is stored, and what people read."""

from collections.abc import Mapping
from typing import Final

Choices = Mapping[str, str]

_LEVELS: Final[Choices] = {"1": "1 - High", "2": "2 - Medium", "3": "3 - Low"}
_PRIORITIES: Final[Choices] = {
    "1": "1 - Critical",
    "2": "2 - High",
    "3": "3 - Moderate",
    "4": "4 - Low",
    "5": "5 - Planning",
}
_TASK: Final[Mapping[str, Choices]] = {
    "approval": {
        "not requested": "Not Yet Requested",
        "requested": "Requested",
        "approved": "Approved",
        "rejected": "Rejected",
    },
    "contact_type": {
        "chat": "Chat",
        "email": "Email",
        "phone": "Phone",
        "monitoring": "Monitoring",
        "self-service": "Self-service",
        "virtual_agent": "Virtual Agent",
        "walk-in": "Walk-in",
    },
    "escalation": {"0": "Normal", "1": "Moderate", "2": "High", "3": "Overdue"},
    "impact": _LEVELS,
    "sys_class_name": {
        "incident": "Incident",
        "change_request": "Change Request",
        "task": "Task",
    },
    "upon_approval": {
        "proceed": "Proceed to Next Task",
        "do_nothing": "Wait for a User to Close this task",
    },
    "upon_reject": {"cancel": "Cancel all future Tasks", "goto": "Go to a previous Task"},
    "urgency": _LEVELS,
}
_INCIDENT_STATES: Final[Choices] = {
    "1": "New",
    "2": "In Progress",
    "3": "On Hold",
    "6": "Resolved",
    "7": "Closed",
    "8": "Canceled",
}
_RESOLUTIONS: Final = (
    "Duplicate",
    "Known error",
    "No resolution provided",
    "Resolved by caller",
    "Resolved by change",
    "Resolved by problem",
    "Resolved by request",
    "Solution provided",
    "Workaround provided",
    "User error",
)
_CHANGE_CATEGORIES: Final = (
    "Hardware",
    "Software",
    "Service",
    "System Software",
    "Applications Software",
    "Network",
    "Telecom",
    "Documentation",
    "Other",
)

CHOICES: Final[Mapping[str, Mapping[str, Choices]]] = {
    "task": {
        **_TASK,
        "state": {"1": "Open", "2": "Work in Progress", "3": "Closed Complete"},
        "priority": _PRIORITIES,
    },
    "incident": {
        **_TASK,
        "state": _INCIDENT_STATES,
        "incident_state": _INCIDENT_STATES,
        "priority": _PRIORITIES,
        "severity": _LEVELS,
        "hold_reason": {
            "1": "Awaiting Caller",
            "5": "Awaiting Change",
            "3": "Awaiting Problem",
            "4": "Awaiting Vendor",
        },
        "close_code": {code: code for code in _RESOLUTIONS},
        "category": {
            "inquiry": "Inquiry / Help",
            "software": "Software",
            "hardware": "Hardware",
            "network": "Network",
            "database": "Database",
        },
        "notify": {"1": "Do Not Notify", "2": "Send Email", "3": "Telephone"},
    },
    "change_request": {
        **_TASK,
        "state": {
            "-5": "New",
            "-4": "Assess",
            "-3": "Authorize",
            "-2": "Scheduled",
            "-1": "Implement",
            "0": "Review",
            "3": "Closed",
            "4": "Canceled",
        },
        "type": {"normal": "Normal", "standard": "Standard", "emergency": "Emergency"},
        "priority": {key: label for key, label in _PRIORITIES.items() if key != "5"},
        "risk": {"1": "Very High", "2": "High", "3": "Moderate", "4": "Low"},
        "close_code": {
            "successful": "Successful",
            "successful_issues": "Successful with issues",
            "unsuccessful": "Unsuccessful",
        },
        "category": {name: name for name in _CHANGE_CATEGORIES},
        "phase": {"requested": "Requested", "planned": "Planned", "complete": "Complete"},
        "phase_state": {"open": "Open"},
        "scope": {"1": "Massive", "2": "Large", "3": "Medium", "4": "Small", "5": "Tiny"},
        "conflict_status": {
            "Not Run": "Not Run",
            "No Conflict": "No Conflict",
            "Conflict": "Conflict",
        },
    },
}
"""Table, field, value: label. Category and resolution values are those of a current release."""
