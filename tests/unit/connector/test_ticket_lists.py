"""What is kept of a ticket, and which lists hold it, by day, state, requester and age."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from connector.models import ShareId, ShareState, Ticket, TicketFilter, TicketKind, UserId
from connector.store import shares, ticket_lists, tickets
from connector.store.database import Database, Transaction
from connector.store.shares import ShareRecord
from connector.store.ticket_lists import LISTED, Reader
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, MIA
from tests.unit.connector.rows import NOON

READER = Reader(user=MIA, now=NOON)
YESTERDAY, TODAY, TOMORROW = (NOON.date() + timedelta(days=each) for each in (-1, 0, 1))


async def put(tx: Transaction, name: str, /, *, by: str = MIA, **fields: object) -> Ticket:
    """Keep a ticket whose share ended at noon."""
    share = rows.share(ACME, ShareId(name), ShareState.ANNOUNCED)
    share = replace(share, draft=replace(share.draft, requester=by))
    await shares.add(tx, share)
    await shares.save(tx, ShareRecord(share=share, ended_at=NOON))
    ticket = replace(rows.ticket(ACME, share.id), requester=UserId(by), **fields)  # type: ignore[arg-type]  # as told
    await tickets.put(tx, ticket)
    return ticket


@pytest.mark.parametrize(
    ("due", "is_open", "overdue"),
    [
        pytest.param(YESTERDAY, True, True, id="the day after"),
        pytest.param(TODAY, True, False, id="on its day"),
        pytest.param(TOMORROW, True, False, id="the day before"),
        pytest.param(None, True, False, id="never due"),
        pytest.param(YESTERDAY, False, False, id="closed"),
    ],
)
async def test_a_ticket_is_overdue_while_open_after_its_day(
    database: Database, due: date | None, *, is_open: bool, overdue: bool
) -> None:
    async with database.transaction(ACME) as tx:
        ticket = await put(tx, "one", due=due, is_open=is_open)
    found = await ticket_lists.listed(database.view(ACME), TicketFilter.OVERDUE, READER)
    assert [each.number for each in found] == [ticket.number] * overdue
    assert ticket.is_overdue(TODAY) is overdue


async def test_each_list_holds_its_own(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        await put(tx, "open", due=TODAY)
        await put(tx, "closed", due=YESTERDAY, is_open=False)
        await put(tx, "late", due=YESTERDAY)
        await put(tx, "hers", by=ADA, due=TOMORROW)

    async def listed(which: TicketFilter) -> set[str]:
        found = await ticket_lists.listed(database.view(ACME), which, READER)
        return {each.share for each in found}

    assert await listed(TicketFilter.OPEN) == {"open", "late", "hers"}
    assert await listed(TicketFilter.MINE) == {"open", "closed", "late"}
    assert await listed(TicketFilter.OVERDUE) == {"late"}
    assert await listed(TicketFilter.ALL) == {"open", "closed", "late", "hers"}
    assert {each.share for each in await tickets.every(database.view(ACME))} == {
        "open",
        "late",
        "hers",
    }


async def test_a_list_holds_the_newest_first_and_no_more_than_it_says(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        for number in range(LISTED + 1):
            at = NOON + timedelta(minutes=number)
            await put(tx, f"s{number}", sys_id=f"{number}", created_at=at)
    found = await ticket_lists.listed(database.view(ACME), TicketFilter.ALL, READER)
    assert [each.share for each in found] == [f"s{number}" for number in range(LISTED, 0, -1)]
    assert len(found) == 200
    every = await tickets.every(database.view(ACME))
    assert [each.share for each in every] == [f"s{number}" for number in range(LISTED + 1)]


@pytest.mark.parametrize(
    ("since", "found"), [(NOON, 1), (NOON + timedelta(microseconds=1), 0)], ids=["then", "later"]
)
async def test_what_happened_since_then_holds_what_happened_just_then(
    database: Database, since: datetime, found: int
) -> None:
    async with database.transaction(ACME) as tx:
        ticket = await put(tx, "one", is_open=False)
        await tickets.add_change(tx, rows.change(ACME, ticket.share), NOON)
    view = database.view(ACME)
    assert len(await tickets.every(view, created_since=since)) == found
    assert len(await tickets.changes_since(view, since)) == found


async def test_only_what_nobody_was_told_of_is_to_be_told(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        ticket = await put(tx, "one")
        for _ in range(3):
            await tickets.add_change(tx, rows.change(ACME, ticket.share), NOON)
        first, second, third = await tickets.unannounced(tx, ticket.share)
        assert first.id < second.id < third.id
        await tickets.mark_announced(tx, second.id)
        assert await tickets.unannounced(tx, ticket.share) == (first, third)
        assert await tickets.changes_since(tx, NOON) == (first, second, third)


async def test_a_ticket_read_again_is_kept_as_it_was_read_last(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        ticket = await put(tx, "one")
        later = replace(
            ticket,
            number="INC0010002",
            name="Renamed",
            state="7",
            state_label="Closed",
            priority="1",
            priority_label="1 - Critical",
            due=TOMORROW,
            assigned_to="Beth Anglin",
            is_open=False,
            updated_at=ticket.updated_at + timedelta(hours=1),
            read_at=ticket.read_at + timedelta(hours=1),
            place=None,
        )
        await tickets.put(tx, later)
    assert await tickets.get(database.view(ACME), ticket.share) == later


async def test_a_record_is_found_by_its_table_too(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        for kind in TicketKind:
            await put(tx, f"a {kind}", kind=kind, sys_id="a" * 32)
        for kind in TicketKind:
            found = await tickets.by_sys_id(tx, rows.HOST, kind, "a" * 32)
            assert found is not None
            assert found.share == f"a {kind}"
        assert await tickets.by_sys_id(tx, "globex.service-now.com", kind, "a" * 32) is None
