"""Test records: one real ticket a click, compared, and cancelled where that is allowed."""

import asyncio

import pytest

from bot.sandbox.accounts import INSTANCE_HOST
from connector.models import (
    BotField,
    Copied,
    FieldOutcome,
    FieldRule,
    Fixed,
    Meaning,
    ShareState,
    StateChoice,
    TestRecord,
    TicketKind,
)
from connector.services.configuring.trials import NAME
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import Stage

KINDS = pytest.mark.parametrize("kind", TicketKind)
KEPT = FieldRule(
    column="u_improvement_action", label="Action", source=Copied(field=BotField.ACTION_ID)
)
LOST = FieldRule(column="u_risk_team", label="Risk team", source=Fixed(value="x", shown="x"))


async def tried(
    stage: Stage, kind: TicketKind = TicketKind.INCIDENT, delivery: str = "click-1"
) -> TestRecord:
    trials = stage.connector.services.trials
    share = await trials.make(ACME, ADA, kind, delivery)
    return await trials.result(share, 10)


@KINDS
async def test_a_test_record_shows_what_is_kept_and_is_cancelled(
    connected: Stage, kind: TicketKind
) -> None:
    for rule in (KEPT, LOST):
        await connected.connector.services.mapping.put(ACME, kind, rule)
    record = await tried(connected, kind)
    assert record.fields == (
        FieldOutcome(
            label="Action", sent="SnowlineTestRecord", held="SnowlineTestRecord", kept=True
        ),
        FieldOutcome(label="Risk team", sent="x", held="", kept=False),
    )
    assert record.ticket is not None
    assert "Risk team" in record.ticket.not_kept
    assert record.cancel_problem == ""
    (row,) = connected.end.tickets(kind.value)
    assert row["short_description"] == NAME
    assert row["state"] == {"incident": "8", "change_request": "4"}[kind.value]
    assert row["active"] == "false"


async def test_one_click_makes_one_record_however_often_it_arrives(connected: Stage) -> None:
    for _ in range(2):
        assert (await tried(connected)).ticket is not None
    assert len(connected.end.tickets()) == 1
    await tried(connected, delivery="click-2")
    assert len(connected.end.tickets()) == 2


async def test_its_card_goes_to_whoever_asked_in_private(connected: Stage) -> None:
    record = await tried(connected)
    await connected.until_done(record.share.id)
    assert {place.conversation for place in connected.chat.cards} == {ADA}


async def test_a_record_that_may_not_be_cancelled_says_so(connected: Stage) -> None:
    connected.end.drop("state")
    record = await tried(connected)
    assert record.cancel_problem == "ServiceNow did not keep the new state."


async def test_a_refused_record_says_why(connected: Stage) -> None:
    connected.end.take_roles()
    record = await tried(connected)
    assert record.ticket is None
    assert record.share.state is ShareState.REJECTED
    assert record.share.reason
    await until(lambda: connected.chat.latest.share.state is ShareState.REJECTED)
    assert not connected.chat.latest.may_be_sent_again


async def test_nobody_waits_for_a_sleeping_instance(connected: Stage) -> None:
    connected.end.servicenow.faults.arm("sleeping:1000")
    trials = connected.connector.services.trials
    share = await trials.make(ACME, ADA, TicketKind.INCIDENT, "click-1")
    async with asyncio.timeout(10):
        record = await trials.result(share, 0.2)
    assert record.ticket is None
    assert record.share.state is not ShareState.REJECTED


async def test_it_is_cancelled_by_the_state_that_means_so_there(connected: Stage) -> None:
    choices = (
        StateChoice(value="8", name="", meaning=Meaning.WAITING),
        StateChoice(value="2", name="Dropped", meaning=Meaning.CANCELLED),
    )
    await connected.connector.services.states.judge(
        ACME, INSTANCE_HOST, TicketKind.INCIDENT, choices
    )
    record = await tried(connected)
    (row,) = connected.end.tickets()
    assert (row["state"], record.cancel_problem) == ("2", "")


async def test_where_no_state_means_cancelled_it_is_left_and_that_is_said(
    connected: Stage,
) -> None:
    choice = StateChoice(value="8", name="", meaning=Meaning.OPEN)
    await connected.connector.services.states.judge(
        ACME, INSTANCE_HOST, TicketKind.INCIDENT, (choice,)
    )
    record = await tried(connected)
    (row,) = connected.end.tickets()
    assert row["state"] == "1"
    assert record.cancel_problem == (
        "None of the states in `/snow settings` means that a ticket is cancelled."
    )
