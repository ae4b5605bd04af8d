"""Whether full members alone read a channel."""

import asyncio

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.audience import Audience, SlackDirectory
from bot.sandbox import accounts, running
from bot.sandbox.slack.installs import Grant
from bot.sandbox.slack.teams import EAST, GRID, WEST
from connector.errors import PlaceGoneError
from connector.models import WorkspaceId
from tests.unit.bot.slack_end import BOARD, SECURITY, slack

TEAM = WorkspaceId(accounts.TEAM_ID)
GENERAL = accounts.GENERAL.id
NED = accounts.NED.id


async def is_closed(end, channel=SECURITY, audience=None):
    return await (audience or Audience()).is_closed(end.client, TEAM, channel)


async def test_a_channel_of_members_and_the_bot_is_closed():
    async with slack() as end:
        assert await is_closed(end)
        assert await is_closed(end, GENERAL)


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param({"is_restricted": True}, id="a guest"),
        pytest.param({"is_ultra_restricted": True}, id="a guest of one channel"),
        pytest.param({"is_stranger": True}, id="a stranger"),
        pytest.param({"team_id": "T0OTHER"}, id="somebody of another organisation"),
        pytest.param({"deleted": True}, id="somebody who left"),
    ],
)
async def test_with_somebody_else_in_it_it_is_not(flags):
    async with slack() as end:
        end.server.workspace.people.mark(NED, **flags)
        assert not await is_closed(end)
        members = end.server.workspace.conversations.by_id[GENERAL].members
        members.remove(NED)
        assert await is_closed(end, GENERAL)


async def test_an_organisations_token_asks_for_the_members_of_the_workspace():
    async with slack() as end:
        workspaces = end.server.workspaces
        workspaces.installs.grants.append(Grant(token="xoxb-grid", where=GRID.id))
        end.client.token = "xoxb-grid"
        audience, whole = Audience(), WorkspaceId(GRID.id)
        assert await audience.is_closed(end.client, whole, SECURITY, EAST.id)
        workspaces.named(WEST.id).workspace.people.mark(NED, is_restricted=True)
        assert not await audience.is_closed(end.client, whole, SECURITY, WEST.id)


async def test_somebody_whom_slack_does_not_list_is_no_member():
    async with slack() as end:
        end.server.workspace.conversations.by_id[SECURITY].members.append("U0UNLISTED")
        assert not await is_closed(end)


async def test_of_a_private_channel_without_the_bot_nobody_can_tell():
    async with slack() as end:
        with pytest.raises(PlaceGoneError):
            await is_closed(end, BOARD)


async def test_members_are_listed_once_for_many_channels():
    listed = []
    async with far_end(listed, members=["U1", "U2"]) as client:
        audience = Audience()
        for channel in ("C1", "C2", "C3"):
            assert await audience.is_closed(client, TEAM, channel)
    assert listed == [""]


async def test_every_page_is_read_and_a_channel_of_too_many_is_open():
    async with far_end([], members=["U1", "U2"], pages=3) as client:
        assert await Audience().is_closed(client, TEAM, "C1")
    async with far_end([], members=["U1", "U2"], pages=100) as client:
        assert not await Audience().is_closed(client, TEAM, "C1")


async def test_of_a_workspace_too_large_for_its_list_those_who_read_are_asked_for():
    asked = []
    async with far_end([], members=["U1", "U3"], endless=True, asked=asked) as client:
        audience = Audience()
        assert await audience.is_closed(client, TEAM, "C1")
        assert await audience.is_closed(client, TEAM, "C2")
    assert asked == ["U3"]
    async with far_end([], members=["U1", "U3", "U4GUEST"], endless=True, asked=asked) as client:
        assert not await Audience().is_closed(client, TEAM, "C1")
    many = [f"U{number}" for number in range(5, 60)]
    async with far_end([], members=many, endless=True, asked=[]) as client:
        assert not await Audience().is_closed(client, TEAM, "C1")


async def test_a_channel_that_shows_nobody_is_open():
    async with far_end([], members=[]) as client:
        assert not await Audience().is_closed(client, TEAM, "C1")


async def test_who_gives_up_waiting_leaves_the_list_to_the_next():
    listed, shown = [], asyncio.Event()
    async with far_end(listed, members=["U1", "U2"], shown=shown) as client:
        audience = Audience()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await audience.is_closed(client, TEAM, "C1")
        shown.set()
        assert await audience.is_closed(client, TEAM, "C1")
    assert listed == [""]


class far_end:  # noqa: N801  -- reads as what it is used for
    """A Slack of two members, ``shown`` when that is set, and a channel that comes in pages."""

    def __init__(self, listed, *, members, pages=1, endless=False, asked=None, shown=None):
        self.listed, self.members, self.pages = listed, members, pages
        self.endless, self.asked, self.shown = endless, asked, shown

    async def __aenter__(self):
        app = web.Application()
        app.router.add_route("*", "/api/users.list", self._users)
        app.router.add_route("*", "/api/users.info", self._user)
        app.router.add_route("*", "/api/conversations.members", self._members)
        self.end = await running.start(app)
        return AsyncWebClient(token="xoxb-1", base_url=f"{self.end.origin}/api/", retry_handlers=[])

    async def __aexit__(self, *_):
        await self.end.stop()

    async def _users(self, request):
        self.listed.append(request.query.get("cursor", ""))
        if self.shown:
            await self.shown.wait()
        users = [{"id": each, "team_id": TEAM} for each in ("U1", "U2")]
        more = {"response_metadata": {"next_cursor": "more"}} if self.endless else {}
        return web.json_response({"ok": True, "members": users, **more})

    async def _user(self, request):
        user = request.query["user"]
        self.asked.append(user)
        known = {"id": user, "team_id": TEAM, "is_restricted": user.endswith("GUEST")}
        return web.json_response({"ok": True, "user": known})

    async def _members(self, request):
        page = int(request.query.get("cursor") or 0)
        cursor = str(page + 1) if page + 1 < self.pages else ""
        more = {"response_metadata": {"next_cursor": cursor}}
        return web.json_response({"ok": True, "members": self.members, **more})


async def directory(end, workspace=TEAM, channel=SECURITY):
    return await SlackDirectory(end.client).is_closed(workspace, channel)


async def test_a_channel_shared_with_another_organisation_is_open_whoever_is_in_it():
    async with slack() as end:
        assert await directory(end)
        end.server.workspace.conversations.by_id[SECURITY].is_ext_shared = True
        assert await is_closed(end)
        assert not await directory(end)


async def test_a_direct_message_is_read_by_its_two_alone():
    async with slack() as end:
        end.server.faults.arm("503")
        assert await directory(end, channel="D0MIA")


async def test_an_organisations_channel_is_looked_at_in_its_workspace():
    async with slack() as end:
        workspaces = end.server.workspaces
        workspaces.installs.grants.append(Grant(token="xoxb-grid", where=GRID.id))
        end.client.token = "xoxb-grid"
        assert await directory(end, WorkspaceId(GRID.id))
        workspaces.named(EAST.id).workspace.people.mark(NED, is_restricted=True)
        assert not await directory(end, WorkspaceId(GRID.id))
