import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.errors import (
    NotConnectedError,
    PlaceGoneError,
    Provider,
    ProviderUnavailableError,
)
from connector.models import (
    Person,
    ShareState,
    TicketDraft,
    TicketFilter,
    TicketKind,
)
from connector.services.tickets.tickets import Waiting
from connector.store import shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, CHANNEL, GLOBEX, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

BOTH = pytest.mark.parametrize(
    "honour_sys_id", [True, False], ids=["sys_id honoured", "sys_id replaced"], indirect=True
)


async def ask(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> str:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    return share.id


@BOTH
async def test_a_share_becomes_a_ticket_and_its_card_shows_the_number(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia", email="mia@northwind.example")
    record = await connected.until_done(await ask(connected, draft))
    (row,) = connected.end.tickets()
    assert record.share.state is ShareState.ANNOUNCED
    assert record.share.not_kept == ()
    shown = [card.ticket and card.ticket.number for card in connected.chat.shown]
    assert shown[-1] == row["number"]
    assert connected.chat.posted == 1
    assert row["short_description"] == draft.name
    assert row["caller_id"]
    ticket = connected.chat.latest.ticket
    assert ticket is not None
    assert ticket.priority_label == "2 - High"
    assert ticket.due == draft.due
    assert ticket.place == record.share.place or ticket.place is None


async def test_a_change_request_becomes_one_too(connected: Stage, draft: TicketDraft) -> None:
    change = replace(draft, kind=TicketKind.CHANGE_REQUEST)
    record = await connected.until_done(await ask(connected, change))
    (row,) = connected.end.tickets("change_request")
    assert record.share.not_kept == ()
    assert row["number"].startswith("CHG")


async def test_the_same_delivery_makes_one_share(connected: Stage, draft: TicketDraft) -> None:
    request = connected.connector.services.shares.request
    asked = [request(ACME, draft, CHANNEL, "view-1") for _ in range(4)]
    made = {share.id for share in await asyncio.gather(*asked)}
    assert len(made) == 1
    await connected.until_done(made.pop())
    assert len(connected.end.tickets()) == 1


async def test_without_a_connection_nothing_is_taken_on(stage: Stage, draft: TicketDraft) -> None:
    with pytest.raises(NotConnectedError):
        await stage.connector.services.shares.request(ACME, draft, CHANNEL, "view-1")


async def test_another_workspaces_share_is_not_there(connected: Stage, draft: TicketDraft) -> None:
    share_id = await ask(connected, draft)
    await connected.until_done(share_id)
    view = connected.connector.database.view(GLOBEX)
    assert await shares.get(view, share_id) is None
    waiting = connected.connector.services.tickets.waiting
    assert await waiting(GLOBEX, TicketFilter.ALL, MIA) == Waiting()


@pytest.mark.parametrize(
    "fault",
    [
        "500",
        "503",
        "429",
        "429-bare",
        "sleeping",
        "expired-token",
        "hang",
        "slow-drip",
        "500-after-commit",
        "reset-before-commit",
        "reset-after-commit",
        "late-commit",
    ],
)
@pytest.mark.parametrize("times", [1, 3])
@BOTH
async def test_a_fault_on_the_way_still_ends_as_one_ticket(
    connected: Stage, draft: TicketDraft, fault: str, times: int
) -> None:
    connected.end.servicenow.faults.arm(f"{fault}:{times if fault != 'expired-token' else 1}")
    record = await connected.until_done(await ask(connected, draft))
    await asyncio.sleep(LONGEST_TRANSACTION if fault == "late-commit" else 0)
    (row,) = connected.end.tickets()
    assert record.share.state is ShareState.ANNOUNCED
    assert record.unsure_at is None
    assert record.share.not_kept == ()
    assert connected.chat.latest.ticket is not None
    assert connected.chat.latest.ticket.number == row["number"]
    assert connected.chat.posted == 1


@pytest.mark.parametrize("fault", ["500-after-commit", "late-commit", "reset-before-commit"])
async def test_an_instance_that_proved_itself_needs_no_waiting(
    connected: Stage, draft: TicketDraft, fault: str
) -> None:
    connected.settings = connected.settings.model_copy(update={"settle": 3600.0})
    await connected.restart()
    await connected.until_done(await ask(connected, draft))
    connected.end.servicenow.faults.arm(fault)
    await connected.until_done(await ask(connected, draft, "view-2"))
    await asyncio.sleep(LONGEST_TRANSACTION)
    assert len(connected.end.tickets()) == 2


async def test_an_instance_that_did_not_is_never_sent_anything_too_early(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("reset-before-commit:2")
    share_id = await ask(connected, draft)
    await until(lambda: connected.end.servicenow.faults.struck.get("reset-before-commit") == 1)
    wait = connected.settings.call_deadline + connected.settings.settle
    await asyncio.sleep(wait - 0.1)
    assert connected.end.inserts == 1
    assert (await connected.record(share_id)).share.state is ShareState.UNKNOWN
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1


async def test_a_refusal_is_said_on_the_card_and_the_draft_is_kept(
    connected: Stage, draft: TicketDraft
) -> None:
    take_roles_from(connected)
    record = await connected.until_done(await ask(connected, draft))
    assert record.share.state is ShareState.REJECTED
    assert "ServiceNow refused" in record.share.reason
    assert connected.chat.latest.share.state is ShareState.REJECTED
    assert connected.chat.latest.share.draft == draft
    waiting = connected.connector.services.tickets.waiting
    listed = await waiting(ACME, TicketFilter.ALL, MIA)
    assert [share.id for share in listed.own] == [record.share.id]
    connected.clock.jump(timedelta(days=8).total_seconds())
    assert await waiting(ACME, TicketFilter.ALL, MIA) == Waiting()


def take_roles_from(stage: Stage) -> None:
    """Take every role from the integration user."""
    records = stage.end.servicenow.instance.records
    for row in list(records.all("sys_user_has_role")):
        records.remove("sys_user_has_role", row)


async def test_a_share_waits_for_a_dead_sign_in_and_goes_on_after_connecting_again(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    share_id = await ask(connected, draft)
    await until(lambda: any("expired" in n.kind for _, _, n in connected.chat.notices))
    while not (await connected.record(share_id)).share.parked:
        await asyncio.sleep(0.01)
    assert (await connected.record(share_id)).share.state is ShareState.RECEIVED
    assert await connected.connector.services.connections.waiting_shares(ACME) == 1
    assert connected.end.tickets() == []
    assert (await connected.connect()).ok
    await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 1
    assert await connected.connector.services.connections.waiting_shares(ACME) == 0


async def test_a_share_that_waits_for_a_sign_in_says_so_at_once_and_once(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    share_id = await ask(connected, draft)
    while (await connected.record(share_id)).shown is not Shown.LATE:
        await asyncio.sleep(0.01)
    for _ in range(2):
        connected.clock.jump(61)
        await again(connected, share_id)
    assert len(connected.chat.shown) == 2
    assert connected.chat.latest.share.reason == "ServiceNow no longer accepts the sign-in."
    assert connected.chat.latest.share.parked
    assert (await connected.connect()).ok
    assert not (await connected.until_done(share_id)).share.parked


async def again(stage: Stage, share_id: str) -> None:
    """Take a waiting share's next step now."""
    await stage.connector.services.shares.advance(ACME, share_id)


async def test_a_late_share_says_after_a_minute_why_and_again_only_when_that_changes(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("429-bare:1000")
    await ask(connected, draft)
    struck = connected.end.servicenow.faults.struck
    await until(lambda: struck.get("429-bare", 0) >= 2)
    assert len(connected.chat.shown) == 1
    connected.clock.jump(61)
    connected.connector.worker.work.changed.set()
    await until(lambda: len(connected.chat.shown) == 2)
    late = connected.chat.latest.share
    assert late.reason == "ServiceNow asks for fewer requests right now."
    assert not late.parked
    tried = struck["429-bare"]
    while struck["429-bare"] < tried + 2:
        connected.clock.jump(61)
        connected.connector.worker.work.changed.set()
        await asyncio.sleep(0.01)
    assert len(connected.chat.shown) == 2
    await connected.disconnect(Provider.SERVICENOW)
    connected.clock.jump(301)
    connected.connector.worker.work.changed.set()
    await until(lambda: len(connected.chat.shown) == 3)
    assert connected.chat.latest.share.reason == "ServiceNow is not connected."
    assert connected.chat.latest.share.parked


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        pytest.param("429-bare:8", "Nothing was created", id="nothing happened"),
        pytest.param("reset-after-commit", "Nobody knows yet", id="unknown"),
    ],
)
async def test_every_line_about_a_share_carries_the_reference_of_its_card(
    connected: Stage, draft: TicketDraft, fault: str, outcome: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "connector.services")
    connected.end.servicenow.faults.arm(fault)
    record = await connected.until_done(await ask(connected, draft))
    lines = [line for line in caplog.messages if record.share.id in line]
    assert all(line.endswith(f"reference={record.share.correlation_id}") for line in lines)
    assert any(line.startswith(outcome) for line in lines)
    assert any("INC" in line for line in lines)


async def test_a_refusal_is_in_the_log_with_what_servicenow_said(
    connected: Stage, draft: TicketDraft, caplog: pytest.LogCaptureFixture
) -> None:
    take_roles_from(connected)
    record = await connected.until_done(await ask(connected, draft))
    (line,) = [line for line in caplog.messages if "refused the ticket" in line]
    assert "ServiceNow: 403" in line
    assert line.endswith(f"reference={record.share.correlation_id}")


async def test_a_share_that_waits_for_a_sign_in_is_in_the_log(
    connected: Stage, draft: TicketDraft, caplog: pytest.LogCaptureFixture
) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    share_id = await ask(connected, draft)
    await until(lambda: len(connected.chat.shown) == 2)
    reference = (await connected.record(share_id)).share.correlation_id
    (line,) = [line for line in caplog.messages if reference in line]
    assert line.startswith("It waits for an admin to connect ServiceNow")


async def test_a_name_is_shown_as_typed_until_it_is_changed_in_servicenow(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await ask(connected, replace(draft, name="Drop [code]x[/code]")))
    (row,) = connected.end.tickets()
    assert row["short_description"] == "Drop (code)x(/code)"
    assert connected.chat.latest.ticket is not None
    assert connected.chat.latest.ticket.name == "Drop [code]x[/code]"
    sync = connected.connector.services.following.sync
    connected.end.change(row["number"], state="2")
    await sync(ACME, "incident")
    await until(lambda: len(connected.chat.changes) == 1)
    connected.end.change(row["number"], short_description="Dropped")
    await sync(ACME, "incident")
    await until(lambda: len(connected.chat.changes) == 2)
    told = [[field.field for field in change.fields] for _, change in connected.chat.changes]
    assert told == [["State"], ["Name"]]
    assert connected.chat.latest.ticket.name == "Dropped"


async def test_after_a_day_a_share_nothing_came_of_is_rejected_with_why(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("429-bare:1000")
    share_id = await ask(connected, draft)
    await connected.until_failed(share_id)
    connected.clock.jump(timedelta(hours=24).total_seconds())
    connected.connector.worker.work.changed.set()
    record = await connected.until_done(share_id)
    assert record.share.state is ShareState.REJECTED
    assert "Nothing was created within 24 hours" in record.share.reason
    assert "asks for fewer requests" in record.share.reason
    assert "ry again" not in record.share.reason
    assert connected.end.tickets() == []


async def test_after_a_day_a_share_nobody_confirmed_stays_unknown_with_its_reference(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("reset-before-commit")
    share_id = await ask(connected, draft)
    await until(lambda: "reset-before-commit" in connected.end.servicenow.faults.struck)
    connected.end.servicenow.faults.arm("503:10000")
    connected.clock.jump(timedelta(hours=24, seconds=1).total_seconds())
    connected.connector.worker.work.changed.set()
    async with asyncio.timeout(10):
        while (await connected.record(share_id)).shown is not Shown.GIVEN_UP:
            await asyncio.sleep(0.01)
            connected.clock.jump(60)
            connected.connector.worker.work.changed.set()
    record = await connected.record(share_id)
    assert record.share.state is ShareState.UNKNOWN
    assert record.share.correlation_id in connected.chat.latest.share.reason


async def test_a_chat_that_is_down_stops_no_ticket(connected: Stage, draft: TicketDraft) -> None:
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    record = await connected.until_done(await ask(connected, draft))
    assert record.share.state is ShareState.ANNOUNCED
    assert connected.chat.posted == 1
    assert len(connected.end.tickets()) == 1


async def test_a_card_whose_place_is_gone_is_posted_anew(
    connected: Stage, draft: TicketDraft
) -> None:
    async def gone_once(when: str) -> None:
        if when == "before card" and len(connected.chat.shown) == 1 and not raised:
            raised.append(when)
            raise PlaceGoneError

    raised: list[str] = []
    connected.chat.boundary = gone_once
    record = await connected.until_done(await ask(connected, draft))
    assert connected.chat.posted == 2
    assert record.share.place is not None
    assert record.share.place.message == "2"


async def test_an_unknown_requester_stops_no_ticket(connected: Stage, draft: TicketDraft) -> None:
    connected.people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    await connected.until_done(await ask(connected, draft))
    (row,) = connected.end.tickets()
    assert "Requested by: Mia Member" in row["description"]
    assert not row["caller_id"]


async def test_fifty_shares_at_once_become_fifty_tickets(
    connected: Stage, draft: TicketDraft
) -> None:
    asked = [ask(connected, draft, f"view-{n}") for n in range(50)]
    for share_id in await asyncio.gather(*asked):
        await connected.until_done(share_id)
    assert len(connected.end.tickets()) == 50
    assert connected.chat.posted == 50


@pytest.mark.parametrize("fault", ["", "late-commit"])
@BOTH
async def test_a_share_killed_anywhere_ends_as_one_ticket(
    connected: Stage, draft: TicketDraft, fault: str
) -> None:
    connected.people.known[MIA] = Person(user=MIA, name="Mia", email="mia@northwind.example")
    killed, kill_at = 0, 0
    while killed == kill_at:
        kill_at += 1
        if fault:
            connected.end.servicenow.faults.arm(fault)
        share_id = await ask(connected, draft, f"view-{kill_at}")
        killed += await killed_at(connected, share_id, kill_at)
        await connected.restart()
        record = await connected.until_done(share_id)
        mine = [
            row
            for row in connected.end.tickets()
            if row["correlation_id"] == record.share.correlation_id
        ]
        assert len(mine) == 1, f"killed at {kill_at}"
        assert record.share.sys_id == mine[0]["sys_id"]
    assert killed >= 8
    await asyncio.sleep(LONGEST_TRANSACTION)
    assert len(connected.end.tickets()) == kill_at


async def killed_at(stage: Stage, share_id: str, kill_at: int) -> bool:
    """Wait until the share's work stands at its n-th door; leave it there for ever."""
    passed, there, ever = 0, asyncio.Event(), asyncio.Event()

    async def door(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            there.set()
        if passed >= kill_at and not ever.is_set():
            await ever.wait()

    stage.chat.boundary = stage.end.boundary = door
    done = asyncio.create_task(stage.until_done(share_id))
    reached = asyncio.create_task(there.wait())
    await asyncio.wait({done, reached}, return_when=asyncio.FIRST_COMPLETED)
    for task in (done, reached):
        task.cancel()
    await asyncio.wait({done, reached})
    await stage.connector.worker.stop(grace=0)
    stage.chat.boundary = stage.end.boundary = None
    ever.set()
    return there.is_set()
