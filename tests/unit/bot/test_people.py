import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import SlackPeople
from bot.sandbox import accounts, running
from connector.errors import NotFoundError, ProviderUnavailableError
from connector.models import UserId, WorkspaceId
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
    ("account", "allowed"),
    [(accounts.ADA, True), (accounts.OLE, True), (accounts.MIA, False), (accounts.NED, False)],
    ids=["admin", "owner", "member", "unconfirmed member"],
)
async def test_admins_and_owners_administer(account, allowed):
    async with slack() as end:
        assert await SlackPeople(end.client).may_administer(TEAM, UserId(account.id)) is allowed


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        pytest.param({"is_admin": True}, True, id="admin"),
        pytest.param({"is_primary_owner": True}, True, id="primary owner"),
        pytest.param({}, False, id="no flags at all"),
        pytest.param({"is_admin": "true"}, False, id="a flag that is no boolean"),
        pytest.param({"is_admin": True, "deleted": True}, False, id="deactivated"),
        pytest.param({"is_admin": True, "is_bot": True}, False, id="bot"),
        pytest.param({"is_admin": True, "is_restricted": True}, False, id="guest"),
        pytest.param(
            {"is_admin": True, "is_ultra_restricted": True}, False, id="one-channel guest"
        ),
        pytest.param({"is_owner": True, "is_stranger": True}, False, id="external"),
    ],
)
async def test_rights_follow_slacks_flags(flags, allowed):
    people, end = await people_of(flags)
    try:
        assert await people.may_administer(TEAM, UserId("U1")) is allowed
    finally:
        await end.stop()


@pytest.mark.parametrize("fault", ["429", "503", "sleeping", "hang", "slow-drip"])
async def test_without_an_answer_nobody_administers(fault):
    async with slack() as end:
        end.server.faults.arm(fault)
        with pytest.raises(ProviderUnavailableError) as failure:
            await SlackPeople(end.client).may_administer(TEAM, UserId(accounts.ADA.id))
    assert "gain" in failure.value.user_message
