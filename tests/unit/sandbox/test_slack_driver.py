"""The driver: a person's hands and eyes, and what it says when it sees something else."""

import pytest
from aiohttp import web

from bot.sandbox.driver import DriverError, visible_text
from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    BOARD,
    MIA,
    SECURITY,
    button,
    field_of,
    modal,
    option,
    payload_of,
    plain,
    section,
    with_answers,
)

BOXES = {"type": "checkboxes", "options": [option("Red", "r"), option("Green", "g")]}
LABELS = {"type": "multi_static_select", "options": [option("One", "1"), option("Two", "2")]}
WIDE = modal(
    "Wide",
    field_of("Colours", "colours", BOXES, optional=True),
    field_of("Labels", "labels", LABELS, optional=True),
    field_of("Who", "who", {"type": "users_select"}),
    field_of("Team", "team", {"type": "multi_users_select"}, optional=True),
    field_of("Text", "text", {"type": "plain_text_input", "initial_value": "as before"}),
)


async def opened(stage, view):
    trigger = stage.server.workspace.triggers.issue(ADA, SECURITY)
    await stage.client.views_open(trigger_id=trigger, view=view)


async def test_every_kind_of_field_can_be_filled_in():
    async with with_answers() as stage:
        await opened(stage, WIDE)
        filled = {"Colours": "Red, Green", "Labels": "Two", "Who": MIA, "Team": ADA}
        assert await stage.ada.submit(filled) == {}
        values = payload_of(stage.heard[0])["view"]["state"]["values"]
        assert [o["value"] for o in values["colours"]["colours"]["selected_options"]] == ["r", "g"]
        assert [o["value"] for o in values["labels"]["labels"]["selected_options"]] == ["2"]
        assert values["who"]["who"]["selected_user"] == MIA
        assert values["team"]["team"]["selected_users"] == [ADA]
        assert values["text"]["text"]["value"] == "as before"


async def test_lists_can_be_emptied():
    filled = BOXES | {"initial_options": [option("Red", "r")]}
    async with with_answers() as stage:
        await opened(stage, modal("Form", field_of("Colours", "colours", filled, optional=True)))
        assert await stage.ada.submit({"Colours": None}) == {}
        values = payload_of(stage.heard[0])["view"]["state"]["values"]
        assert values["colours"]["colours"]["selected_options"] == []


def test_everything_a_person_reads_is_visible_text():
    view = {
        "title": plain("Title"),
        "blocks": [
            section("*bold*", fields=[plain("field")], accessory=button("Press", "p")),
            {"type": "context", "elements": [plain("small")]},
            field_of("Label", "x", {"type": "plain_text_input", "initial_value": "typed"}),
            field_of("Both", "b", BOXES | {"initial_options": [option("Red", "r")]}),
            field_of("One", "o", {**LABELS, "type": "static_select"}, hint=plain("hint")),
        ],
    }
    text = visible_text(view)
    for words in ("Title", "*bold*", "field", "Press", "small", "Label", "typed", "hint", "Green"):
        assert words in text
    assert visible_text({"text": "fallback", "blocks": [section("shown")]}) == "fallback\nshown"


async def test_what_is_not_there_is_told_with_what_is():
    async with with_answers() as stage:
        with pytest.raises(DriverError, match="no modal 'Form' but: no modal"):
            await stage.ada.modal(title="Form", seconds=0.1)
        await opened(stage, WIDE)
        with pytest.raises(DriverError, match="no modal 'Form' but: Wide"):
            await stage.ada.modal(title="Form", seconds=0.1)
        with pytest.raises(DriverError, match=r"there is no 'Colour me', only .*'Colours'"):
            await stage.ada.submit({"Colour me": "x"})
        with pytest.raises(DriverError, match=r"no option 'Blue', only .*'Red', 'Green'"):
            await stage.ada.submit({"Colours": "Blue"})
        with pytest.raises(DriverError, match="a modal stayed open: Wide"):
            await stage.ada.modal_is_closed(seconds=0.1)
        await stage.client.chat_postMessage(channel=SECURITY, text="hello")
        with pytest.raises(DriverError, match=r"no message with 'bye' .* were: \['hello'\]"):
            await stage.ada.wait_for_message(SECURITY, text="bye", seconds=0.1)
        with pytest.raises(DriverError, match="channel_not_found"):
            await stage.mia.messages(BOARD)


async def test_a_home_that_never_comes_is_an_error():
    async with with_answers() as stage:
        with pytest.raises(DriverError, match="published no home"):
            await stage.ada.home(seconds=0.1)


async def test_waiting_can_start_after_a_message():
    async with with_answers() as stage:
        first = await stage.client.chat_postMessage(channel=SECURITY, text="news one")
        await stage.client.chat_postMessage(channel=SECURITY, text="news two")
        after = first["ts"]
        found = await stage.ada.wait_for_message(SECURITY, text="news", after=after)
        assert found["text"] == "news two"


async def test_a_failed_click_is_told_on_every_surface():
    impatient = SlackSettings(ack_seconds=0.15)
    row = {"type": "actions", "elements": [button("Go", "go")]}
    async with with_answers(1.0, web.Response(status=500), 1.0, settings=impatient) as stage:
        await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=[row])
        await stage.client.views_publish(user_id=ADA, view={"type": "home", "blocks": [row]})
        await opened(stage, modal("Form", row))
        message = (await stage.ada.messages(SECURITY))[0]
        with pytest.raises(DriverError, match="Go: operation_timeout"):
            await stage.ada.click(message, "Go")
        with pytest.raises(DriverError, match="Go: dispatch_failed"):
            await stage.ada.click_at_home("Go")
        with pytest.raises(DriverError, match="Go: operation_timeout"):
            await stage.ada.click_in_modal("Go")
        shown = await stage.get("view", user=ADA)
        assert shown["error"] == "We had some trouble connecting. Try again?"


async def test_an_overflow_menu_is_chosen_from():
    menu = {"type": "overflow", "action_id": "more", "options": [option("Drop", "drop")]}
    async with with_answers() as stage:
        blocks = [section("A card", accessory=menu)]
        await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=blocks)
        await stage.ada.click((await stage.ada.messages(SECURITY))[0], "more", option="Drop")
        action = payload_of(stage.heard[0])["actions"][0]
        assert (action["type"], action["selected_option"]["value"]) == ("overflow", "drop")


async def test_a_button_in_an_attachment_can_be_pressed():
    row = {"type": "actions", "elements": [button("Go", "go")]}
    async with with_answers() as stage:
        await stage.client.chat_postMessage(
            channel=SECURITY, text="t", attachments=[{"color": "#ff0000", "blocks": [row]}]
        )
        message = (await stage.ada.messages(SECURITY))[0]
        block_id = message["attachments"][0]["blocks"][0]["block_id"]
        where = {"message": {"channel": SECURITY, "ts": message["ts"]}}
        answer = await stage.post("click", user=ADA, block_id=block_id, action_id="go", **where)
        assert answer == {"ok": True}
        gone = await stage.post("click", user=ADA, block_id="x", action_id="go", **where)
        assert gone == {"ok": False, "error": "element_not_found"}


async def test_strangers_and_unknown_requests_are_refused():
    async with with_answers() as stage:
        assert await stage.get("state", user="U0NOBODY") == {"ok": False, "error": "user_not_found"}
        assert (await stage.http.get(f"{stage.origin}/_client/weather")).status == 404
        assert (await stage.http.post(f"{stage.origin}/_client/weather")).status == 404
        url = f"{stage.origin}/_client/say"
        for body in ("nonsense", "[]"):
            answer = await (await stage.http.post(url, data=body)).json()
            assert answer == {"ok": False, "error": "user_not_found"}


async def test_the_state_names_people_channels_and_commands():
    async with with_answers() as stage:
        state = await stage.get("state", user=MIA)
        assert (state["me"]["name"], state["me"]["is_admin"]) == ("mia", False)
        assert [u["id"] for u in state["users"] if u["is_bot"]] == [state["bot"]["id"]]
        channels = {each["id"]: each for each in state["channels"]}
        assert BOARD not in channels
        assert channels["D0MIA"]["user"] == MIA
        assert channels[SECURITY]["bot_is_member"]
        assert not channels["C0GENERAL"]["bot_is_member"]
        assert state["commands"][0]["command"] == "/snow"
