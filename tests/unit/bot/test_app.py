import logging
from datetime import UTC, datetime, timedelta

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import build_app
from bot.sandbox import accounts
from tests.unit.bot.slack_end import connector_for, slack, with_bot


class Clock:
    def __init__(self):
        self.now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self):
        return self.now


def command(team=accounts.TEAM_ID, **more):
    body = {"command": "/snow", "text": "help", "team_id": team, "user_id": accounts.MIA.id}
    return AsyncBoltRequest(mode="socket_mode", body={**body, "trigger_id": "1.2.3", **more})


@pytest.fixture
async def stage(tmp_path):
    clock = Clock()
    async with slack() as end, connector_for(end, tmp_path) as connector:
        app = build_app(
            services=connector.services, client=end.client, signing_secret=None, clock=clock
        )
        yield end, app, clock


async def test_slack_is_asked_once_in_five_minutes_whose_token_it_is(stage):
    end, app, clock = stage
    for _ in range(5):
        assert (await app.async_dispatch(command())).body == ""
    end.server.faults.arm("503:1000")  # nobody could answer again
    clock.now += timedelta(minutes=4, seconds=59)
    assert (await app.async_dispatch(command())).body == ""


async def test_while_slack_is_away_the_older_answer_holds(stage):
    end, app, clock = stage
    await app.async_dispatch(command())
    end.server.faults.arm("503:1000")
    clock.now += timedelta(hours=1)
    assert (await app.async_dispatch(command())).body == ""


async def test_without_any_answer_nobody_is_let_in(stage, caplog):
    end, app, _ = stage
    end.server.faults.arm("503")
    response = await app.async_dispatch(command())
    assert "cannot reach Slack" in response.body
    assert "the bot token cannot be checked" in caplog.text


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(command(team="T0OTHER"), id="another workspace"),
        pytest.param(command(team=""), id="no workspace"),
        pytest.param(command(team="T0OTHER", enterprise_id="E0OTHER"), id="another organisation"),
    ],
)
async def test_another_workspace_is_refused(stage, request_):
    _, app, _ = stage
    response = await app.async_dispatch(request_)
    assert response.body != ""


async def test_what_nobody_listens_to_is_logged_without_what_was_typed(stage, caplog):
    caplog.set_level(logging.DEBUG)
    _, app, _ = stage
    typed = {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "hunter2"}
    body = {**typed, "team": {"id": accounts.TEAM_ID}, "user": {"id": accounts.MIA.id}}
    response = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert response.status == 404
    assert "nothing listens to" in caplog.text
    assert "hunter2" not in caplog.text


async def test_the_environment_cannot_switch_bolts_own_oauth_on(tmp_path, monkeypatch):
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "from-the-environment")
    async with with_bot(tmp_path) as end:
        await end.mia.command("/snow help", accounts.SECURITY.id)
        await end.mia.wait_for_message(accounts.SECURITY.id, text="/snow share", ephemeral=True)
