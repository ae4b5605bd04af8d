"""Shares whose outcome nobody knows: what may be concluded, and what never."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from connector.errors import Provider
from connector.models import ShareState, TicketDraft, TicketKind
from connector.services.sharing.doubts import Doubts
from connector.store import habits
from connector.store.columns import moment_or_none
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

MARKS = {"correlation_id", "description"}
HONOURED = pytest.mark.parametrize("honour_sys_id", [True], indirect=True, ids=[""])


@pytest.fixture(params=[False], ids=[""])
def honour_sys_id(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def keeps_sys_id(stage: Stage) -> bool:
    instance = (await stage.connector.services.connections.all(ACME))[0].remote
    view = stage.connector.database.view(ACME)
    return await habits.keeps_sys_id(view, instance, TicketKind.INCIDENT)


@pytest.mark.parametrize("how", ["the sign-in dies", "an admin disconnects"])
async def test_a_ticket_that_was_made_unseen_is_remembered_without_a_connection(
    connected: Stage, draft: TicketDraft, how: str
) -> None:
    instance = connected.end.servicenow.instance
    shown = instance.settings
    connected.end.hide("sys_id", "number")

    async def end(when: str) -> None:
        if when != "after POST":
            return
        connected.end.boundary = None
        if how == "the sign-in dies":
            instance.tokens.expire_all(refresh=True)
        else:
            await connected.disconnect(Provider.SERVICENOW)

    connected.end.boundary = end
    share_id = await connected.ask(draft, "view-1")
    async with asyncio.timeout(10):
        while not (await connected.record(share_id)).share.parked:
            await asyncio.sleep(0.01)
    object.__setattr__(instance, "settings", shown)
    assert (await connected.connect()).ok
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.servicenow.records("incident")) == 1


@pytest.mark.parametrize("seconds", [3600.0, -3600.0], ids=["forwards", "backwards"])
async def test_a_clock_that_is_set_neither_ends_nor_stretches_the_wait(
    connected: Stage, draft: TicketDraft, seconds: float
) -> None:
    connected.end.servicenow.faults.arm("late-commit")
    share_id = await connected.ask(draft, "view-1")
    await until(lambda: connected.end.servicenow.faults.struck.get("late-commit") == 1)
    connected.clock.jump(seconds)
    connected.connector.worker.work.changed.set()
    await connected.until_done(share_id)
    assert connected.end.inserts == 1
    assert len(connected.end.tickets()) == 1


async def test_after_a_restart_the_wait_begins_anew(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("reset-before-commit")
    share_id = await connected.ask(draft, "view-1")
    await until(lambda: "reset-before-commit" in connected.end.servicenow.faults.struck)
    connected.clock.jump(3600)
    await connected.restart()
    await asyncio.sleep(connected.settings.settle)
    assert connected.end.inserts == 1
    assert (await connected.record(share_id)).share.state is ShareState.UNKNOWN
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1


async def test_a_clock_that_was_ahead_holds_no_share_up(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.clock.jump(86_400 * 365)
    connected.end.servicenow.faults.arm("503:10000")
    share_id = await connected.ask(draft, "view-1")
    await connected.until_failed(share_id)
    connected.end.servicenow.faults.armed.clear()
    connected.clock.jump(-86_400 * 365)
    connected.connector.worker.work.changed.set()
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1


async def test_a_clock_that_was_ahead_in_a_former_life_holds_no_share_up(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.clock.jump(86_400 * 365)
    connected.end.servicenow.faults.arm("503:10000")
    share_id = await connected.ask(draft, "view-1")
    await connected.until_failed(share_id)
    connected.end.servicenow.faults.armed.clear()
    await connected.connector.worker.stop(grace=0)
    connected.clock.jump(-86_400 * 365)
    await connected.restart()
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1


@HONOURED
async def test_what_is_learned_of_an_instance_is_unlearned_at_once(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft, "view-1"))
    assert await keeps_sys_id(connected)
    writer = connected.end.servicenow.instance.writer
    object.__setattr__(writer, "settings", replace(writer.settings, honour_sys_id=False))
    await connected.until_done(await connected.ask(draft, "view-2"))
    assert not await keeps_sys_id(connected)


async def send_twice(
    stage: Stage, draft: TicketDraft, before_second: Callable[[], Awaitable[None]]
) -> str:
    """Let a first insert be carried out late, and stand at the door of its repetition."""
    await stage.until_done(await stage.ask(draft, "view-1"))

    async def door(when: str) -> None:
        if when == "before POST" and stage.end.inserts == 3:
            await before_second()

    stage.end.boundary = door
    stage.end.servicenow.faults.arm("late-commit")
    return await stage.ask(draft, "view-2")


@HONOURED
async def test_a_repetition_that_is_refused_because_the_first_was_carried_out_finds_it(
    connected: Stage, draft: TicketDraft
) -> None:
    share_id = await send_twice(connected, draft, lambda: asyncio.sleep(LONGEST_TRANSACTION))
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 3
    assert record.share.sys_id == connected.end.tickets()[-1]["sys_id"]
    assert len(connected.end.tickets()) == 2


@HONOURED
async def test_a_repetition_that_is_refused_does_not_prove_that_the_first_was_not_carried_out(
    connected: Stage, draft: TicketDraft
) -> None:

    async def take_roles() -> None:
        connected.end.take_roles()

    share_id = await send_twice(connected, draft, take_roles)
    # Its record is looked for after the refusal, and not seen.
    requests = connected.end.requests
    await until(lambda: connected.end.inserts == 3 and requests[-1].startswith("GET"))
    connected.end.give_roles()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 3
    assert len(connected.end.tickets()) == 2


async def test_a_ticket_that_is_refused_after_a_doubt_says_that_it_may_exist(
    connected: Stage, draft: TicketDraft
) -> None:

    async def take_roles(when: str) -> None:
        if when == "before POST" and connected.end.inserts == 2:
            connected.end.take_roles()

    connected.end.boundary = take_roles
    connected.end.servicenow.faults.arm("reset-before-commit")
    record = await connected.until_done(await connected.ask(draft, "view-1"))
    assert record.share.state is ShareState.REJECTED
    assert f"reference {record.share.correlation_id}" in record.share.reason


async def test_a_refusal_is_no_answer_while_an_earlier_request_cannot_be_looked_for(
    connected: Stage, draft: TicketDraft
) -> None:
    async def take_roles(when: str) -> None:
        if when == "before POST" and connected.end.inserts == 2:
            connected.end.take_roles()
            connected.end.listeners.append(break_down)

    async def break_down(request: web.Request) -> None:
        if request.method == "GET":
            raise web.HTTPInternalServerError

    connected.end.boundary = take_roles
    connected.end.servicenow.faults.arm("reset-before-commit")
    share_id = await connected.ask(draft)
    await until(lambda: connected.end.inserts == 2)
    await until(lambda: connected.end.requests[-1].startswith("GET"))
    connected.end.boundary = None
    connected.end.listeners.clear()
    connected.end.give_roles()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 1


async def test_a_request_whose_sender_has_gone_is_waited_out_from_then_on(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.connector.worker.stop(grace=0)
    record = await connected.record(await connected.ask(draft))
    sender, times = connected.connector.services.shares.sender, [0.0]
    doubts = Doubts(ticks=lambda: times[-1], longest=60)
    sender = replace(sender, outcomes=replace(sender.outcomes, doubts=doubts))
    doubts.begin(record.share)
    times.append(100.0)
    step = await sender.step(await sender.outcomes.leaving(record, "snowline.integration"))
    assert step.record.share.state is ShareState.UNKNOWN
    assert connected.end.inserts == 0
    times.append(200.0)
    step = await sender.step(step.record)
    assert step.record.share.state is ShareState.CREATED


async def test_a_wait_that_servicenow_names_is_kept(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("429:10000")
    share_id = await connected.ask(draft, "view-1")
    await until(lambda: "429" in connected.end.servicenow.faults.struck)
    async with asyncio.timeout(5):
        while (due := await due_at(connected, share_id)) is None:
            await asyncio.sleep(0.01)
    assert due - connected.clock() > timedelta(seconds=0.5)


async def due_at(stage: Stage, share_id: str) -> datetime | None:
    row = await stage.connector.database.view(ACME).first(
        "SELECT due_at FROM work WHERE workspace = :workspace AND key = :key"
        " AND job = 'advance share'",
        key=share_id,
    )
    return moment_or_none(row["due_at"]) if row else None


async def test_a_share_that_may_exist_at_one_instance_is_never_sent_to_another(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("late-commit")
    share_id = await connected.ask(draft, "view-1")
    await until(lambda: "late-commit" in connected.end.servicenow.faults.struck)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "UPDATE connections SET remote = 'other.service-now.com'"
            " WHERE workspace = :workspace AND provider = :provider",
            provider=Provider.SERVICENOW.value,
        )
    await connected.until_shown(share_id, Shown.LATE)
    share = (await connected.record(share_id)).share
    assert share.parked
    assert "is now connected to other.service-now.com" in share.reason
    assert connected.end.inserts == 1


async def test_a_share_that_surely_was_not_made_goes_to_the_instance_that_is_connected(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.refuse_inserts()
    share_id = await connected.ask(draft, "view-1")
    async with asyncio.timeout(20):
        while not (await connected.record(share_id)).share.attempts:
            await asyncio.sleep(0.01)
    await until(lambda: "429-bare" in connected.end.servicenow.faults.struck)
    connected.end.boundary = None
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "UPDATE shares SET instance = 'former.service-now.com' WHERE workspace = :workspace"
        )
    connected.end.servicenow.faults.armed.clear()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 1


async def test_a_share_that_is_given_up_is_not_said_to_be_sent_again(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("reset-before-commit")
    share_id = await connected.ask(draft)
    await until(lambda: "reset-before-commit" in connected.end.servicenow.faults.struck)
    connected.clock.jump(timedelta(hours=25).total_seconds())
    connected.connector.worker.work.changed.set()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.REJECTED
    assert "has no such ticket." in record.share.reason
    assert "again." not in record.share.reason
