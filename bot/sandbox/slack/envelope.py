"""The outer shapes of what Slack sends an app."""

import json
from typing import Any

from bot.sandbox import accounts
from bot.sandbox.slack.conversations import Conversation
from bot.sandbox.slack.elements import CLICKED, VALUE_KEY, initial_key
from bot.sandbox.slack.errors import Json
from bot.sandbox.slack.escaping import escaped
from bot.sandbox.slack.stamps import random_id
from bot.sandbox.slack.workspace import Workspace

VERIFICATION_TOKEN = "sandbox-verification-token"


def interaction(workspace: Workspace, type_: str, user: str) -> Json:
    """Build what every interaction begins with."""
    account = workspace.people.get(user)
    return {
        "type": type_,
        "user": {
            "id": account.id,
            "username": account.name,
            "name": account.name,
            "team_id": accounts.TEAM_ID,
        },
        "api_app_id": accounts.APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": accounts.TEAM_ID, "domain": accounts.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_of(place: Conversation) -> Json:
    """Name a conversation as interactions do: a private one keeps its name to itself."""
    return {"id": place.id, "name": place.name_for_apps}


def command(workspace: Workspace, user: str, place: Conversation, line: str) -> Json:
    """Build the form of a slash command, without its trigger and response URL."""
    name, _, text = line.strip().partition(" ")
    if any(each.command == name and each.should_escape for each in workspace.settings.commands):
        text = escaped(workspace, user, text)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": accounts.TEAM_ID,
        "team_domain": accounts.TEAM_DOMAIN,
        "channel_id": place.id,
        "channel_name": place.name_for_apps,
        "user_id": user,
        "user_name": workspace.people.get(user).name,
        "command": name,
        "text": text.strip(),
        "api_app_id": accounts.APP_ID,
        "is_enterprise_install": "false",
    }


def event(workspace: Workspace, inner: Json) -> Json:
    """Wrap an event as the Events API delivers it."""
    now = int(workspace.clock())
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": accounts.TEAM_ID,
        "context_team_id": accounts.TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": accounts.APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": random_id("Ev"),
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": accounts.TEAM_ID,
                "user_id": accounts.BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{random_id('')}",
    }


def action(element: Json, block_id: str, entry: Json, action_ts: str) -> Json:
    """Build one entry of ``actions``; ``entry`` is what was chosen or typed."""
    built: Json = {
        "action_id": element["action_id"],
        "block_id": block_id,
        "type": element["type"],
        "action_ts": action_ts,
    }
    if element["type"] in CLICKED:
        return built | _pressed(element, entry)
    key = VALUE_KEY[element["type"]]
    built[key] = entry.get(key)
    kept = ("placeholder", initial_key(key))
    return built | {name: element[name] for name in kept if element.get(name) is not None}


def _pressed(element: Json, entry: Json) -> Json:
    if element["type"] == "overflow":
        return {"selected_option": entry.get("selected_option")}
    return {name: element[name] for name in ("text", "value", "style") if element.get(name)}


def copied(value: Any) -> Any:
    """Copy JSON deeply, so that what was sent stays as it was."""
    return json.loads(json.dumps(value))
