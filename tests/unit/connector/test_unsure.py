"""Shares whose outcome nobody knows: what may be concluded, and what never."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector.errors import Provider
from connector.models import ShareState, TicketDraft, TicketKind
from connector.store import habits, shares
from connector.store.columns import moment_or_none
from connector.store.habits import Habits
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

MARKS = {"correlation_id", "description"}


@pytest.fixture(params=[False], ids=[""])
def honour_sys_id(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def ask(stage: Stage, draft: TicketDraft, delivery: str) -> str:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    return share.id


def drop(stage: Stage, *columns: str) -> None:
    """Let the instance keep nothing of some columns from now on."""
    writer = stage.end.servicenow.instance.writer
    changed = replace(writer.settings, dropped=frozenset(columns))
    object.__setattr__(writer, "settings", changed)


def hide(stage: Stage, *columns: str) -> None:
    """Let nobody but admins read some columns from now on."""
    instance = stage.end.servicenow.instance
    changed = replace(instance.settings, unreadable=frozenset(columns))
    object.__setattr__(instance, "settings", changed)


async def seen(stage: Stage) -> Habits | None:
    instance = (await stage.connector.services.connections.all(ACME))[0].remote
    return await habits.get(stage.connector.database.view(ACME), instance, TicketKind.INCIDENT)


async def until_shown(stage: Stage, share_id: str, what: Shown) -> None:
    async with asyncio.timeout(10):
        while (await stage.record(share_id)).shown is not what:
            await asyncio.sleep(0.01)


async def test_where_no_mark_is_kept_nothing_is_sent_a_second_time(
    connected: Stage, draft: TicketDraft
) -> None:
    drop(connected, *MARKS)
    await connected.until_done(await ask(connected, draft, "view-1"))
    connected.end.servicenow.faults.arm("late-commit")
    share_id = await ask(connected, draft, "view-2")
    await until_shown(connected, share_id, Shown.GIVEN_UP)
    share = (await connected.record(share_id)).share
    assert share.state is ShareState.UNKNOWN
    assert "it is not sent a second time" in share.reason
    assert connected.chat.latest.share.gave_up
    view = connected.connector.database.view(ACME)
    assert [each.id for each in await shares.waiting(view, MIA, connected.clock())] == [share_id]
    connected.clock.jump(timedelta(days=8).total_seconds())
    assert await shares.waiting(view, MIA, connected.clock()) == ()
    assert connected.end.inserts == 2
    assert len(connected.end.servicenow.records("incident")) == 2


@pytest.mark.parametrize("fault", ["late-commit", "reset-before-commit", "500-after-commit"])
@pytest.mark.parametrize("kept", sorted(MARKS))
@pytest.mark.parametrize("is_first", [True, False], ids=["first ticket", "later ticket"])
async def test_one_kept_mark_is_enough_to_find_a_ticket_by(
    connected: Stage, draft: TicketDraft, fault: str, kept: str, is_first: bool
) -> None:
    drop(connected, *MARKS - {kept})
    if not is_first:
        await connected.until_done(await ask(connected, draft, "view-1"))
        assert (await seen(connected)) == Habits(
            keeps_sys_id=False,
            keeps_correlation_id=kept == "correlation_id",
            keeps_description=kept == "description",
        )
    connected.end.servicenow.faults.arm(fault)
    record = await connected.until_done(await ask(connected, draft, "view-2"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.servicenow.records("incident")) == 2 - is_first


async def test_a_reference_that_may_not_be_read_is_looked_for_in_the_text(
    connected: Stage, draft: TicketDraft
) -> None:
    hide(connected, "correlation_id")
    await connected.until_done(await ask(connected, draft, "view-1"))
    connected.end.servicenow.faults.arm("500-after-commit")
    record = await connected.until_done(await ask(connected, draft, "view-2"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 2


async def test_a_ticket_that_may_not_be_read_is_never_made_a_second_time(
    connected: Stage, draft: TicketDraft
) -> None:
    hide(connected, "sys_id", "number")
    share_id = await ask(connected, draft, "view-1")
    await until_shown(connected, share_id, Shown.GIVEN_UP)
    assert "does not let Snowline read it" in (await connected.record(share_id)).share.reason
    await asyncio.sleep(connected.settings.call_deadline + connected.settings.settle)
    assert connected.end.inserts == 1


async def test_connecting_again_forgets_only_what_makes_bold(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await ask(connected, draft, "view-1"))
    before = await seen(connected)
    assert before is not None
    assert (await connected.connect()).ok
    assert await seen(connected) == replace(before, keeps_sys_id=False)


async def test_connecting_again_sends_nothing_that_cannot_be_found(
    connected: Stage, draft: TicketDraft
) -> None:
    drop(connected, *MARKS)
    await connected.until_done(await ask(connected, draft, "view-1"))
    connected.end.servicenow.faults.arm("500-after-commit")
    share_id = await ask(connected, draft, "view-2")
    await until(lambda: "500-after-commit" in connected.end.servicenow.faults.struck)
    assert (await connected.connect()).ok
    await until_shown(connected, share_id, Shown.GIVEN_UP)
    assert len(connected.end.servicenow.records("incident")) == 2


@pytest.mark.parametrize("how", ["the sign-in dies", "an admin disconnects"])
async def test_a_ticket_that_was_made_unseen_is_remembered_without_a_connection(
    connected: Stage, draft: TicketDraft, how: str
) -> None:
    instance = connected.end.servicenow.instance
    shown = instance.settings
    hide(connected, "sys_id", "number")

    async def end(when: str) -> None:
        if when != "after POST":
            return
        connected.end.boundary = None
        if how == "the sign-in dies":
            instance.tokens.expire_all(refresh=True)
        else:
            await connected.disconnect(Provider.SERVICENOW)

    connected.end.boundary = end
    share_id = await ask(connected, draft, "view-1")
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
    share_id = await ask(connected, draft, "view-1")
    await until(lambda: connected.end.servicenow.faults.struck.get("late-commit") == 1)
    connected.clock.jump(seconds)
    connected.connector.worker.work.changed.set()
    await connected.until_done(share_id)
    assert connected.end.inserts == 1
    assert len(connected.end.tickets()) == 1


async def test_after_a_restart_the_wait_begins_anew(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("reset-before-commit")
    share_id = await ask(connected, draft, "view-1")
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
    share_id = await ask(connected, draft, "view-1")
    while not (await connected.record(share_id)).failures:
        await asyncio.sleep(0.01)
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
    share_id = await ask(connected, draft, "view-1")
    while not (await connected.record(share_id)).failures:
        await asyncio.sleep(0.01)
    connected.end.servicenow.faults.armed.clear()
    await connected.connector.worker.stop(grace=0)
    connected.clock.jump(-86_400 * 365)
    await connected.restart()
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1


async def test_what_is_learned_of_an_instance_is_unlearned_at_once(
    connected: Stage, draft: TicketDraft
) -> None:
    drop(connected, "correlation_id")
    await connected.until_done(await ask(connected, draft, "view-1"))
    before = await seen(connected)
    assert before is not None
    assert before.keeps_only_description
    drop(connected, "description")
    await connected.until_done(await ask(connected, draft, "view-2"))
    after = await seen(connected)
    assert after == replace(before, keeps_correlation_id=True, keeps_description=False)


HONOURED = pytest.mark.parametrize("honour_sys_id", [True], indirect=True, ids=[""])


async def send_twice(
    stage: Stage, draft: TicketDraft, before_second: Callable[[], Awaitable[None]]
) -> str:
    """Let a first insert be carried out late, and stand at the door of its repetition."""
    await stage.until_done(await ask(stage, draft, "view-1"))

    async def door(when: str) -> None:
        if when == "before POST" and stage.end.inserts == 3:
            await before_second()

    stage.end.boundary = door
    stage.end.servicenow.faults.arm("late-commit")
    return await ask(stage, draft, "view-2")


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
    records = connected.end.servicenow.instance.records
    roles = list(records.all("sys_user_has_role"))

    async def take_roles() -> None:
        for row in roles:
            records.remove("sys_user_has_role", row)

    share_id = await send_twice(connected, draft, take_roles)
    # Its record is looked for after the refusal, and not seen.
    requests = connected.end.requests
    await until(lambda: connected.end.inserts == 3 and requests[-1].startswith("GET"))
    for row in roles:
        records.add("sys_user_has_role", row)
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 3
    assert len(connected.end.tickets()) == 2


@pytest.mark.parametrize("honour_sys_id", [True, False], indirect=True, ids=["kept", "replaced"])
async def test_rights_that_are_lost_prove_nothing_about_a_ticket(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await ask(connected, draft, "view-1"))
    records = connected.end.servicenow.instance.records
    roles = list(records.all("sys_user_has_role"))

    async def take_roles(when: str) -> None:
        if when == "before GET" and len(connected.end.tickets()) == 2:
            for row in list(records.all("sys_user_has_role")):
                records.remove("sys_user_has_role", row)

    connected.end.boundary = take_roles
    connected.end.servicenow.faults.arm("reset-after-commit")
    share_id = await ask(connected, draft, "view-2")
    while "no longer shows" not in (await connected.record(share_id)).share.reason:
        await asyncio.sleep(0.01)
    connected.end.boundary = None
    for row in roles:
        records.add("sys_user_has_role", row)
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 2


async def test_a_first_ticket_that_is_refused_after_a_doubt_says_that_it_may_exist(
    connected: Stage, draft: TicketDraft
) -> None:
    records = connected.end.servicenow.instance.records

    async def take_roles(when: str) -> None:
        if when == "before GET" and connected.end.tickets():
            for row in list(records.all("sys_user_has_role")):
                records.remove("sys_user_has_role", row)

    connected.end.boundary = take_roles
    connected.end.servicenow.faults.arm("reset-after-commit")
    record = await connected.until_done(await ask(connected, draft, "view-1"))
    assert record.share.state is ShareState.REJECTED
    assert f"reference {record.share.correlation_id}" in record.share.reason


async def test_a_wait_that_servicenow_names_is_kept(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("429:10000")
    share_id = await ask(connected, draft, "view-1")
    while not (await connected.record(share_id)).failures:
        await asyncio.sleep(0.01)
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
    share_id = await ask(connected, draft, "view-1")
    await until(lambda: "late-commit" in connected.end.servicenow.faults.struck)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "UPDATE connections SET remote = 'other.service-now.com'"
            " WHERE workspace = :workspace AND provider = :provider",
            provider=Provider.SERVICENOW.value,
        )
    await until_shown(connected, share_id, Shown.LATE)
    share = (await connected.record(share_id)).share
    assert share.parked
    assert "is now connected to other.service-now.com" in share.reason
    assert connected.end.inserts == 1
