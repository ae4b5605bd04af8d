"""Words that Snowline was removed: taken in before Slack is answered, whoever sends what."""

import time

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import build_app
from bot.sandbox import accounts
from connector.clock import utc_now
from connector.models import WorkspaceId
from connector.store import installs
from tests.unit.bot.slack_end import connector_for, slack

HOME = WorkspaceId(accounts.TEAM_ID)
BOT = {"oauth": [], "bot": [accounts.BOT_USER_ID]}
PEOPLE = {"oauth": [accounts.ADA.id], "bot": []}


def told(type_, team=accounts.TEAM_ID, **more):
    body = {
        "type": "event_callback",
        "team_id": team,
        "event": {"type": type_, **more},
        "event_time": int(time.time()),
        "event_id": "Ev1",
        "authorizations": [{"team_id": team, "enterprise_id": None, "is_bot": True}],
    }
    return AsyncBoltRequest(mode="socket_mode", body=body)


@pytest.fixture
async def stage(tmp_path):
    async with slack() as end, connector_for(end, tmp_path) as connector:
        app = build_app(
            services=connector.services, client=end.client, signing_secret=None, clock=utc_now
        )
        yield app, connector


async def is_parked(connector, workspace=HOME):
    row = await installs.get(connector.database.view(workspace))
    return row is not None and row.parked


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        pytest.param(told("app_uninstalled"), True, id="uninstalled"),
        pytest.param(told("tokens_revoked", tokens=BOT), True, id="the bot's token"),
        pytest.param(told("tokens_revoked", tokens=PEOPLE), False, id="people's tokens"),
        pytest.param(told("tokens_revoked"), False, id="no tokens"),
        pytest.param(told("app_home_opened", user=accounts.ADA.id), False, id="another event"),
        pytest.param(told("app_uninstalled", team="T0OTHER"), False, id="another workspace"),
    ],
)
async def test_an_end_is_kept_by_the_time_slack_has_its_answer(stage, event, ends):
    app, connector = stage
    response = await app.async_dispatch(event)
    assert response.status == 200
    assert await is_parked(connector) is ends


async def test_what_could_not_be_kept_is_not_acknowledged(stage, caplog):
    app, connector = stage
    await connector.database.close()
    response = await app.async_dispatch(told("app_uninstalled"))
    assert response.status == 500
    assert "failed before its listener" in caplog.text


async def test_an_unknown_shape_of_the_event_does_no_harm(stage):
    app, connector = stage
    response = await app.async_dispatch(told("tokens_revoked", tokens={"bot": []}))
    assert response.status == 200
    assert not await is_parked(connector)
