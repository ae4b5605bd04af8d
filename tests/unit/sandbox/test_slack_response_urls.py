"""Response URLs: five uses in half an hour, for the person unless they say otherwise."""

from urllib.parse import parse_qsl

from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.unit.sandbox.slack_stage import (
    ADA,
    BOARD,
    SECURITY,
    button,
    payload_of,
    section,
    with_answers,
)


async def command_url(stage, channel=SECURITY):
    await stage.ada.command("/snow", channel)
    return dict(parse_qsl(stage.heard[-1]["body"]))["response_url"]


async def click_url(stage, *, ephemeral):
    blocks = [section("Press"), {"type": "actions", "elements": [button("Go", "go", value="1")]}]
    if ephemeral:
        await stage.client.chat_postEphemeral(channel=SECURITY, user=ADA, text="p", blocks=blocks)
    else:
        await stage.client.chat_postMessage(channel=SECURITY, text="p", blocks=blocks)
    message = await stage.ada.wait_for_message(SECURITY, text="Press")
    await stage.ada.click(message, "Go")
    return payload_of(stage.heard[-1])["response_url"], message


async def post(url, **body):
    response = await AsyncWebhookClient(url).send_dict(body)
    return response.status_code, response.body


async def test_it_answers_five_times_and_not_a_sixth():
    async with with_answers() as stage:
        url = await command_url(stage)
        for number in range(5):
            assert await post(url, text=f"answer {number}") == (200, "ok")
        status, body = await post(url, text="once more")
        assert (status, "used_url" in body) == (404, True)
        assert len(await stage.ada.messages(SECURITY)) == 5


async def test_it_ends_after_half_an_hour():
    async with with_answers() as stage:
        url = await command_url(stage)
        stage.clock.ahead = 29 * 60
        assert (await post(url, text="just in time"))[0] == 200
        stage.clock.ahead = 31 * 60
        status, body = await post(url, text="too late")
        assert (status, "expired_url" in body) == (404, True)


async def test_it_speaks_to_the_person_unless_told_otherwise():
    async with with_answers() as stage:
        url = await command_url(stage)
        await post(url, text="for you")
        await post(url, text="for all", response_type="in_channel")
        assert [m["text"] for m in await stage.mia.messages(SECURITY)] == ["for all"]
        assert [m["text"] for m in await stage.ada.messages(SECURITY)] == ["for you", "for all"]


async def test_it_reaches_channels_the_bot_is_no_member_of():
    async with with_answers() as stage:
        url = await command_url(stage, BOARD)
        assert (await post(url, text="psst"))[0] == 200
        assert [m["text"] for m in await stage.ada.messages(BOARD)] == ["psst"]


async def test_a_commands_url_has_no_original_to_replace():
    async with with_answers() as stage:
        url = await command_url(stage)
        await post(url, text="first")
        await post(url, text="second", replace_original=True)
        await post(url, delete_original=True)
        assert [m["text"] for m in await stage.ada.messages(SECURITY)] == ["first", "second"]


async def test_a_clicks_url_replaces_the_clicked_message_where_it_stands():
    async with with_answers() as stage:
        for ephemeral in (True, False):
            url, message = await click_url(stage, ephemeral=ephemeral)
            await post(url, text="pressed", replace_original=True)
            now = [m for m in await stage.ada.messages(SECURITY) if m["ts"] == message["ts"]]
            assert [(m["text"], m["blocks"], m.get("ephemeral", False)) for m in now] == [
                ("pressed", [], ephemeral)
            ]


async def test_a_clicks_url_deletes_the_clicked_message():
    async with with_answers() as stage:
        url, _ = await click_url(stage, ephemeral=True)
        assert (await post(url, delete_original=True))[0] == 200
        assert await stage.ada.messages(SECURITY) == []


async def test_it_answers_in_a_thread_on_request():
    async with with_answers() as stage:
        parent = await stage.client.chat_postMessage(channel=SECURITY, text="parent")
        url = await command_url(stage)
        await post(url, text="reply", response_type="in_channel", thread_ts=parent["ts"])
        shown = await stage.mia.messages(SECURITY)
        assert [m.get("thread_ts") for m in shown] == [None, parent["ts"]]
        assert shown[0]["reply_count"] == 1


async def test_what_breaks_a_rule_is_refused_and_recorded():
    async with with_answers() as stage:
        url = await command_url(stage)
        assert (await post(url, text=""))[0] == 400
        assert (await post(url, text="x", blocks=[{"type": "nonsense"}]))[0] == 400
        assert (await post(url.rpartition("/")[0] + "/unknown", text="x"))[0] == 404
        assert await stage.refused() == ["no_text", "invalid_blocks", "invalid_token"]


async def test_the_body_may_be_a_form_and_must_be_an_object():
    async with with_answers() as stage:
        url = await command_url(stage)
        form = await stage.http.post(url, data={"payload": '{"text": "from a form"}'})
        assert form.status == 200
        for nonsense in ("nonsense", "[]"):
            assert (await stage.http.post(url, data=nonsense.encode())).status == 400
        assert [m["text"] for m in await stage.ada.messages(SECURITY)] == ["from a form"]
