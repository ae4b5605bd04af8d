"""All workspaces of this Slack, by team and by token, and what happens to the app in them."""

from dataclasses import dataclass
from typing import Self

from bot.sandbox import accounts
from bot.sandbox.slack import envelope
from bot.sandbox.slack.delivery import Addressed, Delivery
from bot.sandbox.slack.errors import Json, SlackError
from bot.sandbox.slack.installs import Grant, Installs
from bot.sandbox.slack.link import Link
from bot.sandbox.slack.settings import SlackSettings
from bot.sandbox.slack.stamps import Clock
from bot.sandbox.slack.teams import GRID, HOME, TEAMS, Team, addressed
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Workspaces:
    """Every workspace with its way to the bot; all have the same people and channels."""

    links: dict[str, Link]
    installs: Installs

    @classmethod
    def new(cls, settings: SlackSettings, clock: Clock) -> Self:
        """Found them all; what the bot sends is kept in one record."""
        installs = Installs(clock, settings.token_seconds)
        home = Delivery(settings, clock, settings.request_url)
        links: dict[str, Link] = {}
        for team in TEAMS:
            workspace = Workspace.new(settings, clock)
            delivery = home
            if team != HOME:
                delivery = Delivery(settings, clock, settings.request_url, sockets=home.sockets)
                workspace.record = links[HOME.id].workspace.record
            links[team.id] = Link(workspace, delivery)
            _settle(team, workspace)
            delivery.addressed = _addressing(installs, team)
        return cls(links, installs)

    @property
    def home(self) -> Link:
        """The workspace that is meant where none is named."""
        return self.links[HOME.id]

    def named(self, team: str) -> Link:
        """Find a workspace by its id.

        Raises:
            SlackError: there is none.
        """
        if team and team not in self.links:
            raise SlackError("team_not_found")
        return self.links[team or HOME.id]

    def open_to(self, grant: Grant) -> list[Team]:
        """List the workspaces that a token opens."""
        return [team for team in TEAMS if _holds(grant, team)]

    def of_call(self, grant: Grant, arguments: Json) -> tuple[Team, Workspace]:
        """Find the workspace that a call is about; an organisation's token names it.

        Raises:
            SlackError: it names one outside.
        """
        inside = self.open_to(grant)
        asked = str(arguments.get("team_id") or "")
        team = next((each for each in inside if each.id == asked), None)
        if team is None and asked and grant.is_org_wide:
            raise SlackError("team_access_not_granted")
        team = team or inside[0]
        return team, self.links[team.id].workspace

    def installed_over(self, team: str) -> str:
        """Tell which installation holds in a workspace: its own or its organisation's."""
        known = next((each for each in TEAMS if each.id == team), HOME)
        grant = self.installs.over(known)
        return grant.where if grant else known.id

    def uninstall(self, where: str, *, tokens_first: bool = False) -> None:
        """Take the app out of a workspace or the organisation; it hears of it, in either order.

        Raises:
            SlackError: it is not installed there.
        """
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [accounts.BOT_USER_ID]}}
        events: list[Json] = [{"type": "app_uninstalled"}, revoked]
        self._end(where, events[::-1] if tokens_first else events, "account_inactive")

    def revoke(self, grant: Grant) -> None:
        """Revoke one token; the app hears of it."""
        tokens = {"oauth": [], "bot": [accounts.BOT_USER_ID]}
        self._tell(grant.where, [{"type": "tokens_revoked", "tokens": tokens}])
        grant.dead = "token_revoked"

    def close(self) -> None:
        """End what waits for something to happen."""
        for link in self.links.values():
            link.workspace.feed.close()
            link.workspace.scheduled.close()

    def _end(self, where: str, events: list[Json], word: str) -> None:
        if not any(each.where == where and not each.dead for each in self.installs.grants):
            raise SlackError("not_installed")
        self._tell(where, events)
        self.installs.end(where, word)

    def _tell(self, where: str, events: list[Json]) -> None:
        # The events are written while the app is there, and sent whatever becomes of it.
        team = next(each for each in TEAMS if where in {each.id, (each.organisation or HOME).id})
        link = self.links[team.id]
        for event in events:
            whole = envelope.event(link.workspace, event)
            link.delivery.send(addressed(team, whole, org_wide=where == GRID.id))


def _holds(grant: Grant, team: Team) -> bool:
    return grant.where in {team.id, team.organisation.id if team.organisation else ""}


def _settle(team: Team, workspace: Workspace) -> None:
    """Make the people of an organisation's workspace the organisation's."""
    grid = team.organisation
    if grid is None:
        return
    teams = [each.id for each in TEAMS if each.organisation == grid]
    for account in accounts.SLACK_ACCOUNTS:
        known = {
            "id": account.id,
            "enterprise_id": grid.id,
            "enterprise_name": grid.name,
            "is_admin": account.is_admin or account.is_owner,
            "is_owner": account.is_owner,
            "is_primary_owner": account.is_owner,
            "teams": teams,
        }
        workspace.people.mark(account.id, enterprise_user=known)


def _addressing(installs: Installs, team: Team) -> Addressed:
    def address(payload: Json) -> Json | None:
        grant = installs.over(team)
        if grant is None:
            return None
        return addressed(team, payload, org_wide=grant.is_org_wide)

    return address
