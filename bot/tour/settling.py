"""Installing in several workspaces by OAuth, leaving one, and coming back: a bot of its own."""

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser
from bot.sandbox.slack.teams import EAST, GRID, SOUTH, WEST
from bot.tour import connecting
from bot.tour.browser import Page
from bot.tour.stage import HOME_CHANNEL, Stage, expect, raised, soon
from bot.tryout import Tryout, TryoutSettings, staged
from connector.models import WorkspaceId


async def install_and_come_back(stage: Stage) -> str:
    """Install in a workspace and an organisation, remove it from one, and install it again."""
    socket_mode = stage.tryout.settings.slack_app_token is not None
    settings = TryoutSettings(oauth=True, socket_mode=socket_mode, slack_pace=0.05)
    async with staged(settings) as tryout, raised(tryout) as many:
        await install(many, SOUTH.id)
        await install(many, GRID.id)
        await _help_everywhere(many)
        await _connect_in_the_south(many)
        await remove(many, SOUTH.id)
        page = await install(many, SOUTH.id)
        expect("as they were" in page.text, f"the page says: {page.text}")
        await _still_connected(many)
        async with many.http.get(f"{tryout.page}/_client/refused") as answer:
            calls = (await answer.json())["refused"]
        # Whether a token still works is asked of one that was revoked, too.
        refused = [call for call in calls if call["method"] != "auth.test"]
        expect(not refused, f"Slack refused: {refused}")
    return f"{SOUTH.name}, and {GRID.name} as a whole; what was connected is there again"


async def install(stage: Stage, where: str) -> Page:
    """Let Snowline into a workspace, or the organisation, in the browser."""
    page = await stage.browser.open(f"{stage.tryout.settings.url}/slack/install")
    consent = await stage.browser.press(page, "Add Snowline to Slack")
    page = await stage.browser.press(consent, "Allow", where=where)
    expect("Snowline is installed" in page.text, f"the page says: {page.text}")
    return page


async def remove(stage: Stage, where: str, *, tokens_first: bool = False) -> None:
    """Remove Snowline as an admin does in Slack, and wait until its token is erased."""
    body = {"where": where, "tokens_first": tokens_first}
    address = f"{stage.tryout.page}/_client/uninstall"
    async with stage.http.post(address, json=body) as answer:
        expect((await answer.json())["ok"], f"it was not installed in {where}")
    await soon(lambda: _is_gone(stage.tryout, where), f"the token of {where} is still there")


def person(stage: Stage, team: str) -> SlackUser:
    """Bring Ada into another workspace, where she has the same id."""
    return SlackUser(stage.http, stage.tryout.page, accounts.ADA.id, team)


async def _is_gone(tryout: Tryout, where: str) -> bool:
    installs = await tryout.bot.connector.services.installs.everywhere()
    return any(each.ended_at and each.workspace == where for each in installs)


async def _help_everywhere(stage: Stage) -> None:
    for team in (SOUTH, EAST, WEST):
        ada = person(stage, team.id)
        await ada.command("/snow help", HOME_CHANNEL)
        await ada.wait_for_message(HOME_CHANNEL, text="/snow share", ephemeral=True)


async def _connect_in_the_south(stage: Stage) -> None:
    stage.ada = person(stage, SOUTH.id)
    await connecting.connect_microsoft(stage)
    services = stage.tryout.bot.connector.services
    for other in (GRID.id, accounts.TEAM_ID):
        seen = await services.connections.all(WorkspaceId(other))
        expect(not seen, f"{other} sees a connection of {SOUTH.id}: {seen}")


async def _still_connected(stage: Stage) -> None:
    ada = person(stage, SOUTH.id)
    await ada.command("/snow status", HOME_CHANNEL)
    await ada.wait_for_message(HOME_CHANNEL, text=accounts.TENANT_ID, ephemeral=True)
