"""One workspace by its token: removed, installed again, taken along."""

import asyncio
import json

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.sandbox import accounts
from bot.serving import Bot
from bot.tour import settling
from bot.tour.stage import soon
from connector.models import WorkspaceId
from connector.store import installs
from connector.work import Job

HERE = accounts.SECURITY.id
HOME = WorkspaceId(accounts.TEAM_ID)


async def remove(stage):
    await settling.remove(stage, HOME)


def install_again(stage):
    """Have Slack take the token again; in truth the app gets another, which somebody copies."""
    for grant in stage.tryout.sandbox.slack_server.workspaces.installs.grants:
        grant.dead = ""


async def ended(database):
    row = await installs.get(database.view(HOME))
    return row is not None and row.parked


async def test_a_removed_workspace_waits_and_the_next_start_with_a_token_goes_on(connected):
    tryout = connected.tryout
    await remove(connected)
    assert await ended(tryout.bot.connector.database)
    await tryout.bot.stop()
    install_again(connected)
    bot = await Bot.start(tryout.settings)
    try:
        assert not await ended(bot.connector.database)
        assert len(await bot.connector.services.connections.all(HOME)) == 2
        if tryout.settings.slack_app_token is None:
            tryout.sandbox.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
        await connected.ada.command("/snow status", HERE)
        await connected.ada.wait_for_message(HERE, text=accounts.TENANT_ID, ephemeral=True)
    finally:
        await bot.stop()


async def test_a_token_that_opens_it_again_in_time_keeps_it_from_being_erased(connected):
    connector = connected.tryout.bot.connector
    await remove(connected)
    install_again(connected)
    async with connector.database.transaction(HOME) as tx:
        await tx.run("UPDATE installs SET erase_at = ended_at WHERE workspace = :workspace")
        await connector.worker.work.plan(tx, Job.ERASE_WORKSPACE, "erase", lane="upkeep")

    async def goes_on():
        return not await ended(connector.database)

    await soon(goes_on, "it is still parked")
    assert len(await connector.services.connections.all(HOME)) == 2


async def test_nothing_is_erased_that_could_not_be_exported(connected, caplog):
    connector = connected.tryout.bot.connector
    await remove(connected)
    folder = connected.tryout.settings.database.parent / "exports"
    folder.write_text("somebody's file stands where the folder should be")
    async with connector.database.transaction(HOME) as tx:
        await tx.run("UPDATE installs SET erase_at = ended_at WHERE workspace = :workspace")
        await connector.worker.work.plan(tx, Job.ERASE_WORKSPACE, "erase", lane="upkeep")

    async def told():
        return "nothing of T0SNOWLINE is erased before it is exported" in caplog.text

    await soon(told, "the log does not say so")
    assert len(await connector.services.connections.all(HOME)) == 2


async def test_other_peoples_tokens_revoked_end_nothing(connected):
    server = connected.tryout.sandbox.slack_server
    server.send_event({"type": "tokens_revoked", "tokens": {"oauth": [accounts.ADA.id], "bot": []}})
    server.send_event({"type": "team_access_revoked", "team_ids": ["T0EASTWIND"]})
    await connected.ada.command("/snow status", HERE)
    await connected.ada.wait_for_message(HERE, text=accounts.TENANT_ID, ephemeral=True)
    assert not await ended(connected.tryout.bot.connector.database)


@pytest.mark.parametrize("there", [False, True], ids=["new", "there already"])
async def test_a_workspace_is_exported_by_a_command(connected, tmp_path, monkeypatch, there):
    settings = connected.tryout.settings
    await connected.tryout.bot.stop()
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "kept.json"
    if there:
        file.write_text("mine")
    env = {
        "SNOWLINE_SLACK_BOT_TOKEN": "xoxb-1",
        "SNOWLINE_SLACK_APP_TOKEN": "xapp-1",
        "SNOWLINE_KEYS": settings.sealing_keys.get_secret_value(),
        "SNOWLINE_DATABASE": str(settings.database),
    }
    result = await run(["export", HOME, str(file)], env)
    if there:
        assert result.exit_code == 1
        assert "nothing was exported" in result.output
        assert file.read_text() == "mine"
        return
    assert result.output == f"{HOME} is in {file}\n"
    kept = json.loads(file.read_text())["tables"]
    assert {row["provider"] for row in kept["connections"]} == {"ServiceNow", "Microsoft 365"}
    assert not [name for row in kept["connections"] for name in row if name.startswith("sealed")]


async def run(words, env):
    """Run a command on a thread: it brings a loop of its own."""

    return await asyncio.to_thread(CliRunner().invoke, cli, words, env=env)
