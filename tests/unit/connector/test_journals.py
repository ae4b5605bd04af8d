"""What is said on a ticket in ServiceNow comes back to its card, once."""

import asyncio
from dataclasses import replace

import pytest

from bot.sandbox import accounts
from bot.sandbox.servicenow.schema import TABLES
from connector.errors import PlaceGoneError, Provider, ProviderUnavailableError
from connector.models import JournalElement, JournalEntry, Ticket, TicketDraft, TicketKind
from connector.store import journal, tickets
from connector.text import signed
from tests.unit.connector.fakes import ACME, CHANNEL, until
from tests.unit.connector.stage import Stage

BETH = "beth.anglin"
BOT = accounts.INTEGRATION_USER.user_name
LEFT = (
    "SELECT 1 FROM work WHERE workspace = :workspace AND job IN ('read journals', 'tell journal')"
)


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Ticket:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    await stage.until_done(share.id)
    ticket = await tickets.get(stage.connector.database.view(ACME), share.id)
    assert ticket is not None
    return ticket


def say(stage: Stage, ticket: Ticket, by: str = BETH, **said: str) -> None:
    """Write into a ticket's journal as somebody does in ServiceNow."""
    instance = stage.end.servicenow.instance
    row = instance.records.find(ticket.kind.value, ticket.sys_id)
    actor = instance.people.named(by)
    assert row is not None
    assert actor is not None
    instance.writer.update(TABLES[ticket.kind.value], row, said, actor)


def show_rows(stage: Stage) -> None:
    """Let everybody read the rows of journals."""
    instance = stage.end.servicenow.instance
    opened = replace(instance.settings, opened=frozenset({"sys_journal_field"}))
    object.__setattr__(instance, "settings", opened)


async def sync(stage: Stage, kind: TicketKind = TicketKind.INCIDENT) -> None:
    await stage.connector.services.following.sync(ACME, kind.value)


async def told(stage: Stage) -> list[JournalEntry]:
    """Read what was told, once nothing is left to read or to tell."""
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await view.first(LEFT):
            await asyncio.sleep(0.01)
    return [entry for _, entries in stage.chat.entries_told for entry in entries]


def texts(entries: list[JournalEntry]) -> list[str]:
    return [entry.text for entry in entries]


async def test_a_comment_and_a_work_note_are_told_in_the_thread_with_their_author(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="Which admins?", work_notes="Ask [code]<b>Ada</b>[/code].")
    await sync(connected)
    comment, note = await told(connected)
    assert (comment.element, comment.author) == (JournalElement.COMMENTS, "Beth Anglin")
    assert comment.text == "Which admins?"
    assert (note.element, note.text) == (JournalElement.WORK_NOTES, "Ask Ada.")
    assert comment.at is not None
    assert comment.at >= ticket.updated_at
    assert {place for place, _ in connected.chat.entries_told} == {ticket.place}


async def test_a_change_request_is_listened_to_as_well(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, replace(draft, kind=TicketKind.CHANGE_REQUEST))
    say(connected, ticket, work_notes="Planned.")
    await sync(connected, TicketKind.CHANGE_REQUEST)
    assert texts(await told(connected)) == ["Planned."]


@pytest.mark.parametrize("rows", [False, True], ids=["text alone", "rows are shown"])
async def test_each_entry_is_told_once_and_the_oldest_first(
    connected: Stage, draft: TicketDraft, rows: bool
) -> None:
    ticket = await made(connected, draft)
    if rows:
        show_rows(connected)
    for text in ("one", "two", "ok", "ok"):
        say(connected, ticket, comments=text)
    for _ in range(2):
        await sync(connected)
    assert texts(await told(connected)) == ["one", "two", "ok", "ok"]
    say(connected, ticket, comments="ok")
    await sync(connected)
    assert texts(await told(connected)) == ["one", "two", "ok", "ok", "ok"]


async def test_a_comment_of_the_same_second_as_the_last_reading_is_told(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="first")
    row = connected.end.servicenow.instance.records.find("incident", ticket.sys_id)
    assert row is not None
    at = row["sys_updated_on"]
    await sync(connected)
    assert texts(await told(connected)) == ["first"]
    say(connected, ticket, comments="second")
    row["sys_updated_on"] = at
    await sync(connected)
    assert texts(await told(connected)) == ["first", "second"]


@pytest.mark.parametrize("rows", [False, True], ids=["text alone", "rows are shown"])
async def test_what_snowline_wrote_from_the_chat_does_not_come_back(
    connected: Stage, draft: TicketDraft, rows: bool
) -> None:
    ticket = await made(connected, draft)
    if rows:
        show_rows(connected)
    say(connected, ticket, BOT, comments=signed("Mia Member", "From the chat"))
    say(connected, ticket, BOT, comments="By a rule of the integration user")
    say(connected, ticket, BETH, comments=signed("Mia Member", "Beth imitates it"))
    await sync(connected)
    assert texts(await told(connected)) == [
        "By a rule of the integration user",
        "Mia Member in Slack:\nBeth imitates it",
    ]


@pytest.mark.parametrize("name", ["Snowline Bot", " Snowline  (bot) ", "S" * 101])
async def test_what_snowline_wrote_does_not_come_back_once_its_user_has_another_name(
    connected: Stage, draft: TicketDraft, name: str
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, BOT, comments=signed("Mia Member", "Before"))
    await sync(connected)
    assert await told(connected) == []
    user = connected.end.servicenow.instance.records.first("sys_user", "user_name", BOT)
    assert user is not None
    user["name"] = name
    say(connected, ticket, BOT, comments=signed("Mia Member", "After"))
    await sync(connected)
    assert await told(connected) == []


FORGED = "Fine.\n\n{stamp} - System Administrator (Additional comments)\nFire everybody"


@pytest.mark.parametrize("rows", [False, True], ids=["text alone", "rows are shown"])
async def test_nobody_puts_words_into_somebody_elses_mouth(
    connected: Stage, draft: TicketDraft, rows: bool
) -> None:
    ticket = await made(connected, draft)
    if rows:
        show_rows(connected)
    forged = FORGED.format(stamp="2026-11-24 09:00:00")
    say(connected, ticket, comments=forged)
    await sync(connected)
    (entry,) = await told(connected)
    # The text alone knows people's names, and here not what she wrote.
    assert (entry.author, entry.text) == (BETH if rows else "Beth Anglin", forged)
    say(connected, ticket, comments="Next")
    await sync(connected)
    assert texts(await told(connected)) == [forged, "Next"]


async def test_a_journal_too_long_for_its_rows_leaves_those_of_others(
    connected: Stage, draft: TicketDraft
) -> None:
    show_rows(connected)
    long, other = await made(connected, draft), await made(connected, draft, "view-2")
    for number in range(201):
        say(connected, long, comments=f"No. {number}")
    await sync(connected)
    assert len(await told(connected)) == 201
    forged = FORGED.format(stamp="2026-11-24 09:00:00")
    say(connected, other, comments=forged)
    say(connected, other, comments="Next")
    await sync(connected)
    assert texts(await told(connected))[201:] == [forged, "Next"]


async def test_several_with_a_forged_one_among_them_are_told_as_one_without_an_author(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments=FORGED.format(stamp="2026-11-24 09:00:00"))
    await sync(connected)
    await told(connected)
    say(connected, ticket, comments=FORGED.format(stamp="2026-11-25 09:00:00"))
    say(connected, ticket, comments="Next")
    await sync(connected)
    _, together = await told(connected)
    assert together.author == ""
    assert "Fire everybody" in together.text
    assert "Next" in together.text


async def test_more_than_five_at_once_come_in_one_message(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    for number in range(6):
        say(connected, ticket, comments=f"No. {number}")
    await sync(connected)
    assert texts(await told(connected)) == [f"No. {number}" for number in range(6)]
    assert len(connected.chat.entries_told) == 1


async def test_of_a_ticket_from_before_only_what_is_said_now_is_told(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="Long ago")
    row = connected.end.servicenow.instance.records.find("incident", ticket.sys_id)
    assert row is not None
    (entry,) = connected.end.servicenow.instance.records.entries(ticket.sys_id, "comments")
    entry["sys_created_on"] = "2026-01-01 00:00:00"
    async with connected.connector.database.transaction(ACME) as tx:
        # As the migration leaves what it finds.
        await tx.run(
            "INSERT INTO journals (workspace, share, updated_at, is_begun)"
            " SELECT workspace, share, updated_at - 1, 0 FROM tickets WHERE workspace = :workspace"
        )
    say(connected, ticket, comments="Now")
    await sync(connected)
    assert texts(await told(connected)) == ["Now"]
    say(connected, ticket, comments="Later")
    await sync(connected)
    assert texts(await told(connected)) == ["Now", "Later"]


async def test_no_journal_is_read_of_a_ticket_that_did_not_change(
    connected: Stage, draft: TicketDraft
) -> None:
    quiet = [await made(connected, draft, f"view-{number}") for number in range(12)]
    connected.end.requests.clear()
    for _ in range(2):
        await sync(connected)
    before = connected.end.requests.count("GET /api/now/table/incident")
    for ticket in quiet[:11]:
        say(connected, ticket, comments="x")
    await sync(connected)
    assert len(await told(connected)) == 11
    # As many as for each look before, and two for the eleven that changed: ten are read together.
    assert connected.end.requests.count("GET /api/now/table/incident") == before * 3 // 2 + 2
    # Rows that are not shown are asked for once.
    assert connected.end.requests.count("GET /api/now/table/sys_journal_field") == 1


async def test_a_chat_that_is_down_loses_no_entry(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    say(connected, ticket, comments="Hello")
    await sync(connected)
    assert texts(await told(connected)) == ["Hello"]


async def test_an_entry_nobody_can_be_told_of_is_not_tried_for_ever(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.chat.troubles = [PlaceGoneError()]
    say(connected, ticket, comments="Hello")
    await sync(connected)
    assert await told(connected) == []
    assert await journal.untold(connected.connector.database.view(ACME), ticket.share) == ()


async def test_an_instance_that_is_down_loses_no_entry(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="Hello")

    async def fail_once(when: str) -> None:
        connected.end.boundary = None
        connected.end.servicenow.faults.arm("503:2")

    await connected.connector.worker.stop()
    await sync(connected)
    connected.end.boundary = fail_once
    await connected.connector.worker.start()
    assert texts(await told(connected)) == ["Hello"]


async def test_what_was_kept_before_a_crash_is_told_after_it(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="Hello")
    await connected.connector.worker.stop()
    await sync(connected)
    await connected.connector.services.following.journals.read(ACME, "incident")
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace")
    await connected.restart()
    await until(lambda: bool(connected.chat.entries_told))
    assert texts(await told(connected)) == ["Hello"]


async def test_a_reading_that_was_lost_is_found_by_the_sweep(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    say(connected, ticket, comments="Hello")
    await connected.connector.worker.stop()
    await sync(connected)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace")
    await connected.connector.worker.sweep()
    assert await connected.connector.database.view(ACME).first(LEFT)
    await connected.connector.worker.start()
    assert texts(await told(connected)) == ["Hello"]


async def test_a_journal_that_may_not_be_read_tells_nothing_and_ends_nothing(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.hide("comments", "work_notes")
    say(connected, ticket, comments="Hello")
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    assert await told(connected) == []
