"""Every name that Slack hands back to us: the command, its verbs, and the ids in views."""

from enum import StrEnum
from typing import Final

from connector import errors

COMMAND: Final = errors.COMMAND
SCOPES: Final = (
    "commands",
    "chat:write",
    "chat:write.public",
    "users:read",
    "users:read.email",
    "files:read",
    "links:read",
    "links:write",
    "usergroups:read",
    "channels:read",
    "groups:read",
)
"""What the bot must be granted, and all it asks for."""
EVENTS: Final = (
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "team_access_granted",
    "team_access_revoked",
    "entity_details_requested",
    "link_shared",
)
"""What the bot must hear of, and all it listens to."""
UNFURL_DOMAINS: Final = ("service-now.com", "security.microsoft.com")
"""Whose links Slack tells the bot of; Slack takes five at most."""
ENTITY_TYPES: Final = ("slack#/entities/task", "slack#/entities/incident")
"""What links are shown as: a change request or an improvement action, and an incident."""


class Verb(StrEnum):
    """The first word after the command."""

    HELP = "help"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    SETUP = "setup"
    STATUS = "status"
    DOCTOR = "doctor"
    SHARE = "share"
    CREATE = "create"
    TICKETS = "tickets"
    TICKET = "ticket"
    SCORE = "score"
    DIGEST = "digest"
    SETTINGS = "settings"
    NOTIFICATIONS = "notifications"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    MUTE = "mute"
    UNMUTE = "unmute"
    PREVIEWS = "previews"


class Callback(StrEnum):
    """A modal's name; those with a form come back as a submission under it."""

    CONNECT_SERVICENOW = "connect_servicenow"
    SIGN_IN = "sign_in"
    SERVICENOW_CONNECTED = "servicenow_connected"
    MOVE = "move"
    SETUP = "setup"
    CONNECT_MICROSOFT = "connect_microsoft"
    MICROSOFT_CONNECTED = "microsoft_connected"
    CONFIGURATION = "configuration"
    FIND_ACTION = "find_action"
    SHARE_FORM = "share_form"
    CREATE_FORM = "create_form"
    SHARE_TAKEN = "share_taken"
    TICKETS = "tickets"
    PROBLEM = "problem"
    SETTINGS = "settings"
    RULE_FORM = "rule_form"
    STATES_FORM = "states_form"
    TEST_RECORD = "test_record"
    ACT_FORM = "act_form"
    ACT_OUTCOME = "act_outcome"
    ATTACH_FILE = "attach_file"
    ATTACH_FORM = "attach_form"
    RESEND_FORM = "resend_form"
    NOTIFICATIONS = "notifications"
    ENTITY_EDIT = "work-object-edit"  # the name that Slack gives it
    SHARED_BEFORE = "shared_before"
    BULK_FORM = "bulk_form"
    BULK_TAKEN = "bulk_taken"
    SHARE_SHORTCUT = "share_shortcut"
    CREATE_SHORTCUT = "create_shortcut"
    MESSAGE_SHORTCUT = "ticket_from_message"
    RIGHTS_FORM = "rights_form"
    DEFAULTS_FORM = "defaults_form"
    ACCESS_REQUESTED = "access_requested"


class Action(StrEnum):
    """A control's name. ``INPUT`` is every form field; its block says which."""

    INPUT = "input"
    FIND = "find_action"
    FIND_TEMPLATE = "find_template"
    SHARE = "share_action"
    SIGN_IN = "open_sign_in"
    DISCONNECT = "disconnect"
    OPEN_AGAIN = "open_again"
    HOME_SHARE = "home_share"
    HOME_CREATE = "home_create"
    HOME_TICKETS = "home_tickets"
    HOME_CONFIGURATION = "home_configuration"
    SETUP = "setup"
    SETUP_CHECK = "setup_check"
    SETTINGS = "open_settings"
    RULE_ADD = "add_rule"
    RULE_REMOVE = "remove_rule"
    RULE_COLUMN = "rule_column"
    RULE_GROUP = "rule_group"
    STATES = "open_states"
    TEST_RECORD = "make_test_record"
    ACT_COMMENT = "act_comment"
    ACT_STATE = "act_state"
    ACT_ASSIGN_TO_ME = "act_assign_to_me"
    ACT_DUE = "act_due"
    ACT_MORE = "act_more"
    ACT_STATE_CHOSEN = "act_state_chosen"
    ACT_PERSON = "act_person"
    ACT_GROUP = "act_group"
    ACT_EDIT = "act_edit"
    ACT_TICKET = "act_ticket"
    ATTACH_AGAIN = "attach_again"
    RESEND = "edit_and_resend"
    OPEN_SERVICENOW = "open_in_servicenow"
    OPEN_DEFENDER = "open_in_defender"
    NOTIFICATIONS = "open_notifications"
    FOLLOW = "follow_ticket"
    UNFOLLOW = "unfollow_ticket"
    UNFOLLOW_LISTED = "unfollow_listed"
    FOLLOWED_PAGE = "turn_followed"
    CHANNEL_TOLD = "channel_told"
    CHANNEL_BROADCASTS = "channel_broadcasts"
    LIST_WHICH = "list_which"
    LIST_KIND = "list_kind"
    LIST_STATE = "list_state"
    LIST_PRIORITY = "list_priority"
    LIST_NEXT = "list_next"
    LIST_PREVIOUS = "list_previous"
    SHARE_ANEW = "share_anew"
    SHARE_UPDATE = "share_update"
    SHARE_MANY = "share_many"
    FIND_MANY = "find_many"
    ACCESS_REQUEST = "request_access"
    ACCESS_ALLOW = "allow_access"
    ACCESS_DECLINE = "decline_access"
    RIGHTS = "open_rights"
    RIGHT_GROUPS = "right_groups"
    DEFAULTS = "open_defaults"


class Block(StrEnum):
    """A form field's name; the connector's errors name their field by the same word."""

    GRANT = "grant"
    INSTANCE = "instance"
    INTEGRATION_USER = "integration_user"
    TENANT = "tenant"
    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"  # noqa: S105  -- the field's name, not what is typed there
    FORMER_TICKETS = "former_tickets"
    ACTION = "action"
    KIND = "kind"
    CHANGE_TYPE = "change_type"
    TEMPLATE = "template"
    PLANNED_START = "planned_start"
    PLANNED_END = "planned_end"
    NAME = "name"
    DESCRIPTION = "description"
    PRIORITY = "priority"
    DUE = "due"
    CATEGORY = "category"
    COLUMN = "column"
    SOURCE = "source"
    FIXED_CHOICE = "fixed_choice"
    FIXED = "fixed"
    GROUP = "group"
    STATE_NAME = "state_name"
    STATE_MEANING = "state_meaning"
    SAID = "said"
    STATE = "state"
    HOLD_REASON = "hold_reason"
    CLOSE_CODE = "close_code"
    CLOSE_NOTES = "close_notes"
    PERSON = "person"
    TICKET = "ticket"
    FILE = "file"
    ASKED_NEWS = "asked_news"
    FOLLOWED_NEWS = "followed_news"
    OUTCOMES = "outcomes"
    LIST_FILTERS = "list_filters"
    ACTIONS = "actions"
    MODE = "mode"
    AGAIN = "again"
    CHANNEL = "channel"
    RIGHT_FOR = "right_for"
    RIGHT_USERS = "right_users"
    RIGHT_GROUPS = "right_groups"
    APPROVERS = "approvers"
    DUE_RULE = "due_rule"
    DUE_DAYS = "due_days"
