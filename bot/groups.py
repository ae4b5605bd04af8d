"""User groups, of one workspace or of an organisation's workspaces."""

import asyncio
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ask
from connector.errors import ProviderRefusedError
from connector.models import UserGroup, UserId, WorkspaceId

_ORGANISATION: Final = "E"
"""How the id of an organisation begins: its token asks of one workspace of it at a time."""
_MOST_TEAMS: Final = 15
"""Slack lists groups twenty times a minute and no more."""
_NO_GROUP: Final = frozenset({"no_such_subteam", "subteam_not_found"})


async def groups_of(client: AsyncWebClient, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
    """List the user groups that are in use, by name.

    Those of an organisation are of its first fifteen workspaces; each is named with its own.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    if workspace.startswith(_ORGANISATION):
        answer = await ask(client.auth_teams_list(limit=_MOST_TEAMS))
        teams: list[dict[str, Any]] = answer.get("teams") or []
        asked = [_of_team(client, str(each["id"]), str(each.get("name") or "")) for each in teams]
        groups = [group for some in await asyncio.gather(*asked) for group in some]
    else:
        groups = await _of_team(client)
    return tuple(sorted(groups, key=lambda each: each.name.casefold()))


async def members_of(client: AsyncWebClient, group: str) -> frozenset[UserId]:
    """Tell who is in a user group; nobody is in one that there is no more.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    team, _, id_ = group.rpartition("/")
    try:
        answer = await ask(client.usergroups_users_list(usergroup=id_, team_id=team or None))
    except ProviderRefusedError as exc:
        if exc.reason in _NO_GROUP:
            return frozenset()
        raise
    return frozenset(UserId(str(each)) for each in answer.get("users") or ())


async def _of_team(client: AsyncWebClient, team: str = "", team_name: str = "") -> list[UserGroup]:
    answer = await ask(client.usergroups_list(include_disabled=False, team_id=team or None))
    found: list[dict[str, Any]] = answer.get("usergroups") or []
    return [
        UserGroup(
            id=f"{team}/{each['id']}" if team else str(each["id"]), name=_name(each, team_name)
        )
        for each in found
        if not each.get("date_delete")
    ]


def _name(known: dict[str, Any], team_name: str) -> str:
    name = str(known.get("name") or known.get("handle") or "")
    return f"{name} ({team_name})" if team_name else name
