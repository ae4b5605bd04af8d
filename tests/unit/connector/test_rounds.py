"""Tickets that a reading of changes does not lead to any more: they are asked for by name."""

from dataclasses import replace

import pytest
from aiohttp import web

from connector.models import ShareId, Ticket, TicketDraft, TicketFilter
from connector.servicenow.client import MOST_ASKED_FOR
from connector.store import shares, tickets
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import Stage


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Ticket:
    record = await stage.until_done(await stage.ask(draft, delivery))
    return await kept(stage, record.share.id)


async def kept(stage: Stage, share: ShareId) -> Ticket:
    ticket = await tickets.get(stage.connector.database.view(ACME), share)
    assert ticket is not None
    return ticket


async def sync(stage: Stage) -> None:
    await stage.connector.services.following.sync(ACME, "incident")


async def listed(stage: Stage) -> list[str]:
    found = await stage.connector.services.tickets.list(ACME, TicketFilter.OPEN, MIA)
    return sorted(each.number for each in found)


async def test_a_ticket_whose_mark_was_taken_off_is_followed_on(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, correlation_display="JIRA-123")
    for state, label in (("2", "In Progress"), ("3", "On Hold")):
        connected.end.change(ticket.number, state=state)
        await sync(connected)
        assert (await kept(connected, ticket.share)).state_label == label
    # The second reading found it as one that no mark leads to.
    view = connected.connector.database.view(ACME)
    assert await tickets.sys_ids(
        view, ticket.instance, ticket.kind, lacking="Correlation display (Snowline)"
    ) == (ticket.sys_id,)


async def test_a_deleted_ticket_is_told_once_and_is_open_no_more(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket, other = await made(connected, draft), await made(connected, draft, "view-2")
    connected.end.delete(ticket.sys_id)
    await sync(connected)
    await sync(connected)
    assert (await kept(connected, ticket.share)).is_gone
    assert await listed(connected) == [other.number]
    await until(lambda: bool(connected.chat.changes))
    ((_, change),) = connected.chat.changes
    assert [each.after for each in change.fields] == ["deleted there, or hidden from Snowline"]


@pytest.mark.parametrize(
    "older", [{}, {"sys_updated_on": "2020-01-01 00:00:00"}], ids=["as it was", "from an old copy"]
)
async def test_a_ticket_that_comes_back_in_sight_is_open_again(
    connected: Stage, draft: TicketDraft, older: dict[str, str]
) -> None:
    ticket = await made(connected, draft)
    records = connected.end.servicenow.instance.records
    row = records.find("incident", ticket.sys_id)
    assert row is not None
    connected.end.delete(ticket.sys_id)
    await sync(connected)
    assert await listed(connected) == []
    records.add("incident", {**row, **older})
    await sync(connected)
    assert await listed(connected) == [ticket.number]
    assert not (await kept(connected, ticket.share)).is_gone


@pytest.mark.parametrize("how", ["access rules", "a list that leaves it out"])
async def test_a_ticket_that_is_hidden_is_not_gone(
    connected: Stage, draft: TicketDraft, how: str
) -> None:
    ticket = await made(connected, draft)
    if how == "access rules":
        connected.end.hide(sys_ids=[ticket.sys_id])
    else:

        async def leave_out(request: web.Request) -> None:
            if request.path.endswith("/incident"):
                body, counted = '{"result": []}', {"X-Total-Count": "0"}
                raise web.HTTPOk(text=body, headers=counted, content_type="application/json")

        connected.end.listeners.append(leave_out)
    await sync(connected)
    assert not (await kept(connected, ticket.share)).is_gone
    assert await listed(connected) == [ticket.number]


async def crowd(stage: Stage, ticket: Ticket, count: int) -> None:
    """Add tickets like one, and their records, all last changed in one and the same second."""
    record = await stage.record(ticket.share)
    records = stage.end.servicenow.instance.records
    row = records.find("incident", ticket.sys_id)
    assert row is not None
    async with stage.connector.database.transaction(ACME) as tx:
        for number in range(count):
            share_id, sys_id = ShareId(f"crowd-{number}"), f"{number:032x}"
            copy = replace(record.share, id=share_id, sys_id=sys_id)
            await shares.add(tx, copy)
            await shares.save(tx, replace(record, share=copy))
            name = f"INC9{number:06}"
            await tickets.put(tx, replace(ticket, share=share_id, sys_id=sys_id, number=name))
            records.add("incident", {**row, "sys_id": sys_id, "number": name})


async def test_many_deleted_tickets_are_noticed_a_few_at_every_look(
    connected: Stage, draft: TicketDraft
) -> None:
    await crowd(connected, await made(connected, draft), 60)
    for number in range(60):
        connected.end.delete(f"{number:032x}")
    counts = []
    for _ in range(15):
        before = len(connected.end.requests)
        await sync(connected)
        counts.append(len(connected.end.requests) - before)
    assert len(await listed(connected)) == 1
    assert max(counts) <= 2 + 5
    # What is known to be gone costs nothing more.
    assert counts[-1] == 2


@pytest.mark.parametrize("ahead", [0.0, 86_400.0], ids=["right", "ahead"])
async def test_all_come_round_also_after_a_clock_that_was_ahead(
    connected: Stage, draft: TicketDraft, ahead: float
) -> None:
    await crowd(connected, await made(connected, draft), 2 * MOST_ASKED_FOR)
    connected.clock.jump(ahead)
    for _ in range(3):
        await sync(connected)
    connected.clock.jump(-ahead)
    last = f"{2 * MOST_ASKED_FOR - 1:032x}"
    connected.end.delete(last)
    for _ in range(3):
        await sync(connected)
    assert f"INC9{2 * MOST_ASKED_FOR - 1:06}" not in await listed(connected)


async def test_a_look_that_is_not_answered_fails_no_reading(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)

    async def refuse_names(request: web.Request) -> None:
        if "sys_idIN" in request.query.get("sysparm_query", ""):
            raise web.HTTPServiceUnavailable

    connected.end.listeners.append(refuse_names)
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    assert (await kept(connected, ticket.share)).state_label == "In Progress"
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.problem == ""
