"""More than one workspace: who they are, and how what concerns one is written.

Inside, every workspace calls itself what the first one is called, as if it were alone; what
crosses its border names the workspace that it is.
"""

from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox import accounts
from bot.sandbox.slack.errors import Json


@dataclass(frozen=True, slots=True)
class Organisation:
    """An Enterprise Grid organisation."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace, alone or in an organisation."""

    id: str
    name: str
    domain: str
    organisation: Organisation | None = None


GRID: Final = Organisation("E0WINDS", "All Winds")
HOME: Final = Team(accounts.TEAM_ID, accounts.TEAM_NAME, accounts.TEAM_DOMAIN)
SOUTH: Final = Team("T0SOUTHWIND", "Southwind", "southwind")
EAST: Final = Team("T0EASTWIND", "Eastwind", "eastwind", GRID)
WEST: Final = Team("T0WESTWIND", "Westwind", "westwind", GRID)
TEAMS: Final = (HOME, SOUTH, EAST, WEST)


def named(team: Team, value: Any) -> Any:
    """Put the id, name and domain of ``team`` where the first workspace's stand.

    An id is known by itself, a name only beside it: a person may type the very same word.
    """
    match value:
        case _ if team == HOME:
            return value
        case dict():
            inner = {key: named(team, each) for key, each in value.items()}
            return inner | _words(team, value)
        case list():
            return [named(team, each) for each in value]
        case _:
            return team.id if value == HOME.id else value


def _words(team: Team, value: Json) -> Json:
    names = {"team_domain": team.domain} if "team_domain" in value else {}
    if value.get("id") == HOME.id:
        names |= {"name": team.name, "domain": team.domain}
    elif value.get("team_id") == HOME.id and value.get("team") == HOME.name:
        names |= {"team": team.name}
    return {key: word for key, word in names.items() if key in value}


def addressed(team: Team, payload: Json, *, org_wide: bool) -> Json:
    """Write a delivery as it concerns ``team``, installed for itself or with its organisation."""
    told: Json = named(team, payload)
    if team.organisation is None:
        return told
    grid = team.organisation
    if "enterprise" in told:
        told |= {"enterprise": {"id": grid.id, "name": grid.name}}
    else:
        told |= {"enterprise_id": grid.id}
    if "command" in told:
        # A form has no booleans.
        return told | {
            "enterprise_name": grid.name,
            "is_enterprise_install": "true" if org_wide else "false",
        }
    if "authorizations" in told:
        first = told["authorizations"][0]
        who = first | {"enterprise_id": grid.id, "is_enterprise_install": org_wide}
        return told | {"authorizations": [who], "context_enterprise_id": grid.id}
    return told | {"is_enterprise_install": org_wide}
