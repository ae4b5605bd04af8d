"""An instance with rate limit rules: everything comes, nothing hammers, nobody meets an error."""

import re
from dataclasses import replace

import aiohttp
import pytest

from bot.sandbox import accounts
from bot.sandbox.servicenow.rate_limits import RateRule
from connector.errors import Provider, ThrottledError
from connector.models import CheckOutcome, TicketDraft, TicketKind
from connector.store.shares import Shown
from connector.work import Again
from tests.unit.connector.fakes import ACME, GLOBEX, until
from tests.unit.connector.stage import Stage
from tests.unit.sandbox.servicenow_desk import basic

LONG = 1_000_000.0
USER = accounts.INTEGRATION_USER
WAITS = re.compile(
    r"ServiceNow allows no more requests until \d\d:\d\d UTC; this ticket goes out then by itself\."
)

pytestmark = pytest.mark.parametrize("call_deadline", [10.0])


def limit(stage: Stage, requests: int, window: float = LONG) -> None:
    stage.end.servicenow.instance.limits.rules[:] = [RateRule(limit=requests, window=window)]


def asked(stage: Stage) -> int:
    return sum("/table/" in request for request in stage.end.requests)


async def prove(stage: Stage, workspace: str = ACME) -> None:
    connections = stage.connector.services.connections
    await connections.prove(workspace, Provider.SERVICENOW)


async def use_up(stage: Stage, requests: int) -> None:
    """Ask as the integration user, but not as Snowline."""
    address = f"{stage.end.origins[accounts.INSTANCE_HOST]}/api/now/table/sys_user"
    who = basic(USER.user_name, USER.password)
    async with aiohttp.ClientSession(headers=who) as http:
        for _ in range(requests):
            async with http.get(address, params={"sysparm_limit": "1"}) as answer:
                assert answer.status == 200


async def test_forty_shares_at_ten_requests_a_window_are_made_once_each(
    connected: Stage, draft: TicketDraft
) -> None:
    limit(connected, 10, window=2.0)
    ids = [
        await connected.ask(replace(draft, name=f"Share {number}"), f"view-{number}")
        for number in range(40)
    ]
    for share_id in ids:
        record = await connected.until_done(share_id, seconds=60)
        assert record.shown is Shown.TICKET
    names = [row["short_description"] for row in connected.end.tickets()]
    assert sorted(names) == sorted(f"Share {number}" for number in range(40))
    assert connected.end.inserts == 40 + connected.end.servicenow.instance.limits.refused
    assert connected.end.servicenow.instance.limits.refused <= 4


async def test_a_share_says_that_it_waits_and_goes_out_by_itself(
    connected: Stage, draft: TicketDraft
) -> None:
    limit(connected, 1)
    await prove(connected)
    before = asked(connected)
    share_id = await connected.ask(draft)
    record = await connected.until_shown(share_id, Shown.LATE)
    assert WAITS.fullmatch(record.share.reason)
    assert connected.chat.latest.share.waits_until == record.share.waits_until
    assert (record.failures, asked(connected)) == (0, before)
    limit(connected, 1000)
    connected.clock.jump(3601)
    connected.connector.worker.work.changed.set()
    record = await connected.until_done(share_id)
    assert (record.share.waits_until, record.share.reason) == (None, "")
    assert len(connected.end.tickets()) == 1


async def test_background_work_leaves_room_for_people(connected: Stage, draft: TicketDraft) -> None:
    limit(connected, 10)
    for _ in range(8):
        await prove(connected)
    before = asked(connected)
    step = await connected.connector.services.following.sync(ACME, TicketKind.INCIDENT)
    assert isinstance(step, Again)
    assert (step.at - connected.clock()).total_seconds() > 3000
    assert asked(connected) == before
    share_id = await connected.ask(draft)
    await connected.until_done(share_id)
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.problem == ""


async def test_what_was_said_on_tickets_is_read_when_people_have_what_they_need(
    connected: Stage, draft: TicketDraft
) -> None:
    share_id = await connected.ask(draft)
    await connected.until_done(share_id)
    await connected.connector.worker.stop()
    (row,) = connected.end.tickets()
    connected.end.change(row["number"], comments="Which admins?")
    following = connected.connector.services.following
    await following.sync(ACME, TicketKind.INCIDENT)
    limit(connected, 10)
    for _ in range(8):
        await prove(connected)
    before = asked(connected)
    step = await following.journals.read(ACME, TicketKind.INCIDENT)
    assert isinstance(step, Again)
    assert (step.at - connected.clock()).total_seconds() > 3000
    assert asked(connected) == before
    limit(connected, 1000)
    connected.clock.jump(3601)
    await following.journals.read(ACME, TicketKind.INCIDENT)
    await connected.connector.worker.start()
    await until(lambda: bool(connected.chat.entries_told))


async def test_a_restart_during_the_wait_asks_nothing(connected: Stage, draft: TicketDraft) -> None:
    limit(connected, 5)
    await use_up(connected, 5)
    with pytest.raises(ThrottledError):
        await prove(connected)
    before = asked(connected)
    await connected.restart()
    share_id = await connected.ask(draft)
    await connected.until_shown(share_id, Shown.LATE)
    assert asked(connected) == before


async def test_all_workspaces_of_one_user_wait_together(connected: Stage) -> None:
    await connected.connect(GLOBEX)
    await until(lambda: len(connected.chat.notices) == 2)
    limit(connected, 5)
    await use_up(connected, 5)
    with pytest.raises(ThrottledError):
        await prove(connected)
    before = asked(connected)
    with pytest.raises(ThrottledError):
        await prove(connected, GLOBEX)
    assert asked(connected) == before


async def test_the_checks_answer_with_a_notice(connected: Stage) -> None:
    limit(connected, 1)
    await prove(connected)
    before = len(connected.end.requests)
    (check,) = await connected.connector.services.checks.servicenow(ACME)
    assert check.outcome is CheckOutcome.UNKNOWN
    assert "ServiceNow allows no more requests until" in check.sentence
    assert check.remedy == "Check again then."
    assert len(connected.end.requests) == before


async def test_a_share_that_waited_for_a_day_is_given_up_and_promises_nothing(
    connected: Stage, draft: TicketDraft
) -> None:
    limit(connected, 1)
    await prove(connected)
    share_id = await connected.ask(draft)
    await connected.until_shown(share_id, Shown.LATE)
    connected.clock.jump(86_400)
    with pytest.raises(ThrottledError):
        await prove(connected)
    await connected.connector.worker.work.bring_forward()
    record = await connected.until_shown(share_id, Shown.REJECTED)
    assert "Nothing was created within 24 hours. ServiceNow allows no more" in record.share.reason
    assert "by itself" not in record.share.reason
    assert record.share.waits_until is None


async def test_a_share_that_is_to_wait_has_not_failed(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("429")
    refused = await connected.ask(draft, "view-1")
    await until(lambda: "429" in connected.end.servicenow.faults.struck)
    later = await connected.ask(draft, "view-2")
    assert (await connected.until_done(later)).failures == 0
    assert (await connected.until_done(refused)).failures == 0
