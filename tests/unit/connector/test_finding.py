"""Tickets that nobody confirmed: by what they are found, and what finding none proves."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.models import ShareState, TicketDraft
from connector.store import shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import FORM, LONGEST_TRANSACTION, Stage, sign_in

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
    assert "not sent a second time" in share.reason
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


@pytest.mark.parametrize("delete", [True, False], ids=["and one deleted", "alone"])
async def test_no_known_ticket_stands_for_one_that_is_not_shown(
    connected: Stage, draft: TicketDraft, delete: bool
) -> None:
    first = await connected.until_done(await connected.ask(draft, "view-1"))
    await connected.until_done(await connected.ask(draft, "view-2"))
    known = {row["sys_id"] for row in connected.end.tickets()}
    if delete:
        connected.end.delete(first.share.sys_id)

    async def hide_row(when: str) -> None:
        if when == "before GET":
            rows = {row["sys_id"] for row in connected.end.tickets()}
            connected.end.hide(sys_ids=rows - known)

    connected.end.boundary = hide_row
    connected.end.servicenow.faults.arm("reset-after-commit")
    await connected.until_shown(await connected.ask(draft, "view-3"), Shown.GIVEN_UP)
    assert connected.end.inserts == 3


async def test_a_share_is_looked_for_among_what_its_own_integration_user_made(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.drop(*MARKS)
    connected.end.servicenow.faults.arm("500-after-commit")

    async def break_down(request: web.Request) -> None:
        if request.method == "GET" and "/incident" in request.path:
            raise web.HTTPInternalServerError

    connected.end.listeners.append(break_down)
    share_id = await connected.ask(draft)
    await until(lambda: connected.end.inserts == 1)
    connected.end.listeners.clear()
    beth = next(each for each in accounts.SERVICENOW_ACCOUNTS if each.user_name == "beth.anglin")
    form = replace(FORM, integration_user=beth.user_name)
    assert (await sign_in(connected.connector, form=form, account=beth)).ok
    await connected.until_shown(share_id, Shown.GIVEN_UP)
    assert len(connected.end.servicenow.records("incident")) == 1


@pytest.mark.parametrize("quote", ["its card says: Reference {}", "Reference: {}"])
async def test_a_ticket_that_quotes_a_reference_is_not_taken_for_the_one_it_quotes(
    connected: Stage, draft: TicketDraft, quote: str
) -> None:
    async def break_down(request: web.Request) -> None:
        if request.method == "GET" and "/incident" in request.path:
            raise web.HTTPInternalServerError

    connected.end.drop("correlation_id")
    connected.end.servicenow.faults.arm("reset-before-commit")
    connected.end.listeners.append(break_down)
    share_id = await connected.ask(draft)
    await until(lambda: connected.end.inserts == 1)
    reference = (await connected.record(share_id)).share.correlation_id
    asking = replace(draft, name="Where is my ticket?", description=quote.format(reference))
    other = await connected.until_done(await connected.ask(asking, "view-2"))
    connected.end.listeners.clear()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert record.share.sys_id != other.share.sys_id
    assert len(connected.end.tickets()) == 2


@pytest.mark.parametrize("reason", ["tickets were deleted", "much else was made"])
async def test_a_share_that_was_never_in_doubt_is_not_held_up(
    connected: Stage, draft: TicketDraft, reason: str
) -> None:
    first = await connected.until_done(await connected.ask(draft))
    if reason == "tickets were deleted":
        connected.end.delete(first.share.sys_id)
    else:
        connected.end.make(1_001)
    connected.end.servicenow.faults.arm("429-bare:10000")
    share_id = await connected.ask(draft, "view-2")
    await connected.until_failed(share_id)
    connected.clock.jump(61)
    connected.end.servicenow.faults.armed.clear()
    assert (await connected.until_done(share_id)).share.state is ShareState.ANNOUNCED


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
    await connected.until_failed(share_id)
    await connected.until_shown(share_id, Shown.LATE)
    assert connected.end.inserts == 1
    connected.end.listeners.clear()
    connected.end.give_roles()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 2


@pytest.mark.parametrize("dropped", [("correlation_id",), MARKS], ids=["one mark", "every mark"])
async def test_a_ticket_is_found_though_its_integration_user_was_renamed(
    connected: Stage, draft: TicketDraft, dropped: tuple[str, ...]
) -> None:
    connected.end.drop(*dropped)
    connected.end.rename(accounts.INTEGRATION_USER.user_name, "snow.line")
    connected.end.servicenow.faults.arm("reset-after-commit")
    share_id = await connected.ask(draft)
    await until(lambda: connected.end.inserts == 1)
    await asyncio.sleep(2 * LONGEST_TRANSACTION + connected.settings.call_deadline)
    assert len(connected.end.servicenow.records("incident")) == 1
    found = (await connected.record(share_id)).share.state is ShareState.ANNOUNCED
    assert found is (len(dropped) == 1)


async def test_a_ticket_is_found_though_our_clock_is_ahead(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.clock.jump(2 * 86_400)
    connected.end.drop("correlation_id")
    connected.end.servicenow.faults.arm("late-commit")
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.state is ShareState.ANNOUNCED
    assert len(connected.end.servicenow.records("incident")) == 1


async def test_where_an_earlier_ticket_is_gone_nothing_proves_that_this_one_is_not_there(
    connected: Stage, draft: TicketDraft
) -> None:
    first = await connected.until_done(await connected.ask(draft, "view-1"))
    await connected.until_done(await connected.ask(draft, "view-2"))
    connected.end.delete(first.share.sys_id)
    connected.end.servicenow.faults.arm("reset-before-commit")
    record = await connected.until_shown(await connected.ask(draft, "view-3"), Shown.GIVEN_UP)
    assert "does not show all that Snowline made" in record.share.reason
    assert connected.end.inserts == 3


async def test_what_has_no_name_is_nobodys_namesake(connected: Stage, draft: TicketDraft) -> None:
    connected.end.make(1, name="")
    connected.end.servicenow.faults.arm("reset-before-commit")
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.state is ShareState.ANNOUNCED


async def test_a_ticket_that_was_made_unseen_is_found_after_an_odd_answer(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.hide("sys_id", "number")

    async def answer_oddly(request: web.Request) -> None:
        if request.method == "GET":
            connected.end.hide()
            connected.end.listeners.clear()
            raise web.HTTPOk(text='{"result": [], "error": {}}', content_type="application/json")

    connected.end.listeners.append(answer_oddly)
    record = await connected.until_done(await connected.ask(draft))
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.end.inserts == 1
