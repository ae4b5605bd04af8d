import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import SlackPeople
from bot.sandbox import accounts, running
from connector.errors import NotFoundError, ProviderRefusedError, ProviderUnavailableError
from connector.models import Membership, UserId, WorkspaceId
from tests.unit.bot.slack_end import slack

TEAM = WorkspaceId(accounts.TEAM_ID)


async def people_of(flags):
    """A Slack that knows one user, with these flags."""

    async def users_info(_request):
        return web.json_response({"ok": True, "user": {"id": "U1", "name": "uno", **flags}})

    app = web.Application()
    app.router.add_route("*", "/api/users.info", users_info)
    end = await running.start(app)
    client = AsyncWebClient(token="xoxb-1", base_url=f"{end.origin}/api/", retry_handlers=[])
    return SlackPeople(client), end


async def test_a_person_has_a_name_and_a_confirmed_email():
    async with slack() as end:
        person = await SlackPeople(end.client).person(TEAM, UserId(accounts.MIA.id))
    assert (person.user, person.name, person.email) == (
        accounts.MIA.id,
        accounts.MIA.real_name,
        accounts.MIA.email,
    )


async def test_an_unconfirmed_email_is_no_email():
    async with slack() as end:
        person = await SlackPeople(end.client).person(TEAM, UserId(accounts.NED.id))
    assert (person.name, person.email) == (accounts.NED.real_name, "")


async def test_nobody_is_not_found():
    async with slack() as end:
        with pytest.raises(NotFoundError):
            await SlackPeople(end.client).person(TEAM, UserId("U0NOBODY"))


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        pytest.param(accounts.ADA.id, Membership.ADMIN, id="admin"),
        pytest.param(accounts.OLE.id, Membership.ADMIN, id="owner"),
        pytest.param(accounts.MIA.id, Membership.MEMBER, id="member"),
        pytest.param(accounts.NED.id, Membership.MEMBER, id="unconfirmed member"),
        pytest.param(accounts.GUS.id, Membership.GUEST, id="guest"),
        pytest.param(accounts.EVE.id, Membership.OUTSIDER, id="from another workspace"),
        pytest.param(accounts.BOT_USER_ID, Membership.MACHINE, id="bot"),
        pytest.param("U0NOBODY", Membership.GONE, id="nobody"),
    ],
)
async def test_everybody_is_something_to_the_workspace(user, expected):
    async with slack() as end:
        member = await SlackPeople(end.client).member(TEAM, UserId(user))
    assert member.membership is expected


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        pytest.param({"is_admin": True}, Membership.ADMIN, id="admin"),
        pytest.param({"is_primary_owner": True}, Membership.ADMIN, id="primary owner"),
        pytest.param({}, Membership.MEMBER, id="no flags at all"),
        pytest.param({"is_admin": "true"}, Membership.MEMBER, id="a flag that is no boolean"),
        pytest.param({"is_admin": True, "deleted": True}, Membership.GONE, id="deactivated"),
        pytest.param({"is_admin": True, "is_bot": True}, Membership.MACHINE, id="bot"),
        pytest.param({"is_admin": True, "is_restricted": True}, Membership.GUEST, id="guest"),
        pytest.param(
            {"is_admin": True, "is_ultra_restricted": True},
            Membership.GUEST,
            id="one-channel guest",
        ),
        pytest.param({"is_owner": True, "is_stranger": True}, Membership.OUTSIDER, id="external"),
        pytest.param(
            {"is_owner": True, "team_id": "T0OTHER"}, Membership.OUTSIDER, id="of another workspace"
        ),
        pytest.param(
            {"team_id": "T0OTHER", "enterprise_user": {"teams": [accounts.TEAM_ID]}},
            Membership.MEMBER,
            id="of the same organisation",
        ),
    ],
)
async def test_the_membership_follows_slacks_flags(flags, expected):
    people, end = await people_of(flags)
    try:
        assert (await people.member(TEAM, UserId("U1"))).membership is expected
    finally:
        await end.stop()


@pytest.mark.parametrize(
    ("in_workspace", "in_organisation", "expected"),
    [
        pytest.param("is_admin", "", Membership.MEMBER, id="admin of one workspace of it"),
        pytest.param("is_primary_owner", "", Membership.MEMBER, id="owner of one workspace of it"),
        pytest.param("", "is_admin", Membership.ADMIN, id="admin of it"),
        pytest.param("", "is_owner", Membership.ADMIN, id="owner of it"),
    ],
)
async def test_an_organisations_admins_are_its_own(in_workspace, in_organisation, expected):
    grid = {"enterprise_id": "E0GRID", "teams": ["T0WEST"], in_organisation: True}
    people, end = await people_of(
        {"team_id": "T0WEST", "enterprise_user": grid, in_workspace: True}
    )
    try:
        assert (await people.member(WorkspaceId("E0GRID"), UserId("U1"))).membership is expected
    finally:
        await end.stop()


async def test_an_answer_about_somebody_else_says_nothing():
    people, end = await people_of({"id": "U2", "is_admin": True})
    try:
        with pytest.raises(ProviderUnavailableError):
            await people.member(TEAM, UserId("U1"))
    finally:
        await end.stop()


async def test_user_groups_and_their_members_are_read():
    async with slack() as end:
        people = SlackPeople(end.client)
        groups = {each.name: each.id for each in await people.user_groups(TEAM)}
        assert groups == {"Help desk": "S0HELPDESK", "Security team": "S0SECURITY"}
        members = await people.group_members(TEAM, groups["Security team"])
        assert members == {accounts.OLE.id, accounts.MIA.id}
        end.server.workspace.user_groups["S0SECURITY"].deleted_at = 1
        assert await people.group_members(TEAM, groups["Security team"]) == frozenset()
        assert [each.name for each in await people.user_groups(TEAM)] == ["Help desk"]


async def test_without_the_scope_nobody_is_taken_for_a_member_of_a_group():
    async with slack(scopes=("users:read",)) as end:
        with pytest.raises(ProviderRefusedError):
            await SlackPeople(end.client).group_members(TEAM, "S0SECURITY")


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        pytest.param(accounts.SECURITY.id, True, id="a public channel with the bot"),
        pytest.param(accounts.GENERAL.id, True, id="a public channel without it"),
        pytest.param(accounts.BOARD.id, False, id="a private channel without it"),
        pytest.param("C0NOWHERE", False, id="no channel"),
    ],
)
async def test_where_cards_can_be_posted_is_known_before(channel, expected):
    async with slack() as end:
        assert await SlackPeople(end.client).may_post(TEAM, channel) is expected


async def test_an_archived_channel_cannot_be_posted_to():
    async with slack() as end:
        end.server.workspace.conversations.by_id[accounts.SECURITY.id].is_archived = True
        assert await SlackPeople(end.client).may_post(TEAM, accounts.SECURITY.id) is False


@pytest.mark.parametrize("fault", ["429", "503", "sleeping", "hang", "slow-drip"])
async def test_without_an_answer_nobody_is_anything(fault):
    async with slack() as end:
        end.server.faults.arm(fault)
        with pytest.raises(ProviderUnavailableError) as failure:
            await SlackPeople(end.client).member(TEAM, UserId(accounts.ADA.id))
    assert "gain" in failure.value.user_message
