"""Another record in the place of a ticket's: what is told is that ours is gone."""

import pytest

from bot.sandbox.servicenow.schema import TABLES
from connector.models import TicketDraft, TicketFilter
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_journals import made, say, sync, told


def replace_record(stage: Stage, sys_id: str, *, mark: str) -> str:
    """Delete an incident, and import another one under its sys_id; tell its number."""
    instance = stage.end.servicenow.instance
    beth = instance.people.named("beth.anglin")
    assert beth is not None
    stage.end.delete(sys_id)
    values = {
        "sys_id": sys_id,
        "short_description": "Printer is on fire",
        "state": "2",
        "correlation_display": mark,
    }
    row = instance.writer.insert(TABLES["incident"], values, beth)
    row["sys_created_on"] = "2026-01-01 00:00:00"
    return row["number"]


@pytest.mark.parametrize("mark", ["", "Snowline"], ids=["without our mark", "with our mark"])
async def test_a_record_in_our_tickets_place_is_not_taken_for_it(
    connected: Stage, draft: TicketDraft, mark: str
) -> None:
    ticket = await made(connected, draft)
    number = replace_record(connected, ticket.sys_id, mark=mark)
    say(connected, ticket, comments="About the printer")
    for _ in range(2):
        await sync(connected)
    await until(lambda: bool(connected.chat.changes))
    assert await told(connected) == []
    ((_, change),) = connected.chat.changes
    assert change.number == ticket.number
    (field,) = change.fields
    assert field.after == f"deleted there; another one, {number}, stands in its place"
    (kept,) = await connected.connector.services.tickets.list(ACME, TicketFilter.ALL, MIA)
    assert (kept.name, kept.is_gone, kept.number) == (draft.name, True, ticket.number)
    assert await connected.connector.services.tickets.list(ACME, TicketFilter.OPEN, MIA) == ()


async def test_a_ticket_that_was_given_another_number_is_the_same(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, state="2")
    (row,) = connected.end.tickets()
    row["number"] = "INC7777777"
    await sync(connected)
    await until(lambda: bool(connected.chat.changes))
    (kept,) = await connected.connector.services.tickets.list(ACME, TicketFilter.ALL, MIA)
    assert (kept.is_gone, kept.state_label) == (False, "In Progress")
