"""Cards: shown beside the work at ServiceNow, never in its way, and never behind for good."""

import asyncio

import pytest

from connector.errors import Provider, ProviderUnavailableError
from connector.models import ShareState, TicketDraft, UserId
from connector.store import shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import Stage


async def ask(
    stage: Stage, draft: TicketDraft, delivery: str = "view-1", where: str = CHANNEL
) -> str:
    share = await stage.connector.services.shares.request(ACME, draft, where, delivery)
    return share.id


async def until_work_is_gone(stage: Stage, share_id: str) -> None:
    async with asyncio.timeout(10):
        while await stage.connector.database.view(ACME).run(
            "SELECT 1 AS yes FROM work WHERE workspace = :workspace AND key = :key", key=share_id
        ):
            await asyncio.sleep(0.01)


async def test_a_chat_that_hangs_holds_up_no_ticket(connected: Stage, draft: TicketDraft) -> None:
    answers = asyncio.Event()

    async def hang(_when: str) -> None:
        await answers.wait()

    connected.chat.boundary = hang
    asked = [await ask(connected, draft, f"view-{n}", f"C{n % 3}") for n in range(12)]
    await until(lambda: len(connected.end.tickets()) == 12)
    assert connected.chat.shown == []
    answers.set()
    for share_id in asked:
        record = await connected.until_done(share_id)
        assert record.share.place is not None
    assert connected.chat.posted == 12
    numbers = {card.ticket.number for card in connected.chat.cards.values() if card.ticket}
    assert len(numbers) == 12


async def test_a_directory_that_hangs_holds_a_ticket_up_for_two_seconds(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.people.hangs = True
    await connected.until_done(await ask(connected, draft))
    (row,) = connected.end.tickets()
    assert "Requested by: Mia Member" in row["description"]


async def test_a_card_that_comes_late_shows_the_ticket_at_once(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 5
    await connected.until_done(await ask(connected, draft))
    assert connected.chat.posted == 1
    assert connected.chat.latest.ticket is not None


async def test_what_delays_a_share_within_its_first_minute_is_not_on_its_card(
    connected: Stage, draft: TicketDraft
) -> None:
    async def fail_until_unsure(when: str) -> None:
        unsure = "reset-before-commit" in connected.end.servicenow.faults.struck
        if when == "before card" and not unsure:
            raise ProviderUnavailableError(Provider.CHAT, "503")

    connected.chat.boundary = fail_until_unsure
    connected.end.servicenow.faults.arm("reset-before-commit:1000")
    share_id = await ask(connected, draft)
    async with asyncio.timeout(10):
        while (await connected.record(share_id)).share.state is not ShareState.UNKNOWN:
            await asyncio.sleep(0.01)
    await until(lambda: len(connected.chat.shown) == 1)
    assert connected.chat.latest.share.state is ShareState.RECEIVED
    assert connected.chat.latest.share.reason == ""


@pytest.mark.parametrize(
    ("state", "gave_up", "shown", "is_behind"),
    [
        ("received", False, "", True),
        ("received", False, "on its way", True),
        ("received", False, "late", False),
        ("unknown", True, "late", True),
        ("unknown", True, "given up", False),
        ("rejected", False, "on its way", True),
        ("rejected", False, "rejected", False),
        ("created", False, "ticket", True),
        ("announced", False, "ticket", False),
    ],
)
async def test_a_card_that_is_behind_is_found_and_planned_anew(
    connected: Stage, draft: TicketDraft, state: str, gave_up: bool, shown: str, is_behind: bool
) -> None:
    share_id = await ask(connected, draft)
    await connected.until_done(share_id)
    await until_work_is_gone(connected, share_id)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "UPDATE shares SET state = :state, gave_up = :gave_up, shown = :shown"
            " WHERE workspace = :workspace AND id = :id",
            state=state,
            gave_up=gave_up,
            shown=shown,
            id=share_id,
        )
    found = await shares.without_card(connected.connector.database.view(ACME))
    assert [share.id for share in found] == ([share_id] if is_behind else [])


async def test_the_sweep_shows_a_ticket_whose_card_was_forgotten(
    connected: Stage, draft: TicketDraft
) -> None:
    share_id = await ask(connected, draft)
    await connected.until_done(share_id)
    await until_work_is_gone(connected, share_id)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("UPDATE shares SET state = 'created', shown = '' WHERE workspace = :workspace")
    await connected.connector.worker.sweep()
    assert (await connected.until_done(share_id)).shown is Shown.TICKET
    assert connected.chat.posted == 1


async def test_ones_own_waiting_shares_are_listed_before_two_hundred_of_others(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    own = await ask(connected, draft)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
            " INSERT INTO shares (workspace, id, state, draft, requester, destination, instance,"
            " sys_id, correlation_id, requested_at) SELECT workspace, id || i, 'received', draft,"
            " :other, destination, instance, sys_id, correlation_id, requested_at + i"
            " FROM shares, n WHERE workspace = :workspace",
            other="U0OTHER",
        )
    view = connected.connector.database.view(ACME)
    listed = await shares.waiting(view, MIA, connected.clock())
    assert len(listed) == 200
    assert listed[0].id == own
    assert (await shares.waiting(view, UserId("U0NOBODY"), connected.clock()))[0].id != own
