"""The sandbox's fixed accounts: who exists, with which passwords, ids and secrets.

All of them are published on purpose: they open nothing but this machine's own sandbox.
"""

from dataclasses import dataclass
from typing import Final

SLACK_PORT: Final = 4410
SERVICENOW_PORT: Final = 4411
MICROSOFT_PORT: Final = 4412
BOT_PORT: Final = 4413

TEAM_ID: Final = "T0SNOWLINE"
TEAM_NAME: Final = "Northwind"
TEAM_DOMAIN: Final = "northwind"
APP_ID: Final = "A0SNOWLINE"
BOT_ID: Final = "B0SNOWLINE"
BOT_USER_ID: Final = "U0SNOWLINE"
BOT_NAME: Final = "Snowline"
BOT_TOKEN: Final = "xoxb-sandbox-bot-token"
APP_TOKEN: Final = "xapp-sandbox-app-token"
SLACK_CLIENT_ID: Final = "4410441044.4413441344"
SLACK_CLIENT_SECRET: Final = "sandbox-slack-secret"
SIGNING_SECRET: Final = "sandbox-signing-secret"


@dataclass(frozen=True, slots=True)
class SlackAccount:
    """A person of the sandbox's workspace, a guest of it, or somebody of another one."""

    id: str
    name: str
    real_name: str
    email: str
    is_admin: bool = False
    is_owner: bool = False
    is_email_confirmed: bool = True
    is_guest: bool = False
    is_stranger: bool = False
    locale: str = "en-US"


LOCALES: Final = ("en-US", "en-GB", "fr-FR")
"""The languages that the page offers."""
ADA: Final = SlackAccount("U0ADA", "ada", "Ada Admin", "ada@northwind.example", is_admin=True)
OLE: Final = SlackAccount("U0OLE", "ole", "Ole Owner", "ole@northwind.example", is_owner=True)
MIA: Final = SlackAccount("U0MIA", "mia", "Mia Member", "mia@northwind.example")
NED: Final = SlackAccount(
    "U0NED", "ned", "Ned Newcomer", "ned@northwind.example", is_email_confirmed=False
)
SLACK_ACCOUNTS: Final = (ADA, OLE, MIA, NED)
GUS: Final = SlackAccount("U0GUS", "gus", "Gus Guest", "gus@contoso.example", is_guest=True)
EVE: Final = SlackAccount("U0EVE", "eve", "Eve External", "eve@contoso.example", is_stranger=True)
VISITORS: Final = (GUS, EVE)
OTHER_TEAM_ID: Final = "T0CONTOSO"
"""The workspace that strangers belong to."""


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A conversation of the sandbox's workspace; ``members`` are user ids."""

    id: str
    name: str
    members: tuple[str, ...]
    is_private: bool = False
    is_shared: bool = False


EVERYONE: Final = tuple(account.id for account in SLACK_ACCOUNTS)
SECURITY: Final = SlackChannel("C0SECURITY", "security", (*EVERYONE, BOT_USER_ID))
GENERAL: Final = SlackChannel("C0GENERAL", "general", EVERYONE)
IT_OPS: Final = SlackChannel("C0ITOPS", "it-ops", EVERYONE)
BOARD: Final = SlackChannel("C0BOARD", "board-private", (ADA.id, OLE.id), is_private=True)
CONTOSO: Final = SlackChannel(
    "C0CONTOSO",
    "with-contoso",
    (ADA.id, MIA.id, *(each.id for each in VISITORS), BOT_USER_ID),
    is_shared=True,
)
SLACK_CHANNELS: Final = (SECURITY, GENERAL, IT_OPS, BOARD, CONTOSO)


@dataclass(frozen=True, slots=True)
class SlackUserGroup:
    """A user group of the sandbox's workspace."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


USER_GROUPS: Final = (
    SlackUserGroup("S0SECURITY", "security-team", "Security team", (OLE.id, MIA.id)),
    SlackUserGroup("S0HELPDESK", "help-desk", "Help desk", (NED.id,)),
)

INSTANCE_HOST: Final = "northwind.service-now.com"
INSTANCE_NAME: Final = "northwind"
SERVICENOW_CLIENT_ID: Final = "sandbox-servicenow-client"
SERVICENOW_CLIENT_SECRET: Final = "sandbox-servicenow-secret"
SERVICENOW_PUBLIC_CLIENT_ID: Final = "sandbox-servicenow-public"


@dataclass(frozen=True, slots=True)
class ServiceNowAccount:
    """A user of the sandbox's ServiceNow; ``user_name`` signs in with ``password``."""

    user_name: str
    password: str
    first_name: str
    last_name: str
    email: str
    roles: tuple[str, ...] = ()


INTEGRATION_USER: Final = ServiceNowAccount(
    "snowline.integration",
    "integration",
    "Snowline",
    "Integration",
    "snowline@northwind.example",
    ("itil", "sn_change_write"),
)
SERVICENOW_ACCOUNTS: Final = (
    ServiceNowAccount("admin", "admin", "System", "Administrator", "admin@example.com", ("admin",)),
    INTEGRATION_USER,
    ServiceNowAccount("ada.admin", "ada", "Ada", "Admin", ADA.email, ("itil",)),
    ServiceNowAccount("mia.member", "mia", "Mia", "Member", MIA.email),
    ServiceNowAccount("beth.anglin", "beth", "Beth", "Anglin", "beth@northwind.example", ("itil",)),
)

TENANT_ID: Final = "0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9"
MICROSOFT_CLIENT_ID: Final = "5a0c1e2d-3b4f-4a69-8778-9a0b1c2d3e4f"
MICROSOFT_CLIENT_SECRET: Final = "sandbox-microsoft-secret"
