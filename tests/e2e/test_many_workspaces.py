"""Installing by OAuth in several workspaces, Slack's two transports alike."""

import asyncio
import json
import logging

import pytest

from bot import checkup
from bot.sandbox import accounts
from bot.sandbox.driver import DriverError
from bot.sandbox.slack import envelope
from bot.sandbox.slack.teams import EAST, GRID, SOUTH, WEST
from bot.serving import Bot
from bot.tour import connecting, settling
from bot.tour.browser import Browser
from bot.tour.settling import install, person, remove
from bot.tour.stage import raised, soon
from bot.tryout import TryoutSettings, staged
from connector.models import WorkspaceId
from connector.store import installs
from connector.work import Job

HERE = accounts.SECURITY.id
QUICK = {"sync_every": 0.3, "slack_pace": 0, "longest_transaction": 0.5, "call_deadline": 2.0}
SOUTHWIND, ALL_WINDS = WorkspaceId(SOUTH.id), WorkspaceId(GRID.id)


@pytest.fixture(params=["http", "socket"])
async def many(request):
    settings = TryoutSettings(oauth=True, socket_mode=request.param == "socket", **QUICK)
    async with staged(settings) as tryout, raised(tryout) as stage:
        yield stage


async def helped(stage, team):
    ada = person(stage, team)
    await ada.command("/snow help", HERE)
    return await ada.wait_for_message(HERE, text="/snow share", ephemeral=True)


async def rows_of(stage, workspace):
    database = stage.tryout.bot.connector.database
    view = database.view_everywhere()
    tables = await view.run(
        "SELECT t.name FROM sqlite_master t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND c.name = 'workspace'"
    )
    counts = {}
    for table in tables:
        (found,) = await view.run(
            # The names are those of our own tables.
            f"SELECT count(*) AS n FROM {table['name']} WHERE workspace = :owner",  # noqa: S608
            owner=workspace,
        )
        counts[table["name"]] = found["n"]
    return {name: count for name, count in counts.items() if count}


async def make_a_ticket(stage, team):
    """Connect ServiceNow in a workspace and have a ticket made there."""
    stage.ada = person(stage, team)
    await stage.ada.command("/snow connect", HERE)
    await stage.ada.modal(title="Connect ServiceNow")
    await connecting.connect_as_integration_user(stage)
    await stage.ada.command("/snow create", HERE)
    await stage.ada.modal(title="Create a ticket")
    assert await stage.ada.submit({"Name": "Lock the door", "Category": "Data"}) == {}
    return await stage.ada.wait_for_message(HERE, text="INC00", ephemeral=False, seconds=20)


async def test_a_workspace_an_organisation_and_a_stranger(many):
    await install(many, SOUTH.id)
    await helped(many, SOUTH.id)
    with pytest.raises(DriverError, match="app_not_installed"):
        await helped(many, EAST.id)
    page = await install(many, GRID.id)
    assert "All Winds" in page.text
    await helped(many, EAST.id)
    await helped(many, WEST.id)


async def test_without_an_installation_slacks_own_word_lets_nobody_in(many, caplog):
    # The first workspace has the app, by a token that this bot was never given.
    await many.ada.command("/snow help", HERE)
    told = await many.ada.wait_for_message(HERE, text="Snowline has no token", ephemeral=True)
    assert "installs the app again" in told["text"]
    assert "is not installed in T0SNOWLINE" in caplog.text


async def test_what_one_workspace_makes_no_other_sees(many):
    for where in (SOUTH.id, GRID.id):
        await install(many, where)
    await make_a_ticket(many, SOUTH.id)
    others = person(many, EAST.id)
    assert [m for m in await others.messages(HERE) if "INC00" in json.dumps(m)] == []
    await others.command("/snow tickets all", HERE)
    told = await others.wait_for_message(HERE, text=": 0", ephemeral=True)
    assert "INC00" not in json.dumps(told)
    assert "tickets" not in await rows_of(many, ALL_WINDS)


@pytest.mark.parametrize("tokens_first", [True, False], ids=["tokens first", "app first"])
async def test_a_removed_workspace_is_forgotten_in_a_day_and_exported_before(many, tokens_first):
    await install(many, SOUTH.id)
    await make_a_ticket(many, SOUTH.id)
    await remove(many, SOUTH.id, tokens_first=tokens_first)
    connector = many.tryout.bot.connector
    row = await installs.get(connector.database.view(SOUTHWIND))
    assert (row.sealed.token, row.sealed.refresh, row.parked) == (None, None, True)
    assert (await rows_of(many, SOUTHWIND))["tickets"] == 1
    await past_the_day(connector)
    await soon(lambda: nothing_left(many), "something is left", 15)
    folder = many.tryout.settings.database.parent / "exports"
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    assert kept["workspace"] == SOUTH.id
    assert [row["name"] for row in kept["tables"]["tickets"]] == ["Lock the door"]
    text = file.read_text()
    assert "sealed" not in text
    assert "xoxb-" not in text
    tokens = many.tryout.sandbox.servicenow_server.instance.tokens
    assert {tokens.user_of(value) for value in tokens.access} == {None}
    page = await install(many, SOUTH.id)
    assert "as they were" not in page.text


async def nothing_left(stage):
    return not await rows_of(stage, SOUTHWIND) or None


async def past_the_day(connector):
    """Have the time come at which the workspace is erased."""
    async with connector.database.transaction(SOUTHWIND) as tx:
        await tx.run(
            "UPDATE installs SET erase_at = ended_at WHERE workspace = :workspace",
        )
        await connector.worker.work.plan(tx, Job.ERASE_WORKSPACE, "erase", lane="upkeep")


async def test_who_comes_back_within_the_day_finds_everything(many):
    await install(many, SOUTH.id)
    await make_a_ticket(many, SOUTH.id)
    await remove(many, SOUTH.id)
    with pytest.raises(DriverError, match="app_not_installed"):
        await helped(many, SOUTH.id)
    page = await install(many, SOUTH.id)
    assert "as they were" in page.text
    await past_the_day(many.tryout.bot.connector)
    ada = person(many, SOUTH.id)
    await ada.command("/snow tickets all", HERE)
    await ada.wait_for_message(HERE, text="Lock the door", ephemeral=True)


async def test_words_that_come_again_after_a_new_installation_end_nothing(many):
    await install(many, SOUTH.id)
    link = many.tryout.sandbox.slack_server.workspaces.links[SOUTH.id]
    tokens = {"oauth": [], "bot": [accounts.BOT_USER_ID]}
    words = [
        envelope.event(link.workspace, {"type": type_, "tokens": tokens})
        for type_ in ("app_uninstalled", "tokens_revoked", "app_uninstalled")
    ]
    await remove(many, SOUTH.id)
    await install(many, SOUTH.id)
    for word in words:
        await link.delivery.ask("events_api", word)
    await helped(many, SOUTH.id)


async def test_the_work_of_a_removed_workspace_waits_and_goes_on(many):
    await install(many, SOUTH.id)
    await make_a_ticket(many, SOUTH.id)
    await remove(many, SOUTH.id)
    work = many.tryout.bot.connector.worker.work
    view = work.database.view(SOUTHWIND)
    # What had begun when Snowline was removed ends first.
    due = await soon(lambda: due_at(view), "what had begun does not end")
    # The tickets would be looked after every 0.3 seconds.
    await asyncio.sleep(1)
    assert await due_at(view) == due
    await install(many, SOUTH.id)

    async def goes_on():
        return await due_at(view) != due

    await soon(goes_on, "its work does not go on")


async def due_at(view):
    (row,) = await view.run(
        "SELECT due_at FROM work WHERE workspace = :workspace AND job = 'sync tickets'"
        " AND key = 'incident'"
    )
    return row["due_at"]


@pytest.fixture
async def rotating():
    settings = TryoutSettings(oauth=True, token_seconds=2.0, **QUICK)
    async with staged(settings) as tryout, raised(tryout) as stage:
        yield stage


async def test_a_token_is_renewed_once_however_many_ask(rotating):
    await install(rotating, SOUTH.id)
    await asyncio.sleep(2.1)
    services = rotating.tryout.bot.connector.services
    tokens = await asyncio.gather(*(services.installs.token(SOUTHWIND) for _ in range(50)))
    assert len({each.get_secret_value() for each in tokens}) == 1
    grants = rotating.tryout.sandbox.slack_server.workspaces.installs.grants
    assert len([grant for grant in grants if grant.where == SOUTH.id]) == 2
    await helped(rotating, SOUTH.id)


async def test_another_browser_and_a_second_time_install_nothing(many):
    url = f"{many.tryout.settings.url}/slack/install"
    page = await many.browser.open(url)
    stranger = Browser()
    try:
        consent = await stranger.press(page, "Add Snowline to Slack")
        page = await stranger.press(consent, "Allow", where=SOUTH.id)
        assert page.status == 400
        assert "Nothing was installed" in page.text
    finally:
        await stranger.close()
    assert await many.tryout.bot.connector.services.installs.everywhere() == ()
    page = await install(many, SOUTH.id)
    again = await many.browser.open(page.url)
    assert again.status == 400


async def test_a_no_on_slacks_page_installs_nothing(many):
    page = await many.browser.open(f"{many.tryout.settings.url}/slack/install")
    consent = await many.browser.press(page, "Add Snowline to Slack")
    page = await many.browser.press(consent, "Cancel")
    assert "Slack was not given leave" in page.text


async def test_the_step_of_the_tour(many):
    assert "Southwind" in await settling.install_and_come_back(many)


async def test_a_workspace_that_nobody_named_is_turned_away_and_its_token_revoked():
    settings = TryoutSettings(oauth=True, workspaces=(SOUTH.id,), **QUICK)
    async with staged(settings) as tryout, raised(tryout) as stage:
        page = await stage.browser.open(f"{tryout.settings.url}/slack/install")
        consent = await stage.browser.press(page, "Add Snowline to Slack")
        page = await stage.browser.press(consent, "Allow", where=GRID.id)
        assert page.status == 403
        assert "SNOWLINE_SLACK_WORKSPACES" in page.text
        grants = tryout.sandbox.slack_server.workspaces.installs.grants
        assert [grant.dead for grant in grants if grant.where == GRID.id] == ["token_revoked"]
        assert GRID.id not in await tokens_of(tryout)
        await install(stage, SOUTH.id)
        assert SOUTH.id in await tokens_of(tryout)


async def test_a_workspace_that_is_named_no_more_keeps_what_it_has():
    settings = TryoutSettings(oauth=True, workspaces=(SOUTH.id, GRID.id), **QUICK)
    async with staged(settings) as tryout, raised(tryout) as stage:
        await install(stage, GRID.id)
        await tryout.bot.stop()
        fewer = tryout.settings.model_copy(update={"slack_workspaces": (SOUTH.id,)})
        bot = await Bot.start(fewer)
        try:
            page = await stage.browser.open(f"{fewer.url}/slack/install")
            consent = await stage.browser.press(page, "Add Snowline to Slack")
            page = await stage.browser.press(consent, "Allow", where=GRID.id)
            assert page.status == 403
            grants = tryout.sandbox.slack_server.workspaces.installs.grants
            assert [grant.dead for grant in grants if grant.where == GRID.id] == [""]
            await helped(stage, EAST.id)
        finally:
            await bot.stop()


async def test_an_installation_that_cannot_be_kept_takes_no_token_that_is_in_use(many):
    await install(many, SOUTH.id)
    database = many.tryout.bot.connector.database
    full = "RAISE(ABORT, 'database or disk is full')"
    async with database.transaction_everywhere() as tx:
        for when in ("INSERT", "UPDATE"):
            await tx.run(
                f"CREATE TRIGGER full_{when} BEFORE {when} ON installs BEGIN SELECT {full}; END"
            )
    page = await many.browser.open(f"{many.tryout.settings.url}/slack/install")
    consent = await many.browser.press(page, "Add Snowline to Slack")
    page = await many.browser.press(consent, "Allow", where=SOUTH.id)
    assert page.status == 502
    grants = many.tryout.sandbox.slack_server.workspaces.installs.grants
    assert [grant.dead for grant in grants if grant.where == SOUTH.id] == [""]
    await helped(many, SOUTH.id)


async def tokens_of(tryout):
    installs_ = await tryout.bot.connector.services.installs.everywhere()
    return [each.workspace for each in installs_ if not each.ended_at]


async def test_a_check_says_where_to_install_it_first(many):
    assert await findings(many) == [
        f"✓ Snowline is installed nowhere yet: open {many.tryout.settings.url}/slack/install"
    ]


async def test_a_check_names_each_workspace_and_a_dead_token(rotating):
    await install(rotating, SOUTH.id)
    await install(rotating, GRID.id)
    rotating.tryout.sandbox.slack_server.workspaces.installs.end(SOUTH.id)
    await asyncio.sleep(2.1)
    found = await findings(rotating)
    assert "✗ there is a token for Southwind" in found[0]
    assert "installs the app again" in found[0]
    assert found[1] == "✓ Slack knows the bot in All Winds, with every scope"


async def findings(stage):
    """Stop the bot, whose file it is, and check as the command does."""
    await stage.tryout.bot.stop()
    known = ("settings can be read", "keys and database", "Socket Mode", "nothing is connected")
    found = [str(each) async for each in checkup.check(stage.tryout.settings)]
    return [each for each in found if not any(word in each for word in known)]


async def test_no_token_code_or_secret_reaches_the_log(rotating, caplog):
    caplog.set_level(logging.DEBUG)
    await install(rotating, SOUTH.id)
    await asyncio.sleep(2.1)
    await helped(rotating, SOUTH.id)
    await remove(rotating, SOUTH.id)
    known = rotating.tryout.sandbox.slack_server.workspaces.installs
    secrets = [each.token for each in known.grants if each.where == SOUTH.id]
    secrets += ["44104410.", accounts.SLACK_CLIENT_SECRET, "xoxe-1-"]
    assert len(secrets) >= 5
    assert [each for each in secrets if each in caplog.text] == []


async def test_an_organisation_as_a_whole_is_one_workspace(many):
    await install(many, GRID.id)
    await make_a_ticket(many, EAST.id)
    ada = person(many, WEST.id)
    await ada.command("/snow tickets all", HERE)
    await ada.wait_for_message(HERE, text="Lock the door", ephemeral=True)
    owned = await rows_of(many, ALL_WINDS)
    assert owned["tickets"] == 1
    assert await rows_of(many, WorkspaceId(EAST.id)) == {}
