"""Every name that Slack hands back to us: the command, its verbs, and the ids in views."""

from enum import StrEnum
from typing import Final

from connector import errors

COMMAND: Final = errors.COMMAND
SCOPES: Final = ("commands", "chat:write", "chat:write.public", "users:read", "users:read.email")
"""What the bot must be granted, and all it asks for."""


class Verb(StrEnum):
    """The first word after the command."""

    HELP = "help"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    STATUS = "status"
    DOCTOR = "doctor"
    SHARE = "share"
    CREATE = "create"
    TICKETS = "tickets"
    SCORE = "score"
    DIGEST = "digest"


class Callback(StrEnum):
    """A modal's name; those with a form come back as a submission under it."""

    CONNECT_SERVICENOW = "connect_servicenow"
    SIGN_IN = "sign_in"
    CONNECT_MICROSOFT = "connect_microsoft"
    MICROSOFT_CONNECTED = "microsoft_connected"
    CONFIGURATION = "configuration"
    FIND_ACTION = "find_action"
    SHARE_FORM = "share_form"
    CREATE_FORM = "create_form"
    SHARE_TAKEN = "share_taken"
    TICKETS = "tickets"
    PROBLEM = "problem"
    RESEND_FORM = "resend_form"


class Action(StrEnum):
    """A control's name. ``INPUT`` is every form field; its block says which."""

    INPUT = "input"
    FIND = "find_action"
    SHARE = "share_action"
    SIGN_IN = "open_sign_in"
    DISCONNECT = "disconnect"
    OPEN_AGAIN = "open_again"
    HOME_SHARE = "home_share"
    HOME_CREATE = "home_create"
    HOME_TICKETS = "home_tickets"
    HOME_CONFIGURATION = "home_configuration"
    RESEND = "edit_and_resend"


class Block(StrEnum):
    """A form field's name; the connector's errors name their field by the same word."""

    INSTANCE = "instance"
    INTEGRATION_USER = "integration_user"
    TENANT = "tenant"
    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"  # noqa: S105  -- the field's name, not what is typed there
    ACTION = "action"
    KIND = "kind"
    NAME = "name"
    DESCRIPTION = "description"
    PRIORITY = "priority"
    DUE = "due"
    CATEGORY = "category"
