"""Events, their repetition, and deliveries that come twice."""

import json

from aiohttp import web

from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    ADAS_DM,
    SECURITY,
    button,
    payload_of,
    section,
    soon,
    with_answers,
    with_bolt,
)

QUICK = SlackSettings(retry_delays=(0.02, 0.02, 0.02), ack_seconds=0.3)
GREEDY = SlackSettings(events=("app_home_opened", "app_mention", "message.im"), read_only=False)


def shows_home(app):
    @app.event("app_home_opened")
    async def opened(event, client):
        view = {"type": "home", "blocks": [section(f"Hello <@{event['user']}>")]}
        view["blocks"].append({"type": "actions", "elements": [button("New", "new")]})
        await client.views_publish(user_id=event["user"], view=view)

    @app.action("new")
    async def new(ack, body, client):
        await ack()
        changed = {"type": "home", "blocks": [section("Changed")]}
        await client.views_publish(
            user_id=body["user"]["id"], view=changed, hash=body["view"]["hash"]
        )


async def test_opening_home_is_told_and_home_is_shown():
    async with with_bolt(shows_home) as stage:
        home = await stage.ada.home()
        assert home["blocks"][0]["text"]["text"] == "Hello <@U0ADA>"
        assert await stage.ada.home() != home
        await stage.ada.click_at_home("New")
        changed = await stage.get("home", user=ADA)
        assert changed["view"]["blocks"][0]["text"]["text"] == "Changed"
        assert (await stage.get("home", user="U0MIA"))["view"] is None


async def test_an_event_has_slacks_envelope():
    async with with_answers() as stage:
        await stage.post("home", user=ADA)
        event = json.loads((await soon(lambda: stage.heard and stage.heard[0]))["body"])
        assert event["type"] == "event_callback"
        assert event["event"]["channel"] == ADAS_DM
        assert event["event_id"].startswith("Ev")
        assert event["authorizations"][0]["is_bot"]


async def test_an_event_that_fails_comes_again_and_says_so():
    failures = [web.Response(status=503), 1.0, web.Response(status=500)]
    async with with_answers(*failures, settings=QUICK) as stage:
        stage.server.send_event({"type": "app_uninstalled"})
        await soon(lambda: len(stage.heard) == 4)
        told = [
            (h["headers"].get("X-Slack-Retry-Num"), h["headers"].get("X-Slack-Retry-Reason"))
            for h in stage.heard
        ]
        assert told == [
            (None, None),
            ("1", "http_error"),
            ("2", "http_timeout"),
            ("3", "http_error"),
        ]
        assert len({h["body"] for h in stage.heard}) == 1


async def test_a_bot_can_ask_not_to_be_told_again():
    no_more = web.Response(status=400, headers={"X-Slack-No-Retry": "1"})
    async with with_answers(no_more, settings=QUICK) as stage:
        stage.server.send_event({"type": "app_uninstalled"})
        await soon(lambda: stage.heard)
        await stage.ada.command("/snow", SECURITY)
        assert ["app_uninstalled" in h["body"] for h in stage.heard] == [True, False]


async def test_only_subscribed_events_are_told():
    async with with_answers() as stage:
        await stage.ada.say("hello <@U0SNOWLINE>", SECURITY)
        await stage.ada.command("/snow", SECURITY)
        assert len(stage.heard) == 1
    async with with_answers(settings=GREEDY) as stage:
        await stage.ada.say("hello <@U0SNOWLINE>", SECURITY)
        await stage.ada.say("psst", ADAS_DM)
        await soon(lambda: len(stage.heard) == 2)
        types = {json.loads(h["body"])["event"]["type"] for h in stage.heard}
        assert types == {"app_mention", "message"}


async def test_shortcuts_reach_the_bot():
    async with with_answers() as stage:
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="x")
        message = {"channel": SECURITY, "ts": posted["ts"]}
        await stage.post("shortcut", user=ADA, callback_id="everywhere")
        await stage.post("shortcut", user=ADA, callback_id="here", message=message)
        everywhere, here = map(payload_of, stage.heard)
        assert (everywhere["type"], "response_url" in everywhere) == ("shortcut", False)
        assert (here["type"], here["message"]["text"]) == ("message_action", "x")


async def test_the_last_interactions_can_come_twice():
    async with with_answers() as stage:
        blocks = [{"type": "actions", "elements": [button("A", "a"), button("B", "b")]}]
        await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=blocks)
        message = (await stage.ada.messages(SECURITY))[0]
        await stage.ada.click(message, "A")
        await stage.ada.click(message, "B")
        assert await stage.post("redeliver", times=1) == {"ok": True}
        bodies = [h["body"] for h in stage.heard]
        assert (len(bodies), bodies[2]) == (3, bodies[1])


async def test_a_person_sees_what_happens_as_it_happens():
    async with with_answers() as stage:
        start = await stage.get("events", user=ADA)
        assert start["events"] == []
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="one")
        where = {"channel": SECURITY, "ts": posted["ts"]}
        await stage.client.chat_update(**where, text="two")
        await stage.client.chat_delete(**where)
        await stage.client.chat_postEphemeral(channel=SECURITY, user="U0MIA", text="for Mia")
        answer = await stage.get("events", user=ADA, after=str(start["n"]))
        types = [event["type"] for event in answer["events"]]
        assert types == ["message", "message_changed", "message_deleted"]
        idle = await stage.get("events", user=ADA, after=str(answer["n"]), seconds="0.05")
        assert idle["events"] == []
