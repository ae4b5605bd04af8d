"""External selects: the app is asked for options while a person types."""

import pytest
from aiohttp import web

from bot.sandbox.driver import DriverError
from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    SECURITY,
    field_of,
    modal,
    option,
    payload_of,
    plain,
    section,
    with_answers,
    with_bolt,
)

SELECT = {"type": "external_select", "min_query_length": 1, "placeholder": plain("Search")}
FORM = modal("Find", field_of("Action", "find", SELECT))


async def opened(stage, view=FORM):
    trigger = stage.server.workspace.triggers.issue(ADA, SECURITY)
    await stage.client.views_open(trigger_id=trigger, view=view)


async def test_bolt_answers_with_options_that_fit():
    def register(app):
        @app.options("find")
        async def find(ack, payload):
            await ack(options=[option(f"{payload['value']} for {n}", str(n)) for n in range(3)])

    async with with_bolt(register) as stage:
        await opened(stage)
        await stage.ada.choose("Action", "MFA", "for 2")
        view = await stage.ada.modal()
        chosen = view["state"]["values"]["find"]["find"]["selected_option"]
        assert chosen == option("MFA for 2", "2")


async def test_the_request_says_where_and_what_was_typed():
    async with with_answers(web.json_response({"options": []})) as stage:
        await opened(stage)
        with pytest.raises(DriverError, match="no option 'x', only"):
            await stage.ada.choose("Action", "abc", "x")
        payload = payload_of(stage.heard[0])
        assert payload["type"] == "block_suggestion"
        assert (payload["block_id"], payload["action_id"], payload["value"]) == (
            "find",
            "find",
            "abc",
        )
        assert payload["container"]["view_id"] == payload["view"]["id"]


async def test_groups_of_options_are_offered_too():
    group = {"label": plain("Open"), "options": [option("One", "1")]}
    async with with_answers(web.json_response({"option_groups": [group]})) as stage:
        await opened(stage)
        await stage.ada.choose("Search", "One", "One")


async def test_a_message_offers_them_as_well():
    answer = web.json_response({"options": [option("One", "1")]})
    async with with_answers(answer) as stage:
        select = {**SELECT, "action_id": "find"}
        await stage.client.chat_postMessage(
            channel=SECURITY, text="t", blocks=[section("Find it", accessory=select)]
        )
        message = await stage.ada.wait_for_message(SECURITY, text="Find it")
        await stage.ada.click(message, "Find it", option="One")
        suggestion, click = map(payload_of, stage.heard)
        assert suggestion["message"]["ts"] == click["container"]["message_ts"] == message["ts"]
        assert click["actions"][0]["selected_option"] == option("One", "1")
        assert click["state"]["values"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"options": [option("x", str(n)) for n in range(101)]}, id="101 options"),
        pytest.param({"options": [option("x" * 76, "v")]}, id="long text"),
        pytest.param({"options": [option("x", "v" * 151)]}, id="long value"),
        pytest.param({}, id="nothing"),
    ],
)
async def test_options_that_break_a_rule_are_not_shown(answer):
    async with with_answers(web.json_response(answer)) as stage:
        await opened(stage)
        with pytest.raises(DriverError, match="invalid_options"):
            await stage.ada.choose("Action", "abc", "x")
        assert await stage.refused() == ["invalid_options"]


async def test_options_must_come_in_time():
    async with with_answers(1.0, settings=SlackSettings(ack_seconds=0.2)) as stage:
        await opened(stage)
        with pytest.raises(DriverError, match="operation_timeout"):
            await stage.ada.choose("Action", "abc", "x")


async def test_too_short_a_query_asks_nobody():
    patient = modal("Find", field_of("Action", "find", {"type": "external_select"}))
    async with with_answers() as stage:
        await opened(stage, patient)
        view = await stage.ada.modal()
        where = {"view_id": view["id"], "block_id": "find", "action_id": "find"}
        assert await stage.post("options", user=ADA, **where, value="ab") == {"options": []}
        assert stage.heard == []
