"""Slash commands: what the bot gets, what the person sees, and how it fails."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import yaml
from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError
from bot.sandbox.slack import SlackSettings, SlashCommand
from bot.sandbox.slack.settings import SNOW
from tests.unit.sandbox.slack_stage import (
    ADA,
    ADAS_DM,
    BOARD,
    MIA,
    SECURITY,
    bare,
    with_answers,
    with_bolt,
)

ROOT = Path(__file__).parents[3]
TALKATIVE = SlackSettings(read_only=False)
IMPATIENT = SlackSettings(ack_seconds=0.2)


def echo(app):
    @app.command("/snow")
    async def snow(ack, command):
        await ack(f"You said {command['text']}")


async def test_a_command_comes_as_the_form_that_slack_sends():
    async with with_answers() as stage:
        await stage.ada.command("/snow share  MFA for admins ", SECURITY)
        form = dict(parse_qsl(stage.heard[0]["body"], keep_blank_values=True))
        assert form.pop("response_url").startswith(f"{stage.origin}/_response/")
        assert [len(form["trigger_id"].split(".")), form.pop("trigger_id") != ""] == [3, True]
        assert form.pop("token")
        assert form == {
            "team_id": accounts.TEAM_ID,
            "team_domain": accounts.TEAM_DOMAIN,
            "channel_id": SECURITY,
            "channel_name": "security",
            "user_id": ADA,
            "user_name": "ada",
            "command": "/snow",
            "text": "share  MFA for admins",
            "api_app_id": accounts.APP_ID,
            "is_enterprise_install": "false",
        }


@pytest.mark.parametrize(
    ("typed", "delivered"),
    [
        pytest.param("a & b < c > d", "a &amp; b &lt; c &gt; d", id="the three signs"),
        pytest.param("a &amp; b", "a &amp;amp; b", id="what looks escaped already"),
        pytest.param("ask @mia.", "ask <@U0MIA|mia>.", id="a person by name"),
        pytest.param("ask <@U0MIA>", "ask <@U0MIA|mia>", id="a person by id"),
        pytest.param("in #general", "in <#C0GENERAL|general>", id="a channel by name"),
        pytest.param("in <#C0GENERAL|x>", "in <#C0GENERAL|general>", id="a channel by id"),
        pytest.param("in #board-private", "in <#C0BOARD|>", id="a private channel keeps its name"),
        pytest.param("<@U0NOBODY> @nobody", "&lt;@U0NOBODY&gt; @nobody", id="nobody known"),
        pytest.param("#1 of me@mia", "#1 of me@mia", id="neither person nor channel"),
        pytest.param("https://a.b/?x=1&y", "<https://a.b/?x=1&amp;y>", id="an address"),
    ],
)
async def test_a_command_that_asks_for_it_gets_its_text_escaped(typed, delivered):
    async with with_answers() as stage:
        await stage.ada.command(f"/snow share {typed}", SECURITY)
        assert dict(parse_qsl(stage.heard[0]["body"]))["text"] == f"share {delivered}"


async def test_a_private_channel_is_nothing_to_those_outside():
    async with with_answers() as stage:
        await stage.mia.command("/snow share #board-private", SECURITY)
        assert dict(parse_qsl(stage.heard[0]["body"]))["text"] == "share #board-private"


async def test_a_command_that_does_not_ask_gets_its_text_as_typed():
    async with with_answers(settings=SlackSettings(commands=(SlashCommand("/raw"),))) as stage:
        await stage.ada.command("/raw a & b @mia", SECURITY)
        assert dict(parse_qsl(stage.heard[0]["body"]))["text"] == "a & b @mia"


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        pytest.param(SECURITY, "security", id="public"),
        pytest.param(BOARD, "privategroup", id="private"),
        pytest.param(ADAS_DM, "directmessage", id="direct"),
    ],
)
async def test_private_conversations_keep_their_name_to_themselves(channel, name):
    async with with_answers(settings=TALKATIVE) as stage:
        await stage.ada.command("/snow", channel)
        assert dict(parse_qsl(stage.heard[0]["body"]))["channel_name"] == name


@pytest.mark.parametrize("act", ["command", "say"])
async def test_nobody_writes_in_the_messages_tab_of_an_app_that_only_speaks(act):
    async with with_answers() as stage:
        answer = await stage.post(act, user=ADA, channel=ADAS_DM, text="/snow help")
        assert (answer["ok"], answer["error"]) == (False, "restricted_action_read_only_channel")
        assert stage.heard == await stage.ada.messages(ADAS_DM) == []
        channels = (await stage.get("state", user=ADA))["channels"]
        assert [each["id"] for each in channels if each["is_read_only"]] == [ADAS_DM]


async def test_the_words_of_the_acknowledgement_are_for_the_person_alone():
    async with with_bolt(echo) as stage:
        await stage.ada.command("/snow hello", SECURITY)
        message = await stage.ada.wait_for_message(SECURITY, text="You said hello", ephemeral=True)
        assert message["bot"]
        assert await stage.mia.messages(SECURITY) == []
        assert stage.server.messages(SECURITY) == []


async def test_an_acknowledgement_may_speak_to_the_channel():
    answer = web.json_response({"response_type": "in_channel", "text": "for all"})
    async with with_answers(answer) as stage:
        await stage.ada.command("/snow", SECURITY)
        assert [m["text"] for m in await stage.mia.messages(SECURITY)] == ["for all"]


async def test_plain_text_is_an_acknowledgement_too_and_an_empty_one_says_nothing():
    async with with_answers(web.Response(text="as it is"), web.Response()) as stage:
        await stage.ada.command("/snow", SECURITY)
        await stage.ada.command("/snow", SECURITY)
        assert [m["text"] for m in await stage.ada.messages(SECURITY)] == ["as it is"]


def test_the_messages_tab_is_the_manifests():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    tab = manifest["features"]["app_home"]
    assert tab["messages_tab_enabled"] is True
    assert tab["messages_tab_read_only_enabled"] is SlackSettings().read_only


def test_the_command_is_the_manifests():
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    (command,) = manifest["features"]["slash_commands"]
    assert command == {
        "command": SNOW.command,
        "description": SNOW.description,
        "usage_hint": SNOW.hint,
        "should_escape": SNOW.should_escape,
    }


async def test_a_command_nobody_installed_is_not_valid():
    async with with_answers() as stage:
        answer = await stage.post("command", user=ADA, channel=SECURITY, text="/weather")
        assert answer == {"ok": False, "error": "`/weather` is not a valid command."}
        assert stage.heard == []


async def test_a_bot_that_is_too_slow_fails_with_operation_timeout():
    async with with_answers(1.0, settings=IMPATIENT) as stage:
        start = (await stage.get("events", user=ADA))["n"]
        with pytest.raises(DriverError, match="operation_timeout"):
            await stage.ada.command("/snow", SECURITY)
        events = (await stage.get("events", user=ADA, after=str(start)))["events"]
        told = "/snow failed with the error “operation_timeout”"
        assert [(e["type"], e["text"]) for e in events] == [("notice", told)]


async def test_a_bot_that_answers_an_error_fails_with_dispatch_failed():
    async with with_answers(web.Response(status=500)) as stage:
        with pytest.raises(DriverError, match="dispatch_failed"):
            await stage.ada.command("/snow", SECURITY)


async def test_a_bot_that_is_nowhere_fails_with_dispatch_failed():
    async with bare() as stage:
        with pytest.raises(DriverError, match="dispatch_failed"):
            await stage.ada.command("/snow", SECURITY)
        stage.server.deliver_to("http://127.0.0.1:9/slack/events")
        with pytest.raises(DriverError, match="dispatch_failed"):
            await stage.ada.command("/snow", SECURITY)


async def test_outsiders_have_no_command_line_in_a_private_channel():
    async with with_answers() as stage:
        answer = await stage.post("command", user=MIA, channel=BOARD, text="/snow")
        assert answer == {"ok": False, "error": "channel_not_found"}


async def test_an_answer_that_breaks_the_rules_is_refused_and_recorded():
    too_long = {
        "text": "x",
        "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    }
    async with with_answers(web.json_response(too_long)) as stage:
        await stage.ada.command("/snow", SECURITY)
        assert await stage.ada.messages(SECURITY) == []
        assert await stage.refused() == ["invalid_blocks"]
