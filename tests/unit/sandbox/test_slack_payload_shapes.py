"""What we send an app beside what the real Slack sent: every key of it, of the same type."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from bot.sandbox.slack import EVENTS, SlackSettings
from tests.unit.sandbox.json_shapes import in_an_empty_list, paths_of
from tests.unit.sandbox.slack_stage import (
    ADA,
    SECURITY,
    button,
    field_of,
    modal,
    option,
    plain,
    section,
    soon,
    with_answers,
)

RECORDED = Path(__file__).parents[3].parent / "shared" / "data" / "slack" / "payloads"
pytestmark = pytest.mark.shared

SELECT = {"type": "external_select", "min_query_length": 1, "placeholder": plain("Search")}
FORM = modal("Form", field_of("Find", "find", SELECT, optional=True), close=plain("Back"))
ABSENT = {
    "enterprise_id": "only within an Enterprise Grid",
    "enterprise_name": "only within an Enterprise Grid",
    "authed_users": "replaced by authorizations",
    "authed_teams": "replaced by authorizations",
    "blocks": "what the app or the person wrote",
    "values": "what the person entered",
    "submit": "a home has no buttons of its own",
    "close": "a home has no buttons of its own",
}
NULLABLE = {"enterprise_id", "previous_view_id", "submit", "close"}


async def pressed(stage):
    blocks = [{"type": "actions", "elements": [button("Go", "go", value="1")]}]
    await stage.client.chat_postMessage(channel=SECURITY, text="x", blocks=blocks)
    await stage.ada.click((await stage.ada.messages(SECURITY))[-1], "Go")


async def opened(stage, view=FORM):
    trigger = stage.server.workspace.triggers.issue(ADA, SECURITY)
    await stage.client.views_open(trigger_id=trigger, view=view)


async def searched(stage):
    await opened(stage)
    await stage.ada.choose("Find", "fo", "Found")


async def submitted(stage):
    await opened(stage)
    await stage.ada.submit()


async def closed(stage):
    await opened(stage, FORM | {"notify_on_close": True})
    await stage.ada.close_modal()


async def commanded(stage):
    await stage.ada.command("/snow hello", SECURITY)


async def chosen_anywhere(stage):
    await stage.post("shortcut", user=ADA, callback_id="x")


async def chosen_at_a_message(stage):
    await stage.ada.say("Hello", SECURITY)
    (message,) = await stage.ada.messages(SECURITY)
    await stage.ada.use_shortcut("x", message)


async def mentioned(stage):
    await stage.ada.say("<@U0SNOWLINE> Hi there!", SECURITY)


async def came_home(stage):
    home = {"type": "home", "blocks": [section("x")]}
    await stage.client.views_publish(user_id=ADA, view=home)
    await stage.post("home", user=ADA)


def read(body):
    """Read a delivery: JSON, or a form that may hold JSON."""
    if body.startswith("{"):
        return json.loads(body)
    form = dict(parse_qsl(body, keep_blank_values=True))
    return json.loads(form["payload"]) if "payload" in form else form


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("test_block_actions.body", pressed),
        ("test_block_suggestion.body", searched),
        ("test_view_submission.body", submitted),
        ("test_view_closed.body", closed),
        ("test_slash_command.slash_command_body", commanded),
        ("test_shortcut.global_shortcut_body", chosen_anywhere),
        ("test_shortcut.message_shortcut_body", chosen_at_a_message),
        ("test_events_shared_channels.app_mention_body", mentioned),
        ("AppHomeOpenedPayload", came_home),
    ],
)
async def test_a_delivery_has_the_keys_of_the_recorded_one(name, act):
    recorded = json.loads((RECORDED / f"{name}.json").read_text())
    answer = web.json_response({"options": [option("Found", "f")]} if act is searched else {})
    settings = SlackSettings(events=EVENTS, read_only=False)
    async with with_answers(answer, settings=settings) as stage:
        await act(stage)
        heard = read((await soon(lambda: stage.heard))[-1]["body"])
    ours, theirs = paths_of(heard), paths_of(recorded)
    missing = [
        at
        for at in theirs.keys() - ours.keys()
        if not (ABSENT.keys() & {*at} or in_an_empty_list(at, ours))
    ]
    other = {
        at: (ours[at], theirs[at])
        for at in ours.keys() & theirs.keys()
        if ours[at] - theirs[at] - ({"NoneType"} if NULLABLE & {*at} else set())
    }
    assert (missing, other) == ([], {})
