"""How a sandbox workspace behaves."""

from dataclasses import dataclass
from typing import Final

ALL_SCOPES: Final = (
    "commands",
    "chat:write",
    "chat:write.public",
    "users:read",
    "users:read.email",
    "channels:read",
    "channels:history",
    "groups:read",
    "groups:history",
    "im:read",
    "im:write",
    "im:history",
    "team:read",
    "files:read",
    "links:read",
    "links:write",
    "usergroups:read",
)
EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "entity_details_requested",
    "link_shared",
    "message.im",
)
"""The subscriptions this Slack can serve."""

UNFURL_DOMAINS: Final = ("service-now.com", "security.microsoft.com")


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A slash command of the installed app, as its manifest describes it."""

    command: str
    hint: str = ""
    description: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the installed app, as its manifest describes it: on messages or global."""

    callback_id: str
    name: str
    type: str = "message"


SHORTCUTS: Final = (
    Shortcut("attach_file", "Attach to a ticket"),
    Shortcut("ticket_from_message", "Ticket from this message"),
    Shortcut("share_shortcut", "Share to ServiceNow", "global"),
    Shortcut("create_shortcut", "Create a ticket", "global"),
)
SNOW: Final = SlashCommand(
    "/snow",
    "share [words] | create | score | tickets | ticket NUMBER | digest now | follow NUMBER | mute"
    " | notifications | status | connect"
    " | setup | doctor | settings | previews | disconnect | help",
    "Secure Score actions as ServiceNow tickets",
    should_escape=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """Where the bot is and how strict this Slack is. Durations are in seconds.

    ``request_url`` takes commands, interactions, options and events; without one they go
    over Socket Mode. ``events`` are the app's subscriptions; ``retry_delays`` are the pauses
    before an undelivered event is sent again (Slack's own are 0, 60 and 300). In an app's
    ``read_only`` Messages tab nobody but the app writes. The app hears of links to its
    ``unfurl_domains`` and shows them as ``entity_types``, unless ``work_objects`` are not on.
    With ``token_seconds`` the tokens of new installations end after that time and are renewed;
    Slack's own are 43,200.
    """

    request_url: str | None = None
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    servicenow_url: str | None = None
    rate_limits: bool = False
    commands: tuple[SlashCommand, ...] = (SNOW,)
    shortcuts: tuple[Shortcut, ...] = SHORTCUTS
    scopes: tuple[str, ...] = ALL_SCOPES
    events: tuple[str, ...] = ("app_home_opened", "entity_details_requested", "link_shared")
    unfurl_domains: tuple[str, ...] = UNFURL_DOMAINS
    entity_types: tuple[str, ...] = ("slack#/entities/task", "slack#/entities/incident")
    work_objects: bool = True
    read_only: bool = True
    retry_delays: tuple[float, ...] = (1.0, 2.0, 4.0)
    token_seconds: float | None = None


EVERY_SCOPE: Final = (
    *ALL_SCOPES,
    "channels:join",
    "channels:manage",
    "groups:write",
    "mpim:read",
    "mpim:write",
    "mpim:history",
    "files:write",
    "reactions:read",
    "reactions:write",
    "pins:read",
    "pins:write",
    "usergroups:read",
    "users.profile:read",
    "dnd:read",
    "emoji:read",
)
"""What this Slack can be asked for by an app of somebody else's."""
