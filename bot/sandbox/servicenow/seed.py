"""The rows a fresh instance starts with: people, roles, registry, properties, old tickets."""

from typing import Final

from bot.sandbox import accounts
from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.choices import CHOICES
from bot.sandbox.servicenow.people import People
from bot.sandbox.servicenow.priority import LOOKUP, priority_of
from bot.sandbox.servicenow.records import Records, Row, fixed_sys_id
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.settings import ServiceNowSettings

ADMIN_SYS_ID: Final = "6816f79cc0a8016401c5a33be04be441"
_DAY: Final = 86_400
_ROLES: Final = (
    "admin",
    "itil",
    "itil_admin",
    "sn_incident_read",
    "sn_incident_write",
    "sn_change_read",
    "sn_change_write",
    "oauth_admin",
    "mi_admin",
)
_GROUPS: Final = ("Service Desk", "Network", "Security Operations", "Change Management")
_SYSTEMS: Final = ("Exchange Online", "Storage Area Network 001", "VPN Gateway")
_PROPERTIES: Final = {
    "instance_name": accounts.INSTANCE_NAME,
    "glide.oauth.state.parameter.required": "true",
}
CLIENT_CREDENTIALS: Final = "glide.oauth.inbound.client.credential.grant_type.enabled"
"""The property that somebody must create before an instance knows that grant."""
_TEMPLATES: Final = (
    (
        "Block legacy sign-ins",
        "Turn legacy authentication off",
        "category=Software^risk=4^implementation_plan=Switch the policy on.^EQ",
    ),
    (
        "Add network switch to datacenter cabinet",
        "Add network switch to cabinet",
        "category=Network^risk=4^EQ",
    ),
)
_INCIDENTS: Final = (
    ("Unable to connect to email", "7", "2", "2", "software", 40),
    ("VPN drops every half hour", "2", "2", "1", "network", 6),
    ("Printer on floor 3 prints blank pages", "1", "3", "3", "hardware", 2),
)
_CHANGES: Final = (
    ("Roll back the database version", "3", "4", "Software", 30),
    ("Replace the edge firewall", "-3", "2", "Network", 5),
)


def seed(records: Records, people: People, settings: ServiceNowSettings) -> None:
    """Fill an empty instance."""
    sower = _Sower(records, times.stored(settings.clock() - 400 * _DAY))
    for role in _ROLES:
        sower.add("sys_user_role", role, name=role)
    for group in _GROUPS:
        sower.add("sys_user_group", group, name=group)
    for system in _SYSTEMS:
        sower.add("cmdb_ci", system, name=system)
    for account in accounts.SERVICENOW_ACCOUNTS:
        if account is not accounts.INTEGRATION_USER or not settings.bare:
            _add_user(sower, account, settings.time_zone)
            people.passwords[account.user_name] = account.password
    _add_choices(sower)
    _add_properties(sower, _PROPERTIES | _build(settings.release))
    if not settings.bare:
        _add_registry(sower, settings)
    _add_priorities(sower, settings)
    _add_templates(sower)
    if settings.demo_records:
        _add_tickets(sower, settings)


def _add_templates(sower: "_Sower") -> None:
    for name, title, fixed in _TEMPLATES:
        words = {"name": name, "short_description": title, "template_value": fixed}
        sower.add("std_change_record_producer", name, **words)


def _add_properties(sower: "_Sower", values: dict[str, str]) -> None:
    for name, value in values.items():
        sower.add("sys_properties", name, name=name, value=value)


def _build(release: str) -> dict[str, str]:
    word = release.replace(" ", "").lower()
    war = f"glide-{word}-02-11-2026__patch3-05-25-2026_05-30-2026_1204.zip"
    return {"glide.war": war, "glide.buildname": release}


class _Sower:
    def __init__(self, records: Records, at: str) -> None:
        self.records = records
        self.at = at

    def add(self, table: str, key: str, **values: str) -> Row:
        stamps = {
            "sys_id": fixed_sys_id(table, key),
            "sys_created_on": self.at,
            "sys_created_by": "admin",
            "sys_updated_on": self.at,
            "sys_updated_by": "admin",
        }
        row = TABLES[table].defaults | stamps | values
        self.records.add(table, row)
        return row


def user_sys_id(user_name: str) -> str:
    """Tell the ``sys_id`` of a seeded user."""
    return ADMIN_SYS_ID if user_name == "admin" else fixed_sys_id("sys_user", user_name)


def _add_user(sower: _Sower, account: accounts.ServiceNowAccount, time_zone: str) -> None:
    machine = account is accounts.INTEGRATION_USER
    sower.add(
        "sys_user",
        account.user_name,
        sys_id=user_sys_id(account.user_name),
        user_name=account.user_name,
        first_name=account.first_name,
        last_name=account.last_name,
        name=f"{account.first_name} {account.last_name}",
        email=account.email,
        time_zone=time_zone,
        identity_type="machine" if machine else "human",
    )
    for role in account.roles:
        sower.add(
            "sys_user_has_role",
            f"{account.user_name}/{role}",
            user=user_sys_id(account.user_name),
            role=fixed_sys_id("sys_user_role", role),
        )


def _add_registry(sower: _Sower, settings: ServiceNowSettings) -> None:
    if settings.client_credentials:
        _add_properties(sower, {CLIENT_CREDENTIALS: "true"})
    acts_as = settings.application_user
    for client_id, secret, public in (
        (accounts.SERVICENOW_CLIENT_ID, accounts.SERVICENOW_CLIENT_SECRET, "false"),
        (accounts.SERVICENOW_PUBLIC_CLIENT_ID, "", "true"),
    ):
        sower.add(
            "oauth_entity",
            client_id,
            name="Snowline" + (" (public)" if public == "true" else ""),
            type="client",
            client_id=client_id,
            client_secret=secret,
            public_client=public,
            redirect_url=",".join(settings.redirect_uris),
            access_token_lifespan=str(settings.token_seconds),
            refresh_token_lifespan=str(settings.refresh_seconds),
            oauth_application_user=user_sys_id(acts_as) if acts_as else "",
        )


def _add_priorities(sower: _Sower, settings: ServiceNowSettings) -> None:
    for (impact, urgency), priority in settings.priorities.items():
        pair = {"impact": impact, "urgency": urgency}
        sower.add(LOOKUP, f"{impact}/{urgency}", **pair, priority=priority)


def _add_choices(sower: _Sower) -> None:
    for table, elements in CHOICES.items():
        for element, labels in elements.items():
            for sequence, (value, label) in enumerate(labels.items()):
                sower.add(
                    "sys_choice",
                    f"{table}/{element}/{value}",
                    name=table,
                    element=element,
                    value=value,
                    label=label,
                    sequence=str(sequence),
                )


def _add_tickets(sower: _Sower, settings: ServiceNowSettings) -> None:
    now = settings.clock()
    beth, mia = user_sys_id("beth.anglin"), user_sys_id("mia.member")
    for index, (name, state, impact, urgency, category, days) in enumerate(_INCIDENTS, 40):
        sower.at = times.stored(now - days * _DAY)
        done = {"active": "false", "close_code": "Solution provided", "resolved_by": beth}
        sower.add(
            "incident",
            name,
            **_numbered(f"INC{index:07d}", name, sower.at),
            state=state,
            incident_state=state,
            impact=impact,
            urgency=urgency,
            priority=priority_of(impact, urgency, settings.priorities),
            category=category,
            caller_id=mia,
            assigned_to=beth if state != "1" else "",
            assignment_group=fixed_sys_id("sys_user_group", "Service Desk"),
            **(done | _closing(sower.at) if state == "7" else {}),
        )
    for index, (name, state, priority, category, days) in enumerate(_CHANGES, 1):
        sower.at = times.stored(now - days * _DAY)
        done = {"active": "false", "close_code": "successful"}
        sower.add(
            "change_request",
            name,
            **_numbered(f"CHG{index:07d}", name, sower.at),
            state=state,
            priority=priority,
            category=category,
            approval="approved" if state == "3" else "requested",
            requested_by=mia,
            assigned_to=beth,
            assignment_group=fixed_sys_id("sys_user_group", "Change Management"),
            **(done | _closing(sower.at) if state == "3" else {}),
        )


def _numbered(number: str, name: str, at: str) -> Row:
    return {
        "number": number,
        "task_effective_number": number,
        "short_description": name,
        "opened_at": at,
        "opened_by": ADMIN_SYS_ID,
    }


def _closing(at: str) -> Row:
    return {"close_notes": "Done and checked.", "closed_at": at, "closed_by": ADMIN_SYS_ID}
