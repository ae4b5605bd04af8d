"""Links that people post, as the channel and each person see them."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from bot.sandbox import accounts
from bot.sandbox.previews import fields_of
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.slack.panes import Pane
from bot.tour.stage import soon
from connector.models import WorkspaceId
from tests.e2e.acts import SECURITY, card_with, create, number_of, records

GENERAL = accounts.GENERAL.id
NAME = "Shown by its link"
HOST = accounts.INSTANCE_HOST


def address(sys_id, table="incident"):
    return f"https://{HOST}/nav_to.do?uri={table}.do%3Fsys_id%3D{sys_id}"


def unfurled(stage):
    payloads = stage.tryout.sandbox.slack_server.workspace.record.payloads
    return [each["payload"] for each in payloads if each["kind"] == "unfurl"]


@pytest.fixture
async def incident(connected):
    """The sys_id of an incident whose card stands in #security."""
    await create(connected.mia, NAME)
    await number_of(connected.mia, NAME)
    return records(connected, NAME)[0]["sys_id"]


@pytest.fixture
async def action(connected):
    """An open improvement action."""
    services = connected.tryout.bot.connector.services
    return (await services.actions.score(WorkspaceId(accounts.TEAM_ID))).open_actions[0]


async def nothing_is_shown(stage, user, text, channel=SECURITY):
    """Post a message, and wait until the bot has done with it."""
    before = len(unfurled(stage))
    await user.say(text, channel)
    await until_done_with(stage)
    assert len(unfurled(stage)) == before


async def until_done_with(stage):
    """Wait until every event has been told and worked on; the bot's tasks share this loop."""

    async def idle():
        names = [repr(each.get_coro()) for each in asyncio.all_tasks()]
        return not [each for each in names if "_insist" in each or "run_ack" in each] or None

    await soon(idle, "the bot still works on it")


async def test_a_tickets_link_shows_little_to_all_and_more_to_who_may_read_it(connected, incident):
    url = address(incident)
    await connected.mia.say(f"Have a look: {url} please", SECURITY)
    preview = await connected.mia.previews.wait_for(SECURITY, url=url)
    entity = preview["entity"]
    assert entity["entity_type"] == "slack#/entities/incident"
    assert entity["entity_payload"]["attributes"]["title"]["text"] == NAME
    assert fields_of({"entity": entity}) == {"status": "New", "priority": "3 - Moderate"}
    pane = await connected.ada.previews.open(preview)
    assert pane["error"] is None
    shown = fields_of(pane)
    assert "Microsoft 365 Security and Configuration" in shown["description"]
    assert shown["category"] == "Identity"
    assert "due_date" in shown


@pytest.mark.parametrize("who", ["mia", "ned"])
async def test_the_pane_stays_closed_to_whom_servicenow_gives_no_role(connected, incident, who):
    user = getattr(connected, who, None) or connected.mia.__class__(
        connected.http, connected.tryout.page, accounts.NED.id
    )
    await connected.mia.say(address(incident), SECURITY)
    preview = await user.previews.wait_for(SECURITY)
    pane = await user.previews.open(preview)
    assert pane["error"]["status"] == "custom"
    assert "role that may read it" in pane["error"]["custom_message"]
    assert not pane["filled"]


async def test_the_due_date_is_set_in_the_pane_by_name(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    await connected.ada.previews.open(preview)
    errors = await connected.ada.previews.save(preview, {"due_date": "2020-01-01"})
    assert "past" in errors["due_date"]
    assert await connected.ada.previews.save(preview, {"due_date": "2031-01-31"}) == {}
    pane = await connected.ada.previews.pane(preview)
    assert pane["error"] is None
    assert fields_of(pane)["due_date"] == "2031-01-31"
    await card_with(connected.mia, NAME, "31 Jan 2031")
    assert records(connected, NAME)[0]["due_date"].startswith("2031-01-31")


async def test_who_lost_the_role_meanwhile_changes_nothing(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    await connected.ada.previews.open(preview)
    _take_roles(connected, "ada.admin")
    errors = await connected.ada.previews.save(preview, {"due_date": "2031-01-31"})
    assert "Nothing was changed" in errors["due_date"]
    assert not records(connected, NAME)[0]["due_date"].startswith("2031")


def _take_roles(stage, user_name):
    kept = stage.tryout.sandbox.servicenow_server.instance.records
    user = kept.first("sys_user", "user_name", user_name)
    for row in list(kept.all("sys_user_has_role")):
        if row["user"] == user["sys_id"]:
            kept.remove("sys_user_has_role", row)


async def test_a_date_that_servicenow_refuses_is_said_in_the_pane(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    await connected.ada.previews.open(preview)
    server = connected.tryout.sandbox.servicenow_server
    server.faults.arm("data-policy")
    await connected.ada.previews.save(preview, {"due_date": "2031-01-31"})
    pane = await connected.ada.previews.pane(preview)
    assert pane["error"]["status"] == "edit_error"


async def test_what_is_saved_twice_is_done_once(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    await connected.ada.previews.open(preview)
    assert await connected.ada.previews.save(preview, {"due_date": "2031-01-31"}) == {}
    page = f"{connected.tryout.page}/_client/redeliver"
    async with connected.http.post(page, json={"times": 1}) as answer:
        assert answer.status == 200
    await until_done_with(connected)
    view = connected.tryout.bot.connector.database.view(WorkspaceId(accounts.TEAM_ID))
    kept = await view.run("SELECT state FROM acts WHERE workspace = :workspace")
    assert [each["state"] for each in kept] == ["done"]
    pane = await connected.ada.previews.pane(preview)
    assert pane["error"] is None


async def test_while_servicenow_hangs_the_pane_says_so_in_time(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    connected.tryout.sandbox.servicenow_server.faults.arm("hang:100")
    pane = await connected.ada.previews.open(preview)
    assert "Try again in a minute" in pane["error"]["custom_message"]


async def test_while_servicenow_hangs_a_date_is_refused_at_its_field_in_time(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    await connected.ada.previews.open(preview)
    connected.tryout.sandbox.servicenow_server.faults.arm("hang:100")
    errors = await connected.ada.previews.save(preview, {"due_date": "2031-01-31"})
    assert "Nothing was changed" in errors["due_date"]


async def test_an_improvement_actions_link_is_a_task(connected, action):
    await connected.mia.say(action.deep_link, GENERAL)
    preview = await connected.mia.previews.wait_for(GENERAL)
    assert preview["entity"]["entity_type"] == "slack#/entities/task"
    assert fields_of({"entity": preview["entity"]})["status"] == "Open"
    pane = await connected.mia.previews.open(preview)
    assert fields_of(pane)["description"]


async def test_where_work_objects_are_not_on_a_plain_message_stands_in(connected, incident):
    _set(connected, work_objects=False)
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.mia.previews.wait_for(SECURITY)
    assert "entity" not in preview
    assert NAME in str(preview["blocks"])
    assert preview["blocks"][1]["elements"][0]["text"] == "Incident · New · 3 - Moderate"


def _set(stage, **settings):
    workspace = stage.tryout.sandbox.slack_server.workspace
    for name, value in settings.items():
        object.__setattr__(workspace.settings, name, value)


async def test_a_link_is_previewed_while_it_is_being_written(connected, incident):
    at = await connected.ada.previews.compose(address(incident), SECURITY)
    shown = await connected.ada.previews.composed(at)
    assert shown["unfurls"][0]["title"] == NAME


async def test_the_same_ticket_is_not_shown_twice_in_half_an_hour(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    await connected.mia.previews.wait_for(SECURITY)
    other = f"https://{HOST}/incident.do?sys_id={incident}"
    await nothing_is_shown(connected, connected.mia, other)
    await connected.ada.say(other, GENERAL)
    await connected.ada.previews.wait_for(GENERAL, url=other)


async def test_what_is_told_twice_is_shown_once(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    await connected.mia.previews.wait_for(SECURITY)
    page = f"{connected.tryout.page}/_client/redeliver"
    async with connected.http.post(page, json={"events": 1}) as answer:
        assert answer.status == 200
    await until_done_with(connected)
    assert len(unfurled(connected)) == 1


async def test_a_list_of_links_shows_nothing(connected, incident):
    url = address(incident)
    three = " ".join((url, f"{url}&a=1", f"{url}&a=2"))
    await nothing_is_shown(connected, connected.mia, three)


async def test_whose_address_slack_has_not_confirmed_shows_nothing(connected, incident):
    ned = connected.mia.__class__(connected.http, connected.tryout.page, accounts.NED.id)
    await nothing_is_shown(connected, ned, address(incident))


async def test_a_ticket_of_another_channel_is_shown_by_who_may_read_it(connected, incident):
    await nothing_is_shown(connected, connected.mia, address(incident), GENERAL)
    await connected.ada.say(address(incident), GENERAL)
    await connected.ada.previews.wait_for(GENERAL)


@pytest.mark.parametrize("who", ["guest", "organisation"])
async def test_where_others_read_along_nothing_is_shown_unless_an_admin_says_so(
    connected, incident, who
):
    workspace = connected.tryout.sandbox.slack_server.workspace
    if who == "guest":
        workspace.people.mark(accounts.NED.id, is_restricted=True)
    else:
        workspace.conversations.by_id[SECURITY].is_ext_shared = True
    await nothing_is_shown(connected, connected.mia, address(incident))
    await connected.mia.command("/snow previews on", SECURITY)
    await connected.mia.wait_for_message(SECURITY, text="Only admins", ephemeral=True)
    await connected.ada.command("/snow previews on", SECURITY)
    await connected.ada.wait_for_message(SECURITY, text="also to guests", ephemeral=True)
    await connected.mia.say(address(incident), SECURITY)
    await connected.mia.previews.wait_for(SECURITY)
    await connected.ada.command("/snow previews off", SECURITY)
    await connected.ada.wait_for_message(SECURITY, text="are not shown here", ephemeral=True)
    await nothing_is_shown(connected, connected.ada, address(incident))


async def test_a_preview_follows_its_ticket_when_the_pane_is_opened(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    server = connected.tryout.sandbox.servicenow_server
    actor = server.instance.people.named("beth.anglin")
    (row,) = [each for each in server.records("incident") if each["sys_id"] == incident]

    async def another_second():
        # Slack takes what is no newer, to the second, for what it has already.
        return (
            f"{datetime.fromtimestamp(time.time(), tz=UTC):%Y-%m-%d %H:%M:%S}"
            > row["sys_updated_on"]
            or None
        )

    await soon(another_second, "time stands still")
    server.instance.writer.update(TABLES["incident"], row, {"state": "2"}, actor)
    await card_with(connected.mia, NAME, "In Progress")
    await connected.ada.previews.open(preview, refresh=True)

    async def renewed():
        shown = await connected.ada.previews.wait_for(SECURITY)
        return fields_of(shown)["status"] == "In Progress" or None

    await soon(renewed, "the preview never changed")
    assert set(fields_of(await connected.ada.previews.wait_for(SECURITY))) == {"status", "priority"}


async def test_a_pane_opened_outside_any_message_is_filled_by_the_address(connected, incident):
    await connected.mia.say(address(incident), SECURITY)
    preview = await connected.ada.previews.wait_for(SECURITY)
    # Found in Slack's search: no reference, and no message around it.
    workspace = connected.tryout.sandbox.slack_server.workspace
    trigger = workspace.triggers.issue(accounts.ADA.id)
    pane = Pane(user=accounts.ADA.id, channel="", ts="", preview=preview)
    workspace.panes.asked[trigger] = pane
    event = {
        "type": "entity_details_requested",
        "user": accounts.ADA.id,
        "entity_url": preview["entity"]["url"],
        "trigger_id": trigger,
    }
    connected.tryout.sandbox.slack_server.send_event(event)
    await soon(lambda: _filled(pane), "the pane stayed empty")
    assert fields_of({"entity": pane.details})["description"]


async def _filled(pane):
    return pane.details
