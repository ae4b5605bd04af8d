"""Lists of many tickets, read part by part: nothing twice, nothing left out, by indexes alone."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.models import (
    PAGE,
    ListKey,
    Position,
    Selection,
    ShareId,
    Standing,
    Ticket,
    TicketFilter,
    TicketKind,
    Towards,
)
from connector.store import counterparts, scores, shares, ticket_lists, tickets
from connector.store.columns import Row, Value
from connector.store.database import Database, Session, Transaction
from connector.store.ticket_lists import Reader
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, MIA
from tests.unit.connector.rows import NOON
from tests.unit.connector.test_ticket_lists import put

READER = Reader(user=MIA, now=NOON)
MANY, SOME = 10_000, 600
TODAY = NOON.date()
COUNTERPART = "c" * 32
STATES = ("New", "In Progress", "On Hold")


def fields(number: int) -> dict[str, Any]:
    """Make tickets differ in all that lists are chosen and ordered by."""
    return {
        "sys_id": f"{number:032x}",
        "number": f"INC{number:07}",
        "name": "A name as long as they come " * 9,
        "kind": list(TicketKind)[number % 2],
        "priority": str(number % 5 + 1),
        "priority_label": f"{number % 5 + 1} - Priority",
        "state_label": STATES[number % 3],
        "is_open": number % 4 > 0,
        "due": TODAY + timedelta(days=number % 40 - 20) if number % 7 else None,
        "assignee": COUNTERPART if number % 11 == 0 else "",
        "created_at": NOON + timedelta(seconds=number // 3),
    }


async def fill(tx: Transaction, count: int) -> None:
    for number in range(count):
        by = MIA if number % 3 else ADA
        await put(tx, f"{number * 7919 % 104729:032x}", by=by, **fields(number))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where ten thousand tickets are kept once: making them takes seconds."""
    return tmp_path_factory.mktemp("crowded")


@pytest.fixture
async def crowded(folder: Path) -> AsyncIterator[Database]:
    """A workspace that has made ten thousand tickets; no test changes anything in it."""
    is_filled = (folder / "snowline.db").exists()
    database = Database(folder / "snowline.db")
    await database.open()
    if not is_filled:
        async with database.transaction(ACME) as tx:
            await fill(tx, MANY)
    yield database
    await database.close()


@pytest.fixture
async def busy(database: Database) -> Database:
    """A workspace that has made a few hundred."""
    async with database.transaction(ACME) as tx:
        await fill(tx, SOME)
    return database


async def walk(session: Session, selection: Selection, reader: Reader = READER) -> list[Ticket]:
    """Turn the pages from the first to the last, and look at what each says of itself."""
    seen: list[Ticket] = []
    position = None
    while True:
        page = await ticket_lists.page(session, selection, reader, position)
        assert page.before == len(seen)
        seen += page.tickets
        assert page.after == page.total - len(seen)
        if not page.after:
            return seen
        assert len(page.tickets) == PAGE
        assert page.last is not None
        position = Position(towards=Towards.AFTER, key=page.last)


def urgency(ticket: Ticket) -> tuple[bool, bool, int, str, str]:
    still_open = ticket.is_open and ticket.is_followed
    due = ticket.due.isoformat() if ticket.due else "9999"
    late = ticket.is_overdue(TODAY)
    return not still_open, still_open and not late, int(ticket.priority), due, ticket.number


async def test_ten_thousand_tickets_are_read_part_by_part_newest_first(crowded: Database) -> None:
    seen = await walk(crowded.view(ACME), Selection(which=TicketFilter.ALL))
    assert len({each.share for each in seen}) == len(seen) == MANY
    ages = [each.created_at for each in seen]
    assert ages == sorted(ages, reverse=True)


async def test_open_tickets_are_read_most_urgent_first(busy: Database) -> None:
    seen = await walk(busy.view(ACME), Selection())
    assert len({each.share for each in seen}) == len(seen) == SOME * 3 // 4
    assert [urgency(each) for each in seen] == sorted(map(urgency, seen))


async def test_mine_are_those_i_asked_for_and_those_my_counterpart_is_assigned_to(
    busy: Database,
) -> None:
    view, mine = busy.view(ACME), Selection(which=TicketFilter.MINE, kind=TicketKind.INCIDENT)
    alone = {each.share for each in await walk(view, mine)}
    both = await walk(view, mine, replace(READER, counterpart=COUNTERPART))
    assigned = {each.share for each in both if each.assignee == COUNTERPART}
    assert {each.share for each in both} == alone | assigned
    assert assigned - alone
    assert all(each.requester == MIA or each.share in assigned for each in both)
    assert [urgency(each) for each in both] == sorted(map(urgency, both))
    assert await ticket_lists.count_mine(view, READER) == (
        sum(1 for each in await walk(view, Selection()) if each.requester == MIA),
        sum(
            1
            for each in await walk(view, Selection(which=TicketFilter.OVERDUE))
            if each.requester == MIA
        ),
    )


@pytest.mark.parametrize(
    "selection",
    [
        pytest.param(Selection(state="On Hold"), id="state"),
        pytest.param(Selection(priority="2 - Priority", which=TicketFilter.ALL), id="priority"),
        pytest.param(Selection(kind=TicketKind.INCIDENT, state="New"), id="kind and state"),
    ],
)
async def test_a_narrowed_list_holds_what_fits_and_all_of_it(
    busy: Database, selection: Selection
) -> None:
    view = busy.view(ACME)
    whole = await walk(view, Selection(which=selection.which))
    fitting = [
        each
        for each in whole
        if selection.kind in (None, each.kind)
        and selection.state in ("", each.state_label)
        and selection.priority in ("", each.priority_label)
    ]
    assert await walk(view, selection) == fitting


async def test_the_counts_are_those_of_all_tickets(busy: Database) -> None:
    view = busy.view(ACME)
    counted = await ticket_lists.count_kinds(view, NOON)
    for kind in counted:
        still_open = await walk(view, Selection(kind=kind.kind))
        assert dict(kind.states) == {
            state: sum(each.state_label == state for each in still_open) for state in STATES
        }
        assert kind.overdue == sum(each.is_overdue(TODAY) for each in still_open)
        assert kind.open + kind.done == SOME // 2
    facets = await ticket_lists.facets(view, Selection(state="New"), READER)
    assert sum(count for _, count in facets.states) == SOME * 3 // 4
    assert [label for label, _ in facets.priorities] == [f"{n} - Priority" for n in range(1, 6)]


async def test_the_pages_lead_back_the_way_they_came(busy: Database) -> None:
    view, selection = busy.view(ACME), Selection(which=TicketFilter.OVERDUE)
    first = await ticket_lists.page(view, selection, READER)
    second = await ticket_lists.page(view, selection, READER, after(first.last))
    third = await ticket_lists.page(view, selection, READER, after(second.last))
    assert await ticket_lists.page(view, selection, READER, before(third.first)) == second
    assert await ticket_lists.page(view, selection, READER, before(second.first)) == first


def after(key: ListKey | None) -> Position:
    assert key is not None
    return Position(towards=Towards.AFTER, key=key)


def before(key: ListKey | None) -> Position:
    assert key is not None
    return Position(towards=Towards.BEFORE, key=key)


@dataclass(frozen=True)
class Heard(Session):
    """A session that keeps what it was asked."""

    asked: dict[str, dict[str, Value]] = field(default_factory=dict)

    async def run(self, sql: str, **values: Value) -> list[Row]:
        self.asked[sql] = values
        return await super().run(sql, **values)


async def test_every_list_and_count_is_answered_by_an_index(crowded: Database) -> None:
    """Only what is shown is read from the tables themselves."""
    silent = crowded.view(ACME)
    view = Heard(ACME, silent.line)
    await ticket_lists.count_kinds(view, NOON)
    await ticket_lists.count_mine(view, READER)
    await ticket_lists.any_known(view)
    await shares.unfinished(view)
    await scores.history(view, "contoso.example", TODAY)
    for which in TicketFilter:
        for kind in (None, TicketKind.INCIDENT):
            selection = Selection(which=which, kind=kind)
            page = await ticket_lists.page(view, selection, READER)
            await ticket_lists.page(view, selection, READER, after(page.last))
            await ticket_lists.page(view, selection, READER, before(page.last))
            await ticket_lists.facets(view, selection, READER)
            await ticket_lists.urgent(view, selection, READER, 5)
    for sql, values in view.asked.items():
        plan = [row["detail"] for row in await silent.run(f"EXPLAIN QUERY PLAN {sql}", **values)]
        reads = [each for each in plan if each.startswith(("SEARCH", "SCAN"))]
        assert reads, sql
        assert all("SEARCH" in each and "INDEX" in each for each in reads), (sql, plan)
        if "draft" not in sql and " shares " not in sql and " scores " not in sql:
            assert all("COVERING INDEX" in each for each in reads), (sql, plan)


async def test_a_list_that_has_shrunk_shows_its_nearest_end(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        await fill(tx, 3 * PAGE)
    view, every = database.view(ACME), Selection(which=TicketFilter.ALL)
    first = await ticket_lists.page(view, every, READER)
    second = await ticket_lists.page(view, every, READER, after(first.last))
    last = await ticket_lists.page(view, every, READER, after(second.last))
    assert await ticket_lists.page(view, every, READER, after(last.last)) == last
    assert await ticket_lists.page(view, every, READER, before(first.first)) == first
    async with database.transaction(ACME) as tx:
        await tx.run("UPDATE tickets SET standing = 'forgotten' WHERE workspace = :workspace")
    assert (await ticket_lists.page(view, every, READER, after(first.last))).tickets == ()
    assert not await ticket_lists.any_known(view)


CHANGES = st.lists(
    st.tuples(st.integers(0, 59), st.sampled_from(["priority", "closes", "is new"])), max_size=6
)


@settings(max_examples=20)
@given(steps=st.lists(CHANGES, min_size=1, max_size=4), which=st.sampled_from(TicketFilter))
async def test_a_ticket_that_does_not_change_is_read_once_whatever_the_others_do(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], which: TicketFilter
) -> None:
    database = Database(tmp_path_factory.mktemp("changing") / "snowline.db")
    await database.open()
    async with database.transaction(ACME) as tx:
        await fill(tx, 60)
    view, selection = database.view(ACME), Selection(which=which)
    whole = {each.share for each in await walk(view, selection)}
    changed: set[ShareId] = set()
    seen: list[ShareId] = []
    page = await ticket_lists.page(view, selection, READER)
    for step in (*steps, [], [], []):
        seen += [each.share for each in page.tickets]
        async with database.transaction(ACME) as tx:
            for number, how in step:
                changed |= await change(tx, number, how)
        if page.last is None or not page.after:
            break
        page = await ticket_lists.page(view, selection, READER, after(page.last))
    await database.close()
    still = [each for each in seen if each not in changed]
    assert len(set(still)) == len(still)
    assert set(still) == whole - changed


async def change(tx: Transaction, number: int, how: str) -> set[ShareId]:
    """Change one ticket, or make another one; tell which."""
    if how == "is new":
        name = f"{random.getrandbits(64):032x}"
        made = await put(tx, name, **{**fields(number), "sys_id": name})
        return {made.share}
    ticket = await tickets.by_sys_id(
        tx, rows.HOST, fields(number)["kind"], fields(number)["sys_id"]
    )
    assert ticket is not None
    changes: dict[str, Any] = {"is_open": False} if how == "closes" else {"priority": "1"}
    await tickets.put(tx, replace(ticket, **changes))
    return {ticket.share}


@pytest.mark.parametrize("priority", ["", "soon", "0", "-1", "12345", "²"])
async def test_a_priority_that_is_no_number_comes_after_those_that_are(
    database: Database, priority: str
) -> None:
    async with database.transaction(ACME) as tx:
        await put(tx, "odd", sys_id="1", priority=priority)
        await put(tx, "least", sys_id="2", priority="5")
    seen = await walk(database.view(ACME), Selection())
    assert [each.share for each in seen] == ["least", "odd"]


async def test_what_is_followed_no_more_is_listed_last_and_counted_nowhere(
    database: Database,
) -> None:
    async with database.transaction(ACME) as tx:
        await put(tx, "former", sys_id="1", priority="1")
        await put(tx, "followed", sys_id="2", priority="5")
        await put(tx, "forgotten", sys_id="3")
        for standing in (Standing.FORMER, Standing.FORGOTTEN):
            await tx.run(
                "UPDATE tickets SET standing = :standing"
                " WHERE workspace = :workspace AND share = :standing",
                standing=standing.value,
            )
    view = database.view(ACME)
    mine = await walk(view, Selection(which=TicketFilter.MINE))
    assert [each.share for each in mine] == ["followed", "former"]
    assert await ticket_lists.count_mine(view, READER) == (1, 1)
    assert sum(each.open + each.done for each in await ticket_lists.count_kinds(view, NOON)) == 1


async def test_nobodys_tickets_are_not_those_of_who_is_not_known_there(
    database: Database,
) -> None:
    async with database.transaction(ACME) as tx:
        await put(tx, "hers", by=ADA, assignee="")
    view = database.view(ACME)
    assert await counterparts.sys_id(view, MIA) == ""
    assert await walk(view, Selection(which=TicketFilter.MINE)) == []
