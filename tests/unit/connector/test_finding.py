"""Tickets that nobody confirmed: by what they are found, and what finding none proves."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from connector.models import ShareState, TicketDraft
from connector.store import shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import Stage

REFUSAL = '{"error": {"message": "Insufficient rights to query records", "detail": null}}'
MARKS = {"correlation_id", "description"}


@pytest.fixture(params=[False], ids=[""])
def honour_sys_id(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("is_first", [True, False], ids=["first ticket", "later ticket"])
async def test_where_no_mark_is_kept_nothing_is_sent_a_second_time(
    connected: Stage, draft: TicketDraft, is_first: bool
) -> None:
    connected.end.drop(*MARKS)
    if not is_first:
        await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.servicenow.faults.arm("late-commit")
    share_id = await connected.ask(draft, "view-2")
    await connected.until_shown(share_id, Shown.GIVEN_UP)
    share = (await connected.record(share_id)).share
    assert share.state is ShareState.UNKNOWN
    assert "it is not sent a second time" in share.reason
    assert connected.chat.latest.share.gave_up
    view = connected.connector.database.view(ACME)
    assert [each.id for each in await shares.waiting(view, MIA, connected.clock())] == [share_id]
    connected.clock.jump(timedelta(days=8).total_seconds())
    assert await shares.waiting(view, MIA, connected.clock()) == ()
    assert connected.end.inserts == 2 - is_first
    assert len(connected.end.servicenow.records("incident")) == 2 - is_first


@pytest.mark.parametrize("is_first", [True, False], ids=["first ticket", "later ticket"])
async def test_what_was_surely_not_made_is_sent_again_though_no_mark_is_kept(
    connected: Stage, draft: TicketDraft, is_first: bool
) -> None:
    connected.end.drop(*MARKS)
    if not is_first:
        await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.servicenow.faults.arm("reset-before-commit")
    record = await connected.until_done(await connected.ask(draft, "view-2"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.servicenow.records("incident")) == 2 - is_first


async def test_a_first_ticket_that_is_not_shown_is_never_made_a_second_time(
    connected: Stage, draft: TicketDraft
) -> None:
    async def hide_row(when: str) -> None:
        if when == "before GET":
            rows = {row["sys_id"] for row in connected.end.servicenow.records("incident")}
            connected.end.hide(sys_ids=rows)

    connected.end.boundary = hide_row
    connected.end.servicenow.faults.arm("reset-after-commit")
    share_id = await connected.ask(draft, "view-1")
    await connected.until_shown(share_id, Shown.GIVEN_UP)
    assert (await connected.record(share_id)).share.state is ShareState.UNKNOWN
    assert connected.end.inserts == 1


async def test_tickets_that_went_out_of_sight_are_no_reason_for_doubt(
    connected: Stage, draft: TicketDraft
) -> None:
    first = await connected.until_done(await connected.ask(draft, "view-1"))
    await connected.until_done(await connected.ask(draft, "view-2"))
    connected.end.hide(sys_ids=[first.share.sys_id])
    connected.end.servicenow.faults.arm("reset-before-commit")
    record = await connected.until_done(await connected.ask(draft, "view-3"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 3


async def test_marks_that_are_kept_no_longer_are_noticed_in_time(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.drop(*MARKS)
    connected.end.servicenow.faults.arm("late-commit")
    await connected.until_shown(await connected.ask(draft, "view-2"), Shown.GIVEN_UP)
    assert connected.end.inserts == 2


@pytest.mark.parametrize("fault", ["late-commit", "reset-before-commit", "500-after-commit"])
@pytest.mark.parametrize("kept", sorted(MARKS))
@pytest.mark.parametrize("is_first", [True, False], ids=["first ticket", "later ticket"])
async def test_one_kept_mark_is_enough_to_find_a_ticket_by(
    connected: Stage, draft: TicketDraft, fault: str, kept: str, is_first: bool
) -> None:
    connected.end.drop(*MARKS - {kept})
    if not is_first:
        await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.servicenow.faults.arm(fault)
    record = await connected.until_done(await connected.ask(draft, "view-2"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.servicenow.records("incident")) == 2 - is_first


async def test_a_reference_that_may_not_be_read_is_looked_for_in_the_text(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.hide("correlation_id")
    await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.servicenow.faults.arm("500-after-commit")
    record = await connected.until_done(await connected.ask(draft, "view-2"))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 2


async def test_a_ticket_that_may_not_be_read_is_never_made_a_second_time(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.hide("sys_id", "number")
    share_id = await connected.ask(draft, "view-1")
    await connected.until_shown(share_id, Shown.GIVEN_UP)
    assert "does not let Snowline read it" in (await connected.record(share_id)).share.reason
    await asyncio.sleep(connected.settings.call_deadline + connected.settings.settle)
    assert connected.end.inserts == 1


async def test_connecting_again_sends_nothing_that_cannot_be_found(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop(*MARKS)
    await connected.until_done(await connected.ask(draft, "view-1"))
    connected.end.servicenow.faults.arm("500-after-commit")
    share_id = await connected.ask(draft, "view-2")
    await until(lambda: "500-after-commit" in connected.end.servicenow.faults.struck)
    assert (await connected.connect()).ok
    await connected.until_shown(share_id, Shown.GIVEN_UP)
    assert len(connected.end.servicenow.records("incident")) == 2


@pytest.mark.parametrize("honour_sys_id", [True, False], indirect=True, ids=["kept", "replaced"])
async def test_rights_that_are_lost_prove_nothing_about_a_ticket(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft, "view-1"))

    async def take_roles(when: str) -> None:
        if when == "before GET" and len(connected.end.tickets()) == 2:
            connected.end.take_roles()

    connected.end.boundary = take_roles
    connected.end.servicenow.faults.arm("reset-after-commit")
    share_id = await connected.ask(draft, "view-2")
    while "no longer shows" not in (await connected.record(share_id)).share.reason:
        await asyncio.sleep(0.01)
    connected.end.boundary = None
    connected.end.give_roles()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.tickets()) == 2


@pytest.mark.parametrize("hidden_by", ["a refusal", "lost rights", "a fault"])
async def test_an_old_share_is_sent_only_after_it_could_be_looked_for(
    connected: Stage, draft: TicketDraft, hidden_by: str
) -> None:
    await connected.until_done(await connected.ask(draft))
    await connected.connector.worker.stop(grace=0)
    share_id = await connected.ask(draft, "view-2")
    connected.clock.jump(3600)

    async def answer(request: web.Request) -> None:
        if request.method == "GET" and hidden_by == "a refusal":
            raise web.HTTPForbidden(text=REFUSAL, content_type="application/json")
        if request.method == "GET" and hidden_by == "a fault":
            raise web.HTTPInternalServerError

    if hidden_by == "lost rights":
        connected.end.take_roles()
    connected.end.listeners.append(answer)
    await connected.restart()
    async with asyncio.timeout(10):
        while not (await connected.record(share_id)).failures:
            await asyncio.sleep(0.01)
    await connected.until_shown(share_id, Shown.LATE)
    assert connected.end.inserts == 1
    connected.end.listeners.clear()
    connected.end.give_roles()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 2
