"""What is known of columns by their name: kind, target, label, length, who fills them in."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.servicenow.choices import CHOICES
from bot.sandbox.servicenow.fields import Field, Kind

_REFERENCES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "opened_by",
            "closed_by",
            "resolved_by",
            "reopened_by",
            "caller_id",
            "assigned_to",
            "requested_by",
            "cab_delegate",
            "manager",
            "user",
            "oauth_application_user",
        ),
        "sys_user",
    ),
    "assignment_group": "sys_user_group",
    "sys_domain": "sys_user_group",
    "cmdb_ci": "cmdb_ci",
    "business_service": "cmdb_ci",
    "service_offering": "cmdb_ci",
    "parent": "task",
    "parent_incident": "incident",
    "rfc": "change_request",
    "caused_by": "change_request",
    "problem_id": "problem",
    "company": "core_company",
    "location": "cmn_location",
    "role": "sys_user_role",
    "granted_by": "sys_user_group",
}
_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(
        (
            "sys_created_on",
            "sys_updated_on",
            "opened_at",
            "closed_at",
            "resolved_at",
            "reopened_time",
            "due_date",
            "sla_due",
            "activity_due",
            "follow_up",
            "expected_start",
            "work_start",
            "work_end",
            "start_date",
            "end_date",
            "requested_by_date",
            "cab_date",
            "review_date",
            "conflict_last_run",
            "approval_set",
            "last_login_time",
        ),
        Kind.DATETIME,
    ),
    **dict.fromkeys(
        (
            "sys_mod_count",
            "reassignment_count",
            "reopen_count",
            "child_incidents",
            "calendar_stc",
            "business_stc",
            "order",
            "sequence",
            "size_bytes",
        ),
        Kind.INTEGER,
    ),
    **dict.fromkeys(
        (
            "active",
            "made_sla",
            "knowledge",
            "production_system",
            "outside_maintenance_schedule",
            "cab_required",
            "on_hold",
            "unauthorized",
            "locked_out",
            "web_service_access_only",
            "vip",
            "inherited",
            "inactive",
            "public_client",
            "action_insert",
            "action_update",
            "action_delete",
            "advanced",
            "is_private",
        ),
        Kind.BOOLEAN,
    ),
    **dict.fromkeys(("calendar_duration", "business_duration", "time_worked"), Kind.DURATION),
    **dict.fromkeys(("comments", "work_notes", "comments_and_work_notes"), Kind.JOURNAL),
    "client_secret": Kind.PASSWORD,
}
_GIVEN_WORDS: Final = """
sys_id sys_created_on sys_created_by sys_updated_on sys_updated_by sys_mod_count sys_domain
sys_domain_path sys_class_name number task_effective_number opened_by opened_at approval_history
comments_and_work_notes calendar_stc business_stc reassignment_count reopen_count
child_incidents
"""
_GIVEN: Final = frozenset(_GIVEN_WORDS.split())
"""Given by the instance; what a client says about them is dropped."""
_LENGTHS: Final[Mapping[str, int]] = {
    "short_description": 160,
    "description": 4000,
    "close_notes": 4000,
    "correlation_id": 100,
    "correlation_display": 100,
    "comments": 4000,
    "work_notes": 4000,
    "value": 4000,
    "template_value": 4000,
    "filter_condition": 4000,
    "script": 65536,
    "justification": 4000,
    "implementation_plan": 4000,
    "backout_plan": 4000,
    "test_plan": 4000,
    "risk_impact_analysis": 4000,
}
_LABELS: Final[Mapping[str, str]] = {
    "caller_id": "Caller",
    "cmdb_ci": "Configuration item",
    "comments": "Additional comments",
    "work_notes": "Work notes",
    "comments_and_work_notes": "Comments and Work notes",
    "hold_reason": "On hold reason",
    "sys_created_on": "Created",
    "sys_created_by": "Created by",
    "sys_updated_on": "Updated",
    "sys_updated_by": "Updated by",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "resolved_at": "Resolved",
    "correlation_id": "Correlation ID",
    "correlation_display": "Correlation display",
    "close_notes": "Close notes",
    "user_name": "User ID",
}


def column(table: str, name: str, default: str) -> Field:
    """Describe a column of a table."""
    target = _REFERENCES.get(name, "")
    label = _LABELS.get(name, name.removeprefix("sys_").replace("_", " ").capitalize())
    if (table, name) == ("incident", "close_code"):
        label = "Resolution code"
    return Field(
        name=name,
        label=label,
        kind=Kind.REFERENCE if target else _KINDS.get(name, Kind.STRING),
        target=target,
        choices=CHOICES.get(table, {}).get(name, {}),
        default=default,
        length=32 if target else _LENGTHS.get(name, 255),
        read_only=name in _GIVEN,
    )
