import asyncio
import time

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SlackDelivery
from bot.sandbox import accounts, running
from bot.sandbox.driver import visible_text
from bot.limits import retry_after
from connector.announcer import Notice, NoticeKind
from connector.errors import PlaceGoneError, ProviderRefusedError, ProviderUnavailableError
from connector.models import UserId, WorkspaceId
from tests.unit.bot import samples
from tests.unit.bot.slack_end import BOARD, SECURITY, slack

ADA = UserId(accounts.ADA.id)
WHY_HERE = "Posted here because Snowline is not a member"


def delivery(end, pace=0.0):
    return SlackDelivery(end.client, pace, lambda: samples.NOW)


def placed(place, of_ticket=None):
    return samples.card(of_ticket, place=place)


async def test_a_card_is_posted_and_then_updated_where_it_stands():
    async with slack() as end:
        place = await delivery(end).card(samples.card())
        assert place.conversation == SECURITY
        assert await delivery(end).card(placed(place, samples.ticket())) == place
        (message,) = end.server.messages(SECURITY)
        assert "INC0010001" in visible_text(message)
        assert await end.refused() == []


async def test_a_card_that_was_deleted_is_posted_anew():
    async with slack() as end:
        place = await delivery(end).card(samples.card())
        await end.client.chat_delete(channel=place.conversation, ts=place.message)
        again = await delivery(end).card(placed(place, samples.ticket()))
        assert again != place
        (message,) = end.server.messages(SECURITY)
        assert message["ts"] == again.message


async def test_where_the_bot_is_no_member_the_requester_gets_the_card():
    async with slack() as end:
        place = await delivery(end).card(samples.card(destination=BOARD))
        assert place.conversation == await end.ada.direct_channel()
        assert end.server.messages(BOARD) == []
        assert len(end.server.messages(place.conversation)) == 1


async def test_a_card_that_came_elsewhere_says_why_as_long_as_it_stands_there():
    async with slack() as end:
        asked = samples.card(destination=BOARD)
        place = await delivery(end).card(asked)
        assert WHY_HERE in visible_text(end.server.messages(place.conversation)[0])
        await delivery(end).card(samples.card(samples.ticket(), destination=BOARD, place=place))
        (message,) = end.server.messages(place.conversation)
        assert "INC0010001" in visible_text(message)
        assert visible_text(message).count(WHY_HERE) == 1


async def test_a_card_that_was_asked_for_in_private_needs_no_reason():
    async with slack() as end:
        place = await delivery(end).card(samples.card(destination=ADA))
        await delivery(end).card(samples.card(destination=ADA, place=place))
        (message,) = end.server.messages(place.conversation)
        assert WHY_HERE not in visible_text(message)


async def test_a_change_is_told_in_the_thread_of_its_card():
    async with slack() as end:
        place = await delivery(end).card(samples.card())
        await delivery(end).change(placed(place, samples.ticket()), samples.change())
        card, reply = end.server.messages(SECURITY)
        assert reply["thread_ts"] == card["ts"]
        assert "In Progress" in visible_text(reply)


async def test_a_change_of_a_card_that_is_nowhere_has_no_place():
    async with slack() as end:
        with pytest.raises(PlaceGoneError):
            await delivery(end).change(samples.card(), samples.change())


@pytest.mark.parametrize(("asked_in", "private"), [(SECURITY, False), (BOARD, True)])
async def test_a_digest_goes_to_its_conversation_or_to_who_asked(asked_in, private):
    async with slack() as end:
        place = await delivery(end).digest(samples.digest(conversation=asked_in))
        expected = await end.ada.direct_channel() if private else asked_in
        assert place.conversation == expected
        shown = visible_text(end.server.messages(place.conversation)[-1])
        assert (WHY_HERE in shown) is private


async def test_a_notice_is_a_direct_message_without_previews():
    async with slack() as end:
        notice = Notice(kind=NoticeKind.CONNECTED, text="https://evil.example is <!channel>")
        await delivery(end).notice(WorkspaceId(accounts.TEAM_ID), ADA, notice)
        (message,) = end.server.messages(await end.ada.direct_channel())
        assert "<!channel>" not in str(message)
        assert not message.get("unfurls")


async def test_nobody_can_be_told_who_is_not_there():
    async with slack() as end:
        notice = Notice(kind=NoticeKind.CONNECTED, text="Hello.")
        with pytest.raises(PlaceGoneError):
            await delivery(end).notice(WorkspaceId(accounts.TEAM_ID), UserId("U0NOBODY"), notice)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ("429", 1.0),
        ("429-bare", None),
        ("503", None),
        ("500", None),
        ("sleeping", None),
        ("hang", None),
        ("reset-before-commit", None),
    ],
)
async def test_slack_in_trouble_means_try_again(fault, wait):
    async with slack() as end:
        end.client.timeout = 1
        end.server.faults.arm(fault)
        with pytest.raises(ProviderUnavailableError) as failure:
            await delivery(end).card(samples.card())
    assert failure.value.retry_after == wait


async def test_a_post_whose_answer_was_lost_is_not_repeated_unasked():
    async with slack() as end:
        end.server.faults.arm("reset-after-commit")
        with pytest.raises(ProviderUnavailableError):
            await delivery(end).card(samples.card())
        assert len(end.server.messages(SECURITY)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"text": "upstream timed out"}, id="plain text"),
        pytest.param({"text": "<html>", "content_type": "text/html"}, id="HTML"),
        pytest.param({"text": "{", "content_type": "application/json"}, id="half a JSON"),
        pytest.param({"text": "[]", "content_type": "application/json"}, id="a list"),
        pytest.param({"text": '{"ok":false}', "content_type": "application/json"}, id="no error"),
        pytest.param(
            {"text": '{"ok":false,"error":"ratelimited"}', "content_type": "application/json"},
            id="ratelimited with status 200",
        ),
    ],
)
async def test_an_answer_that_is_not_slacks_means_try_again(answer):
    async def post(_request):
        return web.Response(**answer)

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", post)
    end = await running.start(app)
    try:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{end.origin}/api/", retry_handlers=[])
        with pytest.raises(ProviderUnavailableError):
            await SlackDelivery(client, 0).card(samples.card())
    finally:
        await end.stop()


@pytest.mark.parametrize("error", ["token_expired", "invalid_auth", "token_revoked"])
async def test_a_token_that_slack_does_not_take_is_said_to_be_one(error):
    async def post(_request):
        return web.json_response({"ok": False, "error": error})

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", post)
    end = await running.start(app)
    try:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{end.origin}/api/", retry_handlers=[])
        with pytest.raises(ProviderRefusedError) as caught:
            await SlackDelivery(client, 0).card(samples.card())
    finally:
        await end.stop()
    assert "installs the app again" in caught.value.user_message
    assert "SNOWLINE_SLACK_BOT_TOKEN" in caught.value.user_message


async def test_one_conversation_is_written_to_at_a_pace_and_others_do_not_wait():
    async with slack() as end:
        speaker = delivery(end, pace=0.2)
        started = time.monotonic()
        there = samples.card(destination=accounts.GENERAL.id)
        await asyncio.gather(*(speaker.card(samples.card()) for _ in range(3)), speaker.card(there))
        assert time.monotonic() - started >= 0.4
        _, second, third = (float(each["ts"]) for each in end.server.messages(SECURITY))
        (elsewhere,) = (float(each["ts"]) for each in end.server.messages(accounts.GENERAL.id))
        assert elsewhere < second < third


async def test_an_update_does_not_wait_for_the_pace_of_posts():
    async with slack() as end:
        speaker = delivery(end, pace=60)
        place = await speaker.card(samples.card())
        async with asyncio.timeout(30):
            await speaker.card(placed(place, samples.ticket()))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("1000000000", 3600.0),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_with_care(header, seconds):
    assert retry_after(header) == seconds
