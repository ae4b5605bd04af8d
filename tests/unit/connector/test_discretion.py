"""Work notes are internal: what of them is told where guests or another organisation read along."""

import asyncio
from typing import Any

import pytest

from connector.errors import (
    ConnectorError,
    PlaceGoneError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from connector.models import ActDraft, ActKind, JournalElement, Ticket, TicketDraft
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, MIA, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_journals import made, say, sync, told


@pytest.fixture
async def ticket(connected: Stage, draft: TicketDraft) -> Ticket:
    return await made(connected, draft)


async def note(stage: Stage, ticket: Ticket, kind: ActKind = ActKind.NOTE) -> None:
    """Write a work note, or a comment, from the chat."""
    draft = ActDraft(
        kind=kind, ticket=ticket.share, by=MIA, by_name="Mia Member", text="Ask the insider."
    )
    service = stage.connector.services.acts
    async with asyncio.timeout(20):
        await service.decided(await service.request(ACME, draft, f"trigger {kind}"))
    await until(lambda: bool(stage.chat.changes))


async def test_where_others_read_along_a_comment_is_told_and_a_work_note_is_not(
    connected: Stage, ticket: Ticket
) -> None:
    connected.people.overheard.add(CHANNEL)
    say(connected, ticket, comments="Which admins?", work_notes="Ask the insider.")
    await sync(connected)
    comment, work_note = await told(connected)
    assert (comment.text, comment.is_withheld) == ("Which admins?", False)
    assert (work_note.element, work_note.text) == (JournalElement.WORK_NOTES, "")
    assert work_note.author == "Beth Anglin"
    assert work_note.is_withheld


async def test_whoever_follows_the_ticket_reads_the_note_in_private(
    connected: Stage, ticket: Ticket
) -> None:
    connected.people.overheard.add(CHANNEL)
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    say(connected, ticket, work_notes="Ask the insider.")
    await sync(connected)
    await told(connected)
    connected.clock.jump(11)
    connected.connector.worker.work.changed.set()
    await until(lambda: bool(connected.chat.news_told))
    ((_, (news,)),) = connected.chat.news_told
    assert [each.after for each in news.changes[0].fields] == ["Ask the insider."]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(ActKind.NOTE, ("Work note", "", True), id="work note"),
        pytest.param(ActKind.COMMENT, ("Comment", "Ask the insider.", False), id="comment"),
    ],
)
async def test_nor_is_a_note_that_was_written_from_the_chat(
    connected: Stage, ticket: Ticket, kind: ActKind, expected: Any
) -> None:
    connected.people.overheard.add(CHANNEL)
    await note(connected, ticket, kind)
    ((_, change),) = connected.chat.changes
    assert [(each.field, each.after, each.is_withheld) for each in change.fields] == [expected]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(PlaceGoneError("channel_not_found"), id="nobody may look"),
        pytest.param(ProviderRefusedError(Provider.CHAT, "missing_scope"), id="no scope"),
    ],
)
async def test_where_nobody_can_tell_who_reads_a_note_is_not_told(
    connected: Stage, ticket: Ticket, trouble: ConnectorError
) -> None:
    connected.people.trouble = trouble
    say(connected, ticket, work_notes="Ask the insider.")
    await sync(connected)
    (work_note,) = await told(connected)
    assert work_note.is_withheld


async def test_a_note_waits_until_the_chat_says_who_reads(connected: Stage, ticket: Ticket) -> None:
    connected.people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    say(connected, ticket, work_notes="Ask the insider.")
    await sync(connected)
    await until(lambda: CHANNEL in connected.people.asked)
    assert connected.chat.entries_told == []
    connected.people.trouble = None
    (work_note,) = await told(connected)
    assert (work_note.text, work_note.is_withheld) == ("Ask the insider.", False)


async def test_nobody_is_asked_for_a_comment_and_once_a_minute_for_notes(
    connected: Stage, ticket: Ticket
) -> None:
    say(connected, ticket, comments="Which admins?")
    await sync(connected)
    await told(connected)
    assert connected.people.asked.count(CHANNEL) == 0
    for text in ("One", "Two"):
        say(connected, ticket, work_notes=text)
        await sync(connected)
        await told(connected)
    assert connected.people.asked.count(CHANNEL) == 1
    connected.people.overheard.add(CHANNEL)
    connected.clock.jump(61)
    say(connected, ticket, work_notes="Three")
    await sync(connected)
    assert [each.is_withheld for each in await told(connected)] == [False, False, False, True]
