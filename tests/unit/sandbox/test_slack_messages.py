"""chat.*: where the bot may speak, what it may say, and who sees it."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    ADAS_DM,
    BOARD,
    GENERAL,
    MIA,
    SECURITY,
    bare,
    button,
    payload_of,
    plain,
    section,
    with_answers,
)


async def test_public_channels_take_posts_without_membership():
    async with bare() as stage:
        answer = await stage.client.chat_postMessage(channel=GENERAL, text="hello")
        assert answer["message"]["bot_id"]
        assert [m["text"] for m in await stage.mia.messages(GENERAL)] == ["hello"]


async def test_without_the_public_scope_membership_counts():
    scopes = ("chat:write",)
    async with bare(SlackSettings(scopes=scopes)) as stage:
        answer = await stage.call("chat.postMessage", channel=GENERAL, text="hello")
        assert answer["error"] == "not_in_channel"


@pytest.mark.parametrize("channel", [BOARD, "C0NOWHERE", "U0NOBODY"])
async def test_private_channels_hide_from_outsiders(channel):
    async with bare() as stage:
        for method in ("chat.postMessage", "chat.postEphemeral"):
            answer = await stage.call(method, channel=channel, text="hello", user=ADA)
            assert answer == {"ok": False, "error": "channel_not_found"}


async def test_a_user_id_means_the_direct_message():
    async with bare() as stage:
        answer = await stage.client.chat_postMessage(channel=ADA, text="hello")
        assert answer["channel"] == ADAS_DM == await stage.ada.direct_channel()
        assert [m["text"] for m in await stage.ada.messages(ADAS_DM)] == ["hello"]


async def test_an_archived_channel_takes_nothing():
    async with bare() as stage:
        stage.server.workspace.conversations.by_id[GENERAL].is_archived = True
        answer = await stage.call("chat.postMessage", channel=GENERAL, text="hello")
        assert answer["error"] == "is_archived"


async def test_an_ephemeral_message_is_for_one_member():
    async with bare() as stage:
        await stage.client.chat_postEphemeral(channel=SECURITY, user=ADA, text="psst")
        assert [m["ephemeral"] for m in await stage.ada.messages(SECURITY)] == [True]
        assert await stage.mia.messages(SECURITY) == []
        for user in ("U0NOBODY", "U0SNOWLINE"):
            answer = await stage.call("chat.postEphemeral", channel=SECURITY, user=user, text="x")
            assert answer["error"] == "user_not_in_channel"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param({}, "no_text", id="nothing"),
        pytest.param({"text": "  "}, "no_text", id="blank"),
        pytest.param({"text": "x" * 40_001}, "msg_too_long", id="long"),
        pytest.param({"text": "x", "blocks": "[{"}, "invalid_blocks_format", id="no JSON"),
        pytest.param({"text": "x", "blocks": {}}, "invalid_blocks_format", id="no list"),
        pytest.param({"text": "x", "blocks": [section("x")] * 51}, "invalid_blocks", id="51"),
        pytest.param(
            {"text": "x", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long", id="13,200"
        ),
        pytest.param({"text": "x", "markdown_text": "x"}, "markdown_text_conflict", id="both"),
        pytest.param({"text": "x", "thread_ts": "1.2"}, "thread_not_found", id="no thread"),
        pytest.param({"text": "x", "metadata": "{"}, "invalid_metadata_format", id="metadata"),
        pytest.param({"text": "x", "attachments": ["x"]}, "invalid_attachments", id="attachment"),
    ],
)
async def test_what_a_message_may_not_be(arguments, error):
    async with bare() as stage:
        answer = await stage.call("chat.postMessage", channel=SECURITY, **arguments)
        assert (answer["ok"], answer["error"]) == (False, error)
        assert await stage.refused() == [error]


async def test_invalid_blocks_say_where_and_why():
    async with bare() as stage:
        blocks = [section("fine"), {"type": "header", "text": plain("x" * 151)}]
        with pytest.raises(SlackApiError) as refused:
            await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=blocks)
        told = "must be less than 151 characters [json-pointer:/blocks/1/text/text]"
        answer = refused.value.response
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {told}"]
        assert answer["errors"] == [told]


async def test_an_update_keeps_the_timestamp_and_marks_only_text_as_edited():
    async with bare() as stage:
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="one")
        where = {"channel": SECURITY, "ts": posted["ts"]}
        answer = await stage.client.chat_update(**where, text="two", blocks=[section("2")])
        assert (answer["ts"], answer["message"]["blocks"][0]["text"]["text"]) == (posted["ts"], "2")
        assert "edited" not in (await stage.ada.messages(SECURITY))[0]
        await stage.client.chat_update(**where, text="three")
        shown = (await stage.ada.messages(SECURITY))[0]
        assert (shown["text"], shown["blocks"], shown["edited"]) == ("three", [], True)


async def test_only_the_bots_own_lasting_messages_can_be_changed():
    async with bare() as stage:
        await stage.ada.say("mine", SECURITY)
        mine = (await stage.ada.messages(SECURITY))[0]["ts"]
        psst = await stage.client.chat_postEphemeral(channel=SECURITY, user=ADA, text="psst")
        for ts, error in [
            (mine, "cant_update_message"),
            (psst["message_ts"], "message_not_found"),
            ("1.2", "message_not_found"),
        ]:
            answer = await stage.call("chat.update", channel=SECURITY, ts=ts, text="x")
            assert answer["error"] == error
        too_long = await stage.call("chat.update", channel=SECURITY, ts="1.2", text="x" * 4001)
        assert too_long["error"] == "message_not_found"
        answer = await stage.call("chat.delete", channel=SECURITY, ts=mine)
        assert answer["error"] == "cant_delete_message"


async def test_an_update_knows_a_shorter_text_than_a_post():
    async with bare() as stage:
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="x" * 4001)
        where = {"channel": SECURITY, "ts": posted["ts"]}
        assert (await stage.call("chat.update", **where, text="x" * 4001))["error"] == (
            "msg_too_long"
        )


async def test_a_reply_is_shown_in_the_channel_too_where_that_is_wanted():
    async with bare() as stage:
        parent = await stage.client.chat_postMessage(channel=SECURITY, text="parent")
        where = {"channel": SECURITY, "thread_ts": parent["ts"]}
        shown = await stage.client.chat_postMessage(**where, text="aloud", reply_broadcast=True)
        assert shown["message"]["subtype"] == "thread_broadcast"
        quiet = await stage.client.chat_postMessage(**where, text="quiet", reply_broadcast=False)
        assert "subtype" not in quiet["message"]
        alone = await stage.client.chat_postMessage(
            channel=SECURITY, text="no thread", reply_broadcast=True
        )
        assert "subtype" not in alone["message"]
        kept = {each["text"]: each.get("broadcast") for each in await stage.ada.messages(SECURITY)}
        assert kept == {"parent": None, "aloud": True, "quiet": None, "no thread": None}


async def test_a_thread_counts_its_replies_and_can_lose_them():
    async with bare() as stage:
        parent = await stage.client.chat_postMessage(channel=SECURITY, text="parent")
        where = {"channel": SECURITY, "thread_ts": parent["ts"]}
        reply = await stage.client.chat_postMessage(**where, text="reply")
        nested = await stage.client.chat_postMessage(
            channel=SECURITY, thread_ts=reply["ts"], text="again"
        )
        assert nested["message"]["thread_ts"] == parent["ts"]
        assert (await stage.ada.messages(SECURITY))[0]["reply_count"] == 2
        await stage.client.chat_delete(channel=SECURITY, ts=reply["ts"])
        found = await stage.ada.wait_for_message(SECURITY, thread_ts=parent["ts"])
        assert found["text"] == "again"
        assert (await stage.ada.messages(SECURITY))[0]["reply_count"] == 1


async def test_a_permalink_leads_to_the_page():
    async with bare() as stage:
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="x")
        answer = await stage.client.chat_getPermalink(channel=SECURITY, message_ts=posted["ts"])
        link = answer["permalink"]
        assert link == f"{stage.origin}/archives/{SECURITY}/p{posted['ts'].replace('.', '')}"


async def test_a_click_on_a_message_says_which_and_by_whom():
    async with with_answers() as stage:
        blocks = [
            {"type": "actions", "block_id": "row", "elements": [button("Go", "go", value="7")]}
        ]
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=blocks)
        await stage.mia.click(posted["message"] | {"channel": SECURITY}, "Go")
        payload = payload_of(stage.heard[0])
        assert payload["user"]["id"] == MIA
        assert payload["channel"] == {"id": SECURITY, "name": "security"}
        assert payload["container"] == {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": SECURITY,
            "is_ephemeral": False,
        }
        assert payload["message"]["ts"] == posted["ts"]
        action = payload["actions"][0]
        assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "7")


async def test_an_ephemeral_click_carries_no_message_and_is_for_its_person():
    async with with_answers() as stage:
        blocks = [{"type": "actions", "elements": [button("Go", "go")]}]
        await stage.client.chat_postEphemeral(channel=SECURITY, user=ADA, text="t", blocks=blocks)
        message = (await stage.ada.messages(SECURITY))[0]
        await stage.ada.click(message, "go")
        payload = payload_of(stage.heard[0])
        assert payload["container"]["is_ephemeral"]
        assert "message" not in payload
        where = {"message": {"channel": SECURITY, "ts": message["ts"]}, "action_id": "go"}
        answer = await stage.post("click", user=MIA, block_id="x", **where)
        assert answer["error"] == "message_not_found"


async def test_a_button_that_asks_first_is_pressed_only_with_consent():
    asking = {
        "title": plain("Sure?"),
        "text": plain("?"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    async with with_answers() as stage:
        blocks = [{"type": "actions", "elements": [button("Drop", "drop", confirm=asking)]}]
        await stage.client.chat_postMessage(channel=SECURITY, text="t", blocks=blocks)
        message = await stage.ada.wait_for_message(SECURITY, text="Drop")
        await stage.ada.click(message, "Drop", confirm=False)
        assert stage.heard == []
        await stage.ada.click(message, "Drop")
        assert len(stage.heard) == 1
