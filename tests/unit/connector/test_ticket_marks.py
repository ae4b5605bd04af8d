"""Tickets that an instance keeps no mark on, or shows none of: they are followed all the same."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.errors import Provider, ProviderRefusedError
from connector.models import Connection, ShareId, Ticket, TicketDraft, TicketKind
from connector.servicenow.client import MOST_ASKED_FOR
from connector.services.tickets.following import OVERLAP
from connector.store import shares, tickets
from connector.store.database import Database
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, CHANNEL, until
from tests.unit.connector.stage import FarEnd, Stage

SWITCHES = pytest.mark.parametrize(
    "switch", [FarEnd.drop, FarEnd.hide], ids=["not kept", "not readable"]
)
Switch = Callable[..., None]


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Ticket:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    await stage.until_done(share.id)
    ticket = await tickets.get(stage.connector.database.view(ACME), share.id)
    assert ticket is not None
    return ticket


async def sync(stage: Stage, kind: TicketKind = TicketKind.INCIDENT) -> None:
    await stage.connector.services.following.sync(ACME, kind.value)


async def told(stage: Stage, count: int) -> list[str]:
    await until(lambda: len(stage.chat.changes) == count)
    return sorted(change.number for _, change in stage.chat.changes)


async def servicenow(stage: Stage) -> Connection:
    every = await stage.connector.services.connections.all(ACME)
    return next(each for each in every if each.provider is Provider.SERVICENOW)


@SWITCHES
@pytest.mark.parametrize("kind", list(TicketKind))
@pytest.mark.parametrize(
    "columns",
    [("correlation_id",), ("correlation_display",), ("correlation_id", "correlation_display")],
    ids=["reference", "mark", "both"],
)
async def test_a_ticket_without_its_marks_is_followed(
    connected: Stage, draft: TicketDraft, switch: Switch, columns: tuple[str, ...], kind: TicketKind
) -> None:
    switch(connected.end, *columns)
    ticket = await made(connected, replace(draft, kind=kind))
    new = {TicketKind.INCIDENT: "2", TicketKind.CHANGE_REQUEST: "-4"}[kind]
    connected.end.change(ticket.number, state=new)
    for _ in range(2):
        await sync(connected, kind)
    assert await told(connected, 1) == [ticket.number]
    assert (await servicenow(connected)).problem == ""


async def test_tickets_with_the_mark_and_without_are_followed_side_by_side(
    connected: Stage, draft: TicketDraft
) -> None:
    marked = await made(connected, draft)
    connected.end.drop("correlation_display")
    bare = await made(connected, draft, "view-2")
    for ticket in (marked, bare):
        connected.end.change(ticket.number, state="2")
    await sync(connected)
    assert await told(connected, 2) == sorted([marked.number, bare.number])


async def test_tickets_whose_mark_is_hidden_later_are_followed_on(
    connected: Stage, draft: TicketDraft, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = await made(connected, draft)
    connected.end.hide("correlation_display")
    connected.end.change(ticket.number, state="2")
    caplog.clear()
    await sync(connected)
    assert await told(connected, 1) == [ticket.number]
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


async def test_more_tickets_than_one_question_names_are_all_followed(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop("correlation_display")
    kept = [await made(connected, draft, f"view-{n}") for n in range(2)]
    await crowd(connected, kept[0], MOST_ASKED_FOR)
    for ticket in kept:
        connected.end.change(ticket.number, state="2")
    # What is said on them is read by work of its own.
    await connected.connector.worker.stop()
    before = len(connected.end.requests)
    await sync(connected)
    asked = connected.end.requests[before:]
    assert asked.count("GET /api/now/table/incident") == 4
    view = connected.connector.database.view(ACME)
    for ticket in kept:
        after = await tickets.get(view, ticket.share)
        assert after is not None
        assert after.state_label == "In Progress"


async def crowd(stage: Stage, ticket: Ticket, count: int) -> None:
    """Keep many tickets like one, each a little newer, that ServiceNow no longer has."""
    record = await stage.record(ticket.share)
    async with stage.connector.database.transaction(ACME) as tx:
        for number in range(count):
            share_id, sys_id = ShareId(f"crowd-{number}"), f"{number:032x}"
            share = replace(record.share, id=share_id, sys_id=sys_id)
            await shares.add(tx, share)
            await shares.save(tx, replace(record, share=share))
            at = ticket.created_at + timedelta(seconds=1)
            await tickets.put(tx, replace(ticket, share=share_id, sys_id=sys_id, created_at=at))


async def test_reading_begins_again_near_the_newest_change_without_a_mark(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop("correlation_display")
    ticket = await made(connected, draft)
    await sync(connected)
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    view = connected.connector.database.view(ACME)
    mark = await tickets.watermark(view, ticket.instance, ticket.kind)
    after = await tickets.get(view, ticket.share)
    assert mark is not None
    assert after is not None
    assert abs((after.updated_at - mark).total_seconds()) < 30


async def test_a_long_reading_skips_no_change_made_meanwhile(
    connected: Stage, draft: TicketDraft
) -> None:
    marked = await made(connected, draft)
    connected.end.drop("correlation_display")
    bare = await made(connected, draft, "view-2")
    reads = 0

    async def change_both_late(when: str) -> None:
        nonlocal reads
        reads += when == "after GET"
        if reads == 1:
            connected.end.change(marked.number, state="2")
            connected.clock.jump(120)
            write(connected, bare, 120, state="2")

    connected.end.boundary = change_both_late
    await sync(connected)
    connected.end.boundary = None
    view = connected.connector.database.view(ACME)
    through = await tickets.watermark(view, marked.instance, marked.kind)
    (late,) = (row for row in connected.end.tickets() if row["number"] == marked.number)
    assert through is not None
    assert f"{through - OVERLAP:%Y-%m-%d %H:%M:%S}" <= late["sys_updated_on"]


def write(stage: Stage, ticket: Ticket, seconds: float, **fields: str) -> None:
    """Have a record stand as it was written so long after the ticket was read."""
    every = stage.end.servicenow.records("incident")
    row = next(row for row in every if row["number"] == ticket.number)
    written = ticket.updated_at + timedelta(seconds=seconds)
    row.update(fields, sys_updated_on=f"{written:%Y-%m-%d %H:%M:%S}")


async def test_a_change_without_a_mark_that_comes_to_light_late_is_told(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop("correlation_display")
    late, ahead = await made(connected, draft), await made(connected, draft, "view-2")
    write(connected, ahead, 120, state="2")
    await sync(connected)
    write(connected, late, 105, state="2")
    await sync(connected)
    assert await told(connected, 2) == sorted([late.number, ahead.number])


async def test_a_clock_set_back_while_reading_carries_it_no_further_than_what_was_read(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop("correlation_display")
    ticket = await made(connected, draft)
    write(connected, ticket, 60, state="2")

    async def set_back(when: str) -> None:
        if when == "after GET":
            connected.clock.jump(-600)

    connected.end.boundary = set_back
    await sync(connected)
    view = connected.connector.database.view(ACME)
    mark = await tickets.watermark(view, ticket.instance, ticket.kind)
    assert mark == ticket.updated_at + timedelta(seconds=60)


async def test_only_tickets_of_the_instance_and_the_kind_are_named(database: Database) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        here = await tickets.sys_ids(tx, rows.HOST, TicketKind.INCIDENT)
        lacking = await tickets.sys_ids(tx, rows.HOST, TicketKind.INCIDENT, lacking=rows.LOST)
        elsewhere = await tickets.sys_ids(tx, "other.service-now.com", TicketKind.INCIDENT)
        of_the_other_kind = await tickets.sys_ids(tx, rows.HOST, TicketKind.CHANGE_REQUEST)
    assert len(here) == 3
    assert lacking == (f"sys_id of {rows.MADE}",)
    assert (elsewhere, of_the_other_kind) == ((), ())


async def test_a_hidden_mark_is_no_trouble_before_the_first_ticket(connected: Stage) -> None:
    connected.end.hide("correlation_display")
    await sync(connected)
    assert (await servicenow(connected)).problem == ""


async def test_what_cannot_be_followed_at_all_is_told(connected: Stage) -> None:
    connected.end.hide("correlation_display", "sys_updated_on")
    with pytest.raises(ProviderRefusedError):
        await sync(connected)
    assert "refused" in (await servicenow(connected)).problem


async def test_a_card_names_the_fields_of_servicenow_that_can_be_set_there(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop("correlation_id", "correlation_display", "due_date")
    await made(connected, draft)
    shown = connected.chat.latest.ticket
    assert shown is not None
    assert shown.not_kept == (
        "Due date",
        "Correlation ID (the description's Reference)",
        "Correlation display (Snowline)",
    )


async def test_what_may_not_be_read_any_more_was_not_changed(
    connected: Stage, draft: TicketDraft
) -> None:
    share_id = await connected.ask(draft)
    await connected.until_done(share_id)
    view = connected.connector.database.view(ACME)
    before = await tickets.get(view, ShareId(share_id))
    assert before is not None
    connected.end.hide("state", "due_date", "short_description", "assigned_to")
    connected.end.change(before.number, urgency="1")
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: bool(connected.chat.changes))
    assert [each.field for _, change in connected.chat.changes for each in change.fields] == [
        "Priority"
    ]
    after = await tickets.get(view, ShareId(share_id))
    assert after is not None
    assert (after.name, after.state_label, after.due) == (
        before.name,
        before.state_label,
        before.due,
    )


@pytest.mark.parametrize(("hidden", "state"), [("active", "8"), ("state", "6")])
async def test_a_closed_ticket_stays_closed_though_it_may_not_be_read_any_more(
    connected: Stage, draft: TicketDraft, hidden: str, state: str
) -> None:
    share_id = await connected.ask(draft)
    record = await connected.until_done(share_id)
    view = connected.connector.database.view(ACME)
    for change in ({"state": state}, {"urgency": "1"}):
        ticket = await tickets.get(view, record.share.id)
        assert ticket is not None
        closing = {"close_code": "Solution provided", "close_notes": "done"}
        connected.end.change(ticket.number, **change, **closing)
        await connected.connector.services.following.sync(ACME, "incident")
        connected.end.hide(hidden)
    ticket = await tickets.get(view, record.share.id)
    assert ticket is not None
    assert not ticket.is_open


async def test_of_what_may_not_be_read_nothing_is_said(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.hide("description", "due_date", "correlation_display")
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.not_kept == ()
