"""Records that come to light after others, by the instance's own clock."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from connector.models import Ticket, TicketDraft, TicketFilter, TicketKind
from connector.services.tickets.following import OVERLAP
from connector.store import tickets
from connector.store.database import Database
from connector.work import Again
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import Stage

INCIDENT = TicketKind.INCIDENT
MINUTE = timedelta(minutes=1)


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Ticket:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    await stage.until_done(share.id)
    ticket = await tickets.get(stage.connector.database.view(ACME), share.id)
    assert ticket is not None
    return ticket


def write(stage: Stage, number: str, at: datetime, **fields: str) -> None:
    """Have a record stand as it was written at that time, whenever that became visible."""
    row = next(row for row in stage.end.tickets() if row["number"] == number)
    row.update(fields, sys_updated_on=f"{at:%Y-%m-%d %H:%M:%S}")


async def sync(stage: Stage) -> None:
    await stage.connector.services.following.sync(ACME, INCIDENT.value)


async def told(stage: Stage) -> list[str]:
    """Name the tickets people were told of, once nothing more is to be told."""
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while any([await tickets.unannounced(view, each.share) for each in await listed(stage)]):
            await asyncio.sleep(0.01)
    return [change.number for _, change in stage.chat.changes]


async def listed(stage: Stage) -> tuple[Ticket, ...]:
    return await stage.connector.services.tickets.list(ACME, TicketFilter.ALL, MIA)


async def test_a_change_committed_after_a_later_one_was_read_is_told_once(
    connected: Stage, draft: TicketDraft
) -> None:
    late, ahead = await made(connected, draft), await made(connected, draft, "view-2")
    mark = max(late.updated_at, ahead.updated_at) + 2 * MINUTE
    write(connected, ahead.number, mark, state="2")
    await sync(connected)
    write(connected, late.number, mark - timedelta(seconds=29), state="2")
    for _ in range(3):
        await sync(connected)
    assert await told(connected) == [ahead.number, late.number]
    assert {each.state_label for each in await listed(connected)} == {"In Progress"}


async def test_two_changes_within_a_second_are_both_told(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    at = ticket.updated_at + MINUTE
    write(connected, ticket.number, at, state="2")
    await sync(connected)
    write(connected, ticket.number, at, short_description="Renamed")
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 2)
    assert [change.fields[0].field for _, change in connected.chat.changes] == ["State", "Name"]
    assert {change.at for _, change in connected.chat.changes} == {at}


async def test_an_older_reading_never_takes_the_place_of_a_newer_one(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    newer = ticket.updated_at + MINUTE
    write(connected, ticket.number, newer, state="2")
    await sync(connected)
    write(connected, ticket.number, newer - timedelta(seconds=1), state="1")
    await sync(connected)
    assert await told(connected) == [ticket.number]
    (kept,) = await listed(connected)
    assert (kept.state_label, kept.updated_at) == ("In Progress", newer)


async def test_reading_begins_again_where_the_newest_record_was(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    newest = ticket.updated_at + MINUTE
    write(connected, ticket.number, newest, category="network")
    for _ in range(2):
        await sync(connected)
        view = connected.connector.database.view(ACME)
        mark = await tickets.watermark(view, ticket.instance, INCIDENT)
        assert mark == newest


async def test_what_nobody_is_told_of_is_kept_as_read(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    newer = ticket.updated_at + MINUTE
    write(connected, ticket.number, newer, category="network")
    connected.clock.jump(600)
    await sync(connected)
    (kept,) = await listed(connected)
    assert kept.updated_at == newer
    assert kept.read_at - ticket.read_at > 9 * MINUTE
    assert await told(connected) == []


async def test_a_watermark_never_goes_back(database: Database, noon: datetime) -> None:
    async with database.transaction(ACME) as tx:
        for at in (noon, noon - OVERLAP, noon + OVERLAP, noon):
            await tickets.advance_watermark(tx, "acme.service-now.com", INCIDENT, at)
        mark = await tickets.watermark(tx, "acme.service-now.com", INCIDENT)
    assert mark == noon + OVERLAP


async def test_an_instance_whose_clock_is_behind_is_followed_from_the_first_ticket(
    stage: Stage, draft: TicketDraft
) -> None:
    stage.clock.jump(23 * 3600)
    assert (await stage.connect()).ok
    await sync(stage)
    ticket = await made(stage, draft)
    stage.end.change(ticket.number, state="2")
    await sync(stage)
    assert await told(stage) == [ticket.number]


async def test_reading_that_never_succeeded_begins_at_the_oldest_ticket(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket, _ = await made(connected, draft), await made(connected, draft, "view-2")
    days_ago = ticket.updated_at - timedelta(days=3)
    async with connected.connector.database.transaction(ACME) as tx:
        await tickets.put(tx, replace(ticket, updated_at=days_ago))
        await tx.run("DELETE FROM watermarks WHERE workspace = :workspace")
    write(connected, ticket.number, days_ago + MINUTE, state="2")
    await sync(connected)
    assert await told(connected) == [ticket.number]


async def test_a_record_that_is_changed_between_two_pages_hides_no_other(
    connected: Stage, draft: TicketDraft
) -> None:
    first, *others = [await made(connected, draft, f"view-{number}") for number in range(4)]
    start = max(each.updated_at for each in others) + MINUTE
    for position, ticket in enumerate((first, *others)):
        write(connected, ticket.number, start + position * MINUTE, state="2")

    async def change_the_first_after_a_page(when: str) -> None:
        if when == "after GET":
            write(connected, first.number, start + 10 * MINUTE, priority="1")

    connected.end.boundary = change_the_first_after_a_page
    service = replace(connected.connector.services.following, page_size=2)
    await service.sync(ACME, INCIDENT.value)
    assert set(await told(connected)) == {each.number for each in (first, *others)}


async def test_reading_comes_again_after_the_set_time(connected: Stage) -> None:
    before = connected.clock()
    again = await connected.connector.services.following.sync(ACME, INCIDENT.value)
    assert isinstance(again, Again)
    wait = timedelta(seconds=connected.settings.sync_every)
    assert wait <= again.at - before <= wait + MINUTE


async def test_a_clock_that_was_ahead_when_nothing_was_there_hides_no_change(
    stage: Stage, draft: TicketDraft
) -> None:
    year = timedelta(days=365).total_seconds()
    stage.clock.jump(year)
    assert (await stage.connect()).ok
    await sync(stage)
    stage.clock.jump(-year)
    ticket = await made(stage, draft)
    stage.end.change(ticket.number, state="2")
    await sync(stage)
    assert await told(stage) == [ticket.number]
