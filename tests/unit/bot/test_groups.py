"""User groups where an organisation has installed Snowline: its token asks of one workspace."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.forms.rights import block_of, read_rights
from bot.identifiers import Action, Block
from bot.people import SlackPeople
from bot.sandbox import accounts
from bot.sandbox.slack.installs import Grant
from bot.sandbox.slack.teams import EAST, GRID, WEST
from bot.views.rights import user_group_options
from connector.models import Right, WorkspaceId
from tests.unit.bot.slack_end import Slack, slack

WHOLE = WorkspaceId(GRID.id)
SECURITY = "S0SECURITY"


def as_organisation(end: Slack) -> SlackPeople:
    """Ask with the token of an organisation."""
    end.server.workspaces.installs.grants.append(Grant(token="xoxb-grid", where=GRID.id))
    end.client.token = "xoxb-grid"
    return SlackPeople(end.client)


async def test_an_organisations_groups_are_those_of_its_workspaces():
    async with slack() as end:
        people = as_organisation(end)
        groups = await people.user_groups(WHOLE)
        assert [(each.name, each.id) for each in groups] == [
            ("Help desk (Eastwind)", "T0EASTWIND/S0HELPDESK"),
            ("Help desk (Westwind)", "T0WESTWIND/S0HELPDESK"),
            ("Security team (Eastwind)", "T0EASTWIND/S0SECURITY"),
            ("Security team (Westwind)", "T0WESTWIND/S0SECURITY"),
        ]


async def test_its_members_are_those_of_the_group_in_that_workspace():
    async with slack() as end:
        people = as_organisation(end)
        west = end.server.workspaces.named(WEST.id).workspace
        west.user_groups[SECURITY].users[:] = [accounts.NED.id]
        members = await people.group_members(WHOLE, f"{EAST.id}/{SECURITY}")
        assert members == {accounts.OLE.id, accounts.MIA.id}
        assert await people.group_members(WHOLE, f"{WEST.id}/{SECURITY}") == {accounts.NED.id}
        assert await people.group_members(WHOLE, f"{WEST.id}/S0NONE") == frozenset()


async def test_without_a_workspace_slack_refuses_and_another_one_too():
    async with slack() as end:
        as_organisation(end)
        for team, error in ((None, "missing_argument"), ("T0SOUTHWIND", "team_access_not_granted")):
            with pytest.raises(SlackApiError) as refusal:
                await end.client.usergroups_list(team_id=team)
            assert refusal.value.response["error"] == error


async def test_a_token_says_which_workspaces_it_opens_in_pages():
    async with slack() as end:
        alone = await end.client.auth_teams_list()
        assert alone["teams"] == [{"id": accounts.TEAM_ID, "name": accounts.TEAM_NAME}]
        as_organisation(end)
        first = await end.client.auth_teams_list(limit=1)
        assert first["teams"] == [{"id": EAST.id, "name": EAST.name}]
        cursor = first["response_metadata"]["next_cursor"]
        second = await end.client.auth_teams_list(limit=1, cursor=cursor)
        assert second["teams"] == [{"id": WEST.id, "name": WEST.name}]
        assert second["response_metadata"]["next_cursor"] == ""


async def test_what_is_chosen_of_them_is_read_from_the_form():
    async with slack() as end:
        group = (await as_organisation(end).user_groups(WHOLE))[-1]
    options = user_group_options([group])["options"]
    entered = {Action.RIGHT_GROUPS: {"selected_options": options}}
    view = {"state": {"values": {block_of(Block.RIGHT_GROUPS, Right.SHARE): entered}}}
    assert read_rights(view).share.groups == (group,)
