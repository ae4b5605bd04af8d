"""User groups, guests and people of another workspace, as Slack's Web API shows them."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import accounts
from tests.unit.bot.slack_end import slack


async def test_groups_are_listed_with_what_is_asked_for():
    async with slack() as end:
        end.server.workspace.user_groups["S0HELPDESK"].deleted_at = 5
        (plain,) = (await end.client.usergroups_list())["usergroups"]
        assert (plain["id"], plain["handle"], plain["date_delete"]) == (
            "S0SECURITY",
            "security-team",
            0,
        )
        assert not {"users", "user_count"} & plain.keys()
        every = await end.client.usergroups_list(
            include_disabled=True, include_users=True, include_count=True
        )
        assert [
            (each["id"], each["user_count"], each["date_delete"]) for each in every["usergroups"]
        ] == [
            ("S0SECURITY", 2, 0),
            ("S0HELPDESK", 1, 5),
        ]


@pytest.mark.parametrize(
    ("scopes", "group", "error"),
    [
        pytest.param(("usergroups:read",), "S0NONE", "no_such_subteam", id="no such group"),
        pytest.param(("usergroups:read",), "", "invalid_arguments", id="no group named"),
        pytest.param(("users:read",), "S0SECURITY", "missing_scope", id="without the scope"),
    ],
)
async def test_members_are_refused_as_slack_does(scopes, group, error):
    async with slack(scopes=scopes) as end:
        with pytest.raises(SlackApiError) as refusal:
            await end.client.usergroups_users_list(usergroup=group)
    assert refusal.value.response["error"] == error


async def test_guests_and_strangers_are_marked_and_find_only_their_channels():
    async with slack() as end:
        guest = (await end.client.users_info(user=accounts.GUS.id))["user"]
        stranger = (await end.client.users_info(user=accounts.EVE.id))["user"]
        assert (guest["is_restricted"], guest["team_id"]) == (True, accounts.TEAM_ID)
        assert (stranger["is_stranger"], stranger["team_id"]) == (True, accounts.OTHER_TEAM_ID)
        for visitor in accounts.VISITORS:
            url = f"{end.origin}/_client/state?user={visitor.id}"
            async with end.http.get(url) as answer:
                found = (await answer.json())["channels"]
            assert [each["id"] for each in found if not each["is_im"]] == [accounts.CONTOSO.id]
        shared = await end.client.conversations_info(channel=accounts.CONTOSO.id)
        assert shared["channel"]["is_ext_shared"] is True
