import asyncio
import time
from dataclasses import replace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import SlackDelivery
from bot.sandbox import accounts, running
from bot.sandbox.driver import visible_text
from connector.announcer import Notice, NoticeKind
from connector.errors import (
    OutcomeUnknownError,
    PlaceGoneError,
    ProviderRefusedError,
    ProviderUnavailableError,
    ThrottledError,
)
from connector.models import UserId, WorkspaceId
from tests.unit.bot import samples
from tests.unit.bot.slack_end import BOARD, SECURITY, slack

ADA = UserId(accounts.ADA.id)
TWICE = "may be here twice"
WHY_HERE = "Posted here because Snowline is not a member"


def delivery(end, pace=0.0):
    return SlackDelivery(end.client, pace, lambda: samples.NOW)


def in_private(card):
    return replace(card, in_private=True)


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


async def test_a_card_that_was_deleted_has_no_place():
    async with slack() as end:
        place = await delivery(end).card(samples.card())
        await end.client.chat_delete(channel=place.conversation, ts=place.message)
        with pytest.raises(PlaceGoneError):
            await delivery(end).card(placed(place, samples.ticket()))
        assert end.server.messages(SECURITY) == []


async def test_a_card_that_may_be_twice_says_so_where_it_is_posted_and_updated():
    async with slack() as end:
        card = replace(samples.card(), may_be_twice=True)
        place = await delivery(end).card(card)
        assert TWICE in visible_text(end.server.messages(SECURITY)[0])
        await delivery(end).card(replace(placed(place, samples.ticket()), may_be_twice=True))
        assert TWICE in visible_text(end.server.messages(SECURITY)[0])


async def test_where_the_bot_is_no_member_only_the_requester_can_get_the_card():
    async with slack() as end:
        with pytest.raises(PlaceGoneError) as gone:
            await delivery(end).card(samples.card(destination=BOARD))
        assert gone.value.reason == "channel_not_found"
        place = await delivery(end).card(in_private(samples.card(destination=BOARD)))
        assert place.conversation == await end.ada.direct_channel()
        assert end.server.messages(BOARD) == []
        assert len(end.server.messages(place.conversation)) == 1


async def test_a_card_that_came_elsewhere_says_why_as_long_as_it_stands_there():
    async with slack() as end:
        asked = samples.card(destination=BOARD)
        place = await delivery(end).card(in_private(asked))
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
        digest = samples.digest(conversation=asked_in, in_private=private)
        place = await delivery(end).digest(digest)
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
    "fault",
    [
        "503",
        "500",
        "500-after-commit",
        "sleeping",
        "hang",
        "hang-after-commit",
        "reset-before-commit",
        "reset-after-commit",
    ],
)
async def test_a_post_that_is_not_confirmed_may_have_been_made_and_an_update_is_tried_again(fault):
    async with slack() as end:
        end.client.timeout = 1
        end.server.faults.arm(fault)
        with pytest.raises(OutcomeUnknownError):
            await delivery(end).card(samples.card())
        assert len(end.server.messages(SECURITY)) == ("after" in fault)
        place = await delivery(end).card(samples.card())
        end.server.faults.arm(fault)
        with pytest.raises(ProviderUnavailableError):
            await delivery(end).card(placed(place, samples.ticket()))


async def test_a_slack_that_nobody_reaches_was_told_nothing():
    async with slack() as end:
        client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
        end.client = client
        with pytest.raises(ProviderUnavailableError):
            await delivery(end).card(samples.card())


@pytest.mark.parametrize("fault", ["429", "429-bare", "ratelimited"])
async def test_a_post_that_is_refused_for_its_rate_was_not_made(fault):
    async with slack() as end:
        end.server.faults.arm(fault)
        with pytest.raises(ThrottledError) as failure:
            await delivery(end).card(samples.card())
        assert failure.value.retry_after == 1.0
        assert end.server.messages(SECURITY) == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"text": "upstream timed out"}, id="plain text"),
        pytest.param({"text": "<html>", "content_type": "text/html"}, id="HTML"),
        pytest.param({"text": "{", "content_type": "application/json"}, id="half a JSON"),
        pytest.param({"text": "[]", "content_type": "application/json"}, id="a list"),
        pytest.param({"text": '{"ok":false}', "content_type": "application/json"}, id="no error"),
    ],
)
async def test_an_answer_that_is_not_slacks_says_nothing_of_what_was_done(answer):
    async def post(_request):
        return web.Response(**answer)

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", post)
    end = await running.start(app)
    try:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{end.origin}/api/", retry_handlers=[])
        with pytest.raises(OutcomeUnknownError):
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
