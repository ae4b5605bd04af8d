"""The tables of a fresh instance, as far as tickets and their people need them."""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.servicenow.choices import CHOICES
from bot.sandbox.servicenow.columns import column
from bot.sandbox.servicenow.fields import Table

_TASK: Final = """
parent made_sla watch_list upon_reject sys_updated_on task_effective_number approval_history number
sys_updated_by opened_by user_input sys_created_on sys_domain state route_reason sys_created_by
knowledge order closed_at cmdb_ci delivery_plan contract impact active work_notes_list
business_service priority sys_domain_path time_worked expected_start opened_at business_duration
group_list work_end approval_set work_notes universal_request short_description
correlation_display delivery_task work_start assignment_group additional_assignee_list description
calendar_duration close_notes service_offering sys_class_name closed_by follow_up sys_id
contact_type urgency company reassignment_count activity_due assigned_to comments approval sla_due
comments_and_work_notes due_date sys_mod_count sys_tags escalation upon_approval correlation_id
location
"""
_INCIDENT: Final = """
close_code category caused_by child_incidents hold_reason origin_table resolved_by calendar_stc
business_impact rfc caller_id reopened_time resolved_at subcategory business_stc cause origin_id
notify parent_incident reopened_by incident_state problem_id severity reopen_count
"""
_CHANGE: Final = """
close_code category reason type test_plan cab_delegate requested_by_date phase cab_recommendation
production_system review_date requested_by change_plan implementation_plan end_date
outside_maintenance_schedule std_change_producer_version review_status start_date backout_plan
conflict_status on_hold_task review_comments phase_state cab_date on_hold_reason cab_required scope
justification on_hold conflict_last_run unauthorized risk risk_impact_analysis
"""
_SYSTEM: Final = (
    "sys_id sys_created_on sys_created_by sys_updated_on sys_updated_by sys_mod_count sys_tags "
)
_TASK_DEFAULTS: Final[Mapping[str, str]] = {
    "active": "true",
    "approval": "not requested",
    "escalation": "0",
    "impact": "3",
    "urgency": "3",
    "knowledge": "false",
    "made_sla": "true",
    "reassignment_count": "0",
    "sys_domain": "global",
    "sys_domain_path": "/",
    "sys_mod_count": "0",
    "upon_approval": "proceed",
    "upon_reject": "cancel",
    "state": "1",
    "priority": "4",
}
_INCIDENT_DEFAULTS: Final[Mapping[str, str]] = {
    **_TASK_DEFAULTS,
    "incident_state": "1",
    "priority": "5",
    "severity": "3",
    "category": "inquiry",
    "notify": "1",
    "reopen_count": "0",
    "child_incidents": "0",
}
_CHANGE_DEFAULTS: Final[Mapping[str, str]] = {
    **_TASK_DEFAULTS,
    "state": "-5",
    "type": "normal",
    "phase": "requested",
    "phase_state": "open",
    "risk": "3",
    "scope": "3",
    "category": "Other",
    "conflict_status": "Not Run",
    "cab_required": "false",
    "on_hold": "false",
    "outside_maintenance_schedule": "false",
    "production_system": "false",
    "unauthorized": "false",
}


def _table(name: str, label: str, columns: str, display: str, defaults: Mapping[str, str]) -> Table:
    fields = {each: column(name, each, defaults.get(each, "")) for each in columns.split()}
    return Table(name=name, label=label, fields=fields, display=display)


def _task(name: str, columns: str, prefix: str, defaults: Mapping[str, str]) -> Table:
    made = _table(name, name, columns, "number", {**defaults, "sys_class_name": name})
    label = CHOICES["task"]["sys_class_name"][name]
    children = ("incident", "change_request") if name == "task" else ()
    return Table(
        name=name,
        label=label,
        fields=made.fields,
        display="number",
        prefix=prefix,
        children=children,
    )


_ALIVE: Final = {"active": "true", "sys_mod_count": "0"}
TABLES: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _task("task", _TASK, "TASK", dict(_TASK_DEFAULTS)),
        _task("incident", _TASK + _INCIDENT, "INC", dict(_INCIDENT_DEFAULTS)),
        _task("change_request", _TASK + _CHANGE, "CHG", dict(_CHANGE_DEFAULTS)),
        _table(
            "sys_user",
            "User",
            _SYSTEM + "user_name first_name last_name name email title phone active locked_out "
            "manager company location time_zone date_format time_format preferred_language "
            "web_service_access_only identity_type vip last_login_time",
            "name",
            _ALIVE | {"locked_out": "false", "vip": "false", "web_service_access_only": "false"},
        ),
        _table(
            "sys_user_group",
            "Group",
            _SYSTEM + "name description email manager active parent",
            "name",
            _ALIVE,
        ),
        _table("sys_user_role", "Role", _SYSTEM + "name description", "name", _ALIVE),
        _table(
            "sys_user_has_role",
            "User Role",
            _SYSTEM + "user role state inherited granted_by",
            "role",
            {"state": "active", "inherited": "false", "sys_mod_count": "0"},
        ),
        _table(
            "cmdb_ci",
            "Configuration Item",
            _SYSTEM + "name short_description sys_class_name company location assigned_to",
            "name",
            {"sys_class_name": "cmdb_ci", "sys_mod_count": "0"},
        ),
        _table("core_company", "Company", _SYSTEM + "name street city country", "name", _ALIVE),
        _table("cmn_location", "Location", _SYSTEM + "name street city country", "name", _ALIVE),
        _table("problem", "Problem", _SYSTEM + "number short_description state", "number", _ALIVE),
        _table(
            "oauth_entity",
            "Application Registry",
            _SYSTEM + "name type client_id active public_client redirect_url "
            "access_token_lifespan refresh_token_lifespan oauth_application_user client_secret "
            "default_grant_type comments",
            "name",
            _ALIVE | {"public_client": "false"},
        ),
        _table(
            "std_change_record_producer",
            "Standard Change Template",
            _SYSTEM + "name short_description active template_value",
            "name",
            _ALIVE,
        ),
        _table(
            "dl_u_priority",
            "Priority Data Lookup",
            _SYSTEM + "impact urgency priority order active",
            "priority",
            _ALIVE | {"order": "100"},
        ),
        _table(
            "sys_choice",
            "Choice",
            _SYSTEM + "name element value label sequence language inactive",
            "label",
            {"language": "en", "inactive": "false", "sys_mod_count": "0"},
        ),
        _table(
            "sys_dictionary",
            "Dictionary Entry",
            _SYSTEM + "name element column_label internal_type reference choice max_length active",
            "element",
            _ALIVE,
        ),
        _table(
            "sys_properties",
            "System Property",
            _SYSTEM + "name value description type is_private read_roles write_roles",
            "name",
            {"type": "string", "is_private": "false", "sys_mod_count": "0"},
        ),
        _table(
            "sys_script",
            "Business Rule",
            _SYSTEM + "name collection when order active advanced action_insert action_update "
            "action_delete filter_condition condition script description",
            "name",
            {
                **dict.fromkeys(("action_insert", "action_update", "action_delete"), "false"),
                "active": "true",
                "advanced": "false",
                "when": "before",
                "order": "100",
                "sys_mod_count": "0",
            },
        ),
        _table(
            "sys_rest_message",
            "REST Message",
            _SYSTEM + "name description rest_endpoint authentication_type",
            "name",
            {"authentication_type": "no_authentication", "sys_mod_count": "0"},
        ),
        _table(
            "sys_rest_message_fn",
            "HTTP Method",
            _SYSTEM + "rest_message function_name http_method rest_endpoint authentication_type",
            "function_name",
            {"authentication_type": "inherit_from_parent", "sys_mod_count": "0"},
        ),
        _table(
            "sys_user_preference",
            "User Preference",
            _SYSTEM + "name user value type description system",
            "name",
            {"type": "string", "system": "false", "sys_mod_count": "0"},
        ),
        _table(
            "sys_journal_field",
            "Journal Entry",
            "sys_id sys_created_on sys_created_by name element element_id value sys_tags",
            "value",
            {},
        ),
        _table(
            "sys_attachment",
            "Attachment",
            _SYSTEM + "file_name content_type size_bytes table_name table_sys_id image_height "
            "image_width average_image_color compressed size_compressed state "
            "chunk_size_bytes hash",
            "file_name",
            {
                "compressed": "true",
                "state": "available",
                "chunk_size_bytes": "700000",
                "sys_mod_count": "0",
            },
        ),
    )
}
"""Incident and change request have exactly the fields that real instances answered with."""
