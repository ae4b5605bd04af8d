"""Cards and words in a thread in which others stand: there each names its ticket."""

from dataclasses import replace

import pytest

from bot.sandbox.driver import visible_text
from connector.errors import PlaceGoneError, ThreadGoneError
from connector.models import Place, ShareState
from tests.contract import sharing_samples
from tests.unit.bot import samples
from tests.unit.bot.slack_end import BOARD, SECURITY, slack
from tests.unit.bot.test_delivery import delivery


async def begun(end, channel=SECURITY):
    await end.ada.say("Who looks?", channel)
    return Place(conversation=channel, message=end.server.messages(channel)[-1]["ts"])


async def test_a_card_that_was_asked_for_in_a_thread_stands_there():
    async with slack() as end:
        thread = await begun(end)
        place = await delivery(end).card(samples.card(thread=thread))
        card = end.server.messages(SECURITY)[-1]
        assert (card["thread_ts"], card["ts"]) == (thread.message, place.message)
        of = samples.card(samples.ticket(), thread=thread, place=place)
        assert await delivery(end).card(of) == place
        assert "INC0010001" in visible_text(end.server.messages(SECURITY)[-1])


async def test_what_is_told_there_names_its_ticket():
    async with slack() as end:
        thread = await begun(end)
        place = await delivery(end).card(samples.card(thread=thread))
        of = samples.card(samples.ticket(), thread=thread, place=place)
        await delivery(end).change(of, samples.change())
        told = end.server.messages(SECURITY)[-1]
        assert told["thread_ts"] == thread.message
        assert "INC0010001" in visible_text({"blocks": told["blocks"]})
        await delivery(end).change(samples.card(samples.ticket(), place=place), samples.change())
        alone = end.server.messages(SECURITY)[-1]
        assert "INC0010001" not in visible_text({"blocks": alone["blocks"]})


async def test_where_the_thread_is_gone_the_card_stands_in_the_conversation():
    async with slack() as end:
        thread = Place(conversation=SECURITY, message="1764100000.000100")
        place = await delivery(end).card(samples.card(thread=thread))
        (card,) = end.server.messages(SECURITY)
        assert "thread_ts" not in card
        of = samples.card(samples.ticket(), thread=thread, place=place)
        await delivery(end).change(of, samples.change())
        assert end.server.messages(SECURITY)[-1]["thread_ts"] == place.message


async def test_a_card_that_came_privately_has_a_thread_of_its_own():
    async with slack() as end:
        thread = await begun(end, BOARD)
        asked = samples.card(destination=BOARD, thread=thread)
        with pytest.raises(PlaceGoneError):
            await delivery(end).card(asked)
        place = await delivery(end).card(replace(asked, in_private=True))
        assert place.conversation == await end.ada.direct_channel()
        of = samples.card(samples.ticket(), destination=BOARD, thread=thread, place=place)
        await delivery(end).change(of, samples.change())
        assert end.server.messages(place.conversation)[-1]["thread_ts"] == place.message


async def test_the_message_about_a_bulk_is_posted_once_and_kept_up():
    async with slack() as end:
        first = sharing_samples.bulk("x", ShareState.RECEIVED, count=12)
        place = await delivery(end).bulk(replace(first, place=None))
        done = sharing_samples.bulk("x", ShareState.ANNOUNCED, ticket=samples.ticket(), count=12)
        assert await delivery(end).bulk(replace(done, place=place)) == place
        (message,) = end.server.messages(SECURITY)
        assert "12 of 12 tickets made" in visible_text(message)
        assert visible_text(message).count("INC0010001") == 12
        assert await end.refused() == []


async def test_the_message_about_a_bulk_is_posted_nowhere_where_its_thread_is_gone():
    async with slack() as end:
        thread = replace(await begun(end), message="1.000001")
        bulk = replace(sharing_samples.bulk("x"), place=None, thread=thread)
        with pytest.raises(ThreadGoneError):
            await delivery(end).bulk(bulk)
        assert len(end.server.messages(SECURITY)) == 1
        place = await delivery(end).bulk(replace(bulk, thread=None))
        assert end.server.messages(SECURITY)[-1]["ts"] == place.message


async def test_the_message_about_a_bulk_comes_privately_where_it_cannot_be_posted():
    async with slack() as end:
        bulk = replace(sharing_samples.bulk("x"), place=None, destination=BOARD)
        with pytest.raises(PlaceGoneError):
            await delivery(end).bulk(bulk)
        place = await delivery(end).bulk(replace(bulk, in_private=True, may_be_twice=True))
        assert place.conversation == await end.ada.direct_channel()
        (message,) = end.server.messages(place.conversation)
        assert "may be here twice" in visible_text(message)


async def test_words_of_a_card_that_is_nowhere_have_no_place():
    async with slack() as end:
        thread = await begun(end)
        with pytest.raises(PlaceGoneError):
            await delivery(end).change(samples.card(thread=thread), samples.change())
