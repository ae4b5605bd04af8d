"""Change requests of every type; a standard one is made by an interface that promises less."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.sandbox.servicenow.change_templates import TEMPLATES
from bot.sandbox.servicenow.records import Row
from connector.errors import NotConnectedError, Provider
from connector.models import (
    ChangePlan,
    ChangeTemplate,
    ChangeType,
    ShareState,
    TicketDraft,
    TicketFilter,
    TicketKind,
)
from connector.store import habits
from connector.store.shares import ShareRecord
from tests.unit.connector.fakes import ACME, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

CHANGE = TicketKind.CHANGE_REQUEST
STARTS = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
ENDS = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
STANDARD = "/api/sn_chg_rest/change/standard/"
WRITE_FAULTS = pytest.mark.parametrize(
    "fault", ["500-after-commit", "reset-after-commit", "late-commit", "reset-before-commit"]
)


def templates(stage: Stage) -> list[Row]:
    return stage.end.servicenow.records(TEMPLATES)


@pytest.fixture
def standard(connected: Stage, draft: TicketDraft) -> TicketDraft:
    row = templates(connected)[0]
    template = ChangeTemplate(id=row["sys_id"], name=row["name"])
    plan = ChangePlan(type=ChangeType.STANDARD, template=template, starts_at=STARTS, ends_at=ENDS)
    return replace(draft, kind=CHANGE, plan=plan)


def posts(stage: Stage) -> int:
    return sum(each.startswith(f"POST {STANDARD}") for each in stage.end.requests)


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> ShareRecord:
    return await stage.until_done(await stage.ask(draft, delivery))


@pytest.mark.parametrize("type_", [ChangeType.NORMAL, ChangeType.EMERGENCY])
async def test_a_change_is_of_the_type_and_at_the_times_that_were_asked_for(
    connected: Stage, draft: TicketDraft, type_: ChangeType
) -> None:
    plan = ChangePlan(type=type_, starts_at=STARTS, ends_at=ENDS)
    record = await made(connected, replace(draft, kind=CHANGE, plan=plan))
    (row,) = connected.end.tickets("change_request")
    assert (row["type"], row["sys_id"]) == (type_.value, record.share.sys_id)
    assert (row["start_date"], row["end_date"]) == ("2026-12-01 20:30:00", "2026-12-01 22:00:00")
    assert record.share.not_kept == ()


async def test_a_standard_change_is_made_from_its_template_and_read_back(
    connected: Stage, standard: TicketDraft
) -> None:
    record = await made(connected, standard)
    (row,) = connected.end.tickets("change_request")
    assert record.share.not_kept == ()
    assert row["type"] == "standard"
    assert row["std_change_producer_version"] == templates(connected)[0]["sys_id"]
    assert row["implementation_plan"] == "Switch the policy on."
    assert row["start_date"] == "2026-12-01 20:30:00"
    assert (row["sys_id"], row["correlation_id"]) == (
        record.share.sys_id,
        record.share.correlation_id,
    )
    assert f"GET /api/now/table/change_request/{row['sys_id']}" in connected.end.requests
    shown = connected.chat.latest.ticket
    assert shown is not None
    assert shown.kind_label == "Standard change request"
    listed = await connected.connector.services.tickets.list(ACME, TicketFilter.ALL, MIA)
    assert [each.type for each in listed] == [ChangeType.STANDARD]


@pytest.mark.parametrize(
    ("column", "label"),
    [("type", "Type"), ("start_date", "Planned start"), ("end_date", "Planned end")],
)
async def test_what_of_a_plan_was_not_kept_is_named(
    connected: Stage, draft: TicketDraft, column: str, label: str
) -> None:
    connected.end.drop(column)
    plan = ChangePlan(type=ChangeType.EMERGENCY, starts_at=STARTS, ends_at=ENDS)
    record = await made(connected, replace(draft, kind=CHANGE, plan=plan))
    assert record.share.not_kept == (label,)
    shown = connected.chat.latest.ticket
    assert shown is not None
    kept = label != "Type"
    assert shown.kind_label == ("Emergency change request" if kept else "Change request")


async def test_a_template_that_was_not_kept_is_named(
    connected: Stage, standard: TicketDraft
) -> None:
    connected.end.drop("std_change_producer_version")
    assert (await made(connected, standard)).share.not_kept == ("Template",)


async def test_what_a_template_writes_over_is_named(
    connected: Stage, standard: TicketDraft
) -> None:
    fixed = "short_description=Something else^priority=4^EQ"
    templates(connected)[0]["template_value"] = fixed
    assert (await made(connected, standard)).share.not_kept == ("Name", "Priority")


@WRITE_FAULTS
@pytest.mark.parametrize("times", [1, 3])
async def test_a_fault_on_the_way_still_ends_as_one_standard_change(
    connected: Stage, standard: TicketDraft, fault: str, times: int
) -> None:
    connected.end.servicenow.faults.arm(f"{fault}:{times}")
    record = await made(connected, standard)
    await asyncio.sleep(LONGEST_TRANSACTION)
    (row,) = connected.end.tickets("change_request")
    assert record.share.state is ShareState.ANNOUNCED
    assert record.share.sys_id == row["sys_id"]
    assert record.share.not_kept == ()


@WRITE_FAULTS
async def test_an_instance_that_keeps_chosen_ids_is_given_no_standard_change_twice_too_early(
    connected: Stage, draft: TicketDraft, standard: TicketDraft, fault: str
) -> None:
    await made(connected, replace(draft, kind=CHANGE))
    connected.settings = connected.settings.model_copy(update={"settle": 3600.0})
    await connected.restart()
    connected.end.servicenow.faults.arm(fault)
    share_id = await connected.ask(standard, "view-2")
    await until(lambda: fault in connected.end.servicenow.faults.struck)
    asked = len(connected.end.requests)
    await until(lambda: len(connected.end.requests) > asked + 4 or _is_made(connected))
    assert posts(connected) == 1
    if fault == "reset-before-commit":
        assert (await connected.record(share_id)).share.state is ShareState.UNKNOWN


def _is_made(stage: Stage) -> bool:
    ticket = stage.chat.latest.ticket
    return ticket is not None and ticket.kind_label.startswith("Standard")


@pytest.mark.parametrize("fault", ["late-commit", "reset-after-commit"])
async def test_a_standard_change_whose_sender_was_killed_is_made_once(
    connected: Stage, standard: TicketDraft, fault: str
) -> None:
    connected.end.servicenow.faults.arm(fault)
    share_id = await connected.ask(standard)
    await until(lambda: fault in connected.end.servicenow.faults.struck)
    await connected.restart()
    record = await connected.until_done(share_id)
    await asyncio.sleep(LONGEST_TRANSACTION)
    (row,) = connected.end.tickets("change_request")
    assert (record.share.state, posts(connected)) == (ShareState.ANNOUNCED, 1)
    assert record.share.sys_id == row["sys_id"]


async def test_a_standard_change_says_nothing_of_whether_chosen_ids_are_kept(
    connected: Stage, draft: TicketDraft, standard: TicketDraft
) -> None:
    await made(connected, replace(draft, kind=CHANGE))
    record = await made(connected, standard, "view-2")
    view = connected.connector.database.view(ACME)
    assert await habits.keeps_sys_id(view, record.share.instance, CHANGE)


Spoil = Callable[[Stage], Callable[[web.Request], Awaitable[None]]]


def _refused_token(stage: Stage) -> Callable[[web.Request], Awaitable[None]]:
    async def listener(request: web.Request) -> None:
        if _reads_back(request):
            stage.end.listeners.clear()
            stage.end.servicenow.instance.tokens.expire_all(refresh=False)

    return listener


def _down(stage: Stage) -> Callable[[web.Request], Awaitable[None]]:
    async def listener(request: web.Request) -> None:
        if _reads_back(request):
            stage.end.listeners.clear()
            raise web.HTTPServiceUnavailable

    return listener


def _reads_back(request: web.Request) -> bool:
    return request.method == "GET" and "/table/change_request/" in request.path


@pytest.mark.parametrize("spoil", [_refused_token, _down], ids=["token refused", "down"])
async def test_what_was_made_and_cannot_be_read_back_is_looked_for_and_not_made_again(
    connected: Stage, standard: TicketDraft, spoil: Spoil
) -> None:
    connected.end.listeners.append(spoil(connected))
    record = await made(connected, standard)
    assert record.share.state is ShareState.ANNOUNCED
    assert posts(connected) == 1
    assert len(connected.end.tickets("change_request")) == 1


async def test_a_change_that_its_template_renamed_and_unmarked_is_not_made_twice(
    connected: Stage, standard: TicketDraft
) -> None:
    templates(connected)[0]["template_value"] = "short_description=Something else^EQ"
    connected.end.drop("correlation_id", "correlation_display", "description")
    connected.end.servicenow.faults.arm("reset-after-commit")
    share_id = await connected.ask(standard)
    async with asyncio.timeout(10):
        while not (await connected.record(share_id)).share.gave_up:
            await asyncio.sleep(0.01)
    assert posts(connected) == 1
    assert len(connected.end.servicenow.records("change_request")) == 1


async def test_a_template_that_is_gone_is_a_refusal_that_says_so(
    connected: Stage, standard: TicketDraft
) -> None:
    rows = connected.end.servicenow.instance.records.rows[TEMPLATES]
    del rows[templates(connected)[0]["sys_id"]]
    record = await made(connected, standard)
    assert record.share.state is ShareState.REJECTED
    assert "does not have the template" in record.share.reason
    assert "Choose another one." in record.share.reason


async def test_a_refused_right_makes_no_standard_change(
    connected: Stage, standard: TicketDraft
) -> None:
    connected.end.take_roles()
    record = await made(connected, standard)
    assert record.share.state is ShareState.REJECTED
    assert connected.end.tickets("change_request") == []


async def test_templates_are_found_by_their_words(connected: Stage) -> None:
    row = templates(connected)[1]
    find = connected.connector.services.change_templates.search
    assert {each.name for each in await find(ACME, "")} == {r["name"] for r in templates(connected)}
    assert [each.id for each in await find(ACME, "SWITCH network")] == [row["sys_id"]]
    assert await find(ACME, "^active=false") == ()
    row["active"] = "false"
    assert row["name"] not in {each.name for each in await find(ACME, "")}


async def test_without_a_connection_no_template_is_offered(connected: Stage) -> None:
    await connected.disconnect(Provider.SERVICENOW)
    with pytest.raises(NotConnectedError):
        await connected.connector.services.change_templates.search(ACME, "")
