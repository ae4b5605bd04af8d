import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.sandbox import accounts
from connector.errors import PlaceGoneError, Provider, ProviderUnavailableError
from connector.models import (
    FieldChange,
    Ticket,
    TicketDraft,
    TicketFilter,
    TicketKind,
    UserId,
)
from connector.services.tickets.tickets import Waiting
from connector.store import tickets
from connector.work import Again, Done
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, MIA, until
from tests.unit.connector.stage import Stage

LEFT = "SELECT job FROM work WHERE workspace = :workspace"


async def made(stage: Stage, draft: TicketDraft, delivery: str = "view-1") -> Ticket:
    share = await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
    await stage.until_done(share.id)
    ticket = await tickets.get(stage.connector.database.view(ACME), share.id)
    assert ticket is not None
    return ticket


async def sync(stage: Stage, kind: TicketKind = TicketKind.INCIDENT) -> None:
    """Read changes, a second or more after they were made."""
    assert isinstance(await stage.connector.services.following.sync(ACME, kind.value), Again)


async def test_a_change_updates_the_card_and_is_told_in_its_thread(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, state="2", short_description="Require MFA")
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    place, change = connected.chat.changes[0]
    assert place == ticket.place
    assert change.fields == (
        FieldChange(field="State", before="New", after="In Progress"),
        FieldChange(field="Name", before="Require MFA for admins", after="Require MFA"),
    )
    assert change.by == "beth.anglin"
    latest = connected.chat.latest.ticket
    assert latest is not None
    assert (latest.state_label, latest.name) == ("In Progress", "Require MFA")
    assert connected.chat.posted == 1


async def test_reading_again_tells_nothing_twice(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, state="2")
    for _ in range(3):
        await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    await asyncio.sleep(0.1)
    assert len(connected.chat.changes) == 1


async def test_assignment_due_date_and_priority_are_followed(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    beth = connected.end.servicenow.instance.people.named("beth.anglin")
    assert beth is not None
    connected.end.change(
        ticket.number,
        assigned_to=beth.sys_id,
        due_date="2026-12-31 12:00:00",
        impact="3",
        urgency="3",
    )
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    assert {(f.field, f.after) for f in connected.chat.changes[0][1].fields} == {
        ("Priority", "5 - Planning"),
        ("Due date", "2026-12-31"),
        ("Assigned to", "Beth Anglin"),
    }


async def test_what_nobody_follows_is_not_told(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, category="network")
    await sync(connected)
    await asyncio.sleep(0.1)
    assert connected.chat.changes == []


async def test_more_changes_than_a_page_holds_are_all_read(
    connected: Stage, draft: TicketDraft
) -> None:
    numbers = [(await made(connected, draft, f"view-{n}")).number for n in range(8)]
    for number in numbers:
        connected.end.change(number, state="2")
    await replace(connected.connector.services.following, page_size=3).sync(ACME, "incident")
    await until(lambda: len(connected.chat.changes) == 8)
    assert sorted(change.number for _, change in connected.chat.changes) == sorted(numbers)


async def test_a_watermark_that_could_not_be_reached_skips_nothing(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, state="2")
    connected.end.servicenow.faults.arm("503")
    with pytest.raises(ProviderUnavailableError):
        await sync(connected)
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert "cannot be reached" in connection.problem
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.problem == ""


async def test_changes_while_disconnected_are_told_after_connecting_again(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    await connected.disconnect(Provider.SERVICENOW)
    assert await connected.connector.services.following.sync(ACME, "incident") == Done()
    connected.end.change(ticket.number, state="6", close_code="Known error", close_notes="x")
    (listed,) = await connected.connector.services.tickets.list(ACME, TicketFilter.ALL, MIA)
    assert listed.number == ticket.number
    assert (await connected.connect()).ok
    await until(lambda: len(connected.chat.changes) == 1)


async def test_a_chat_that_is_down_loses_no_change(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    await until(lambda: len(connected.chat.changes) == 1)


async def test_a_change_nobody_can_be_told_of_is_not_tried_for_ever(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    # Updated, posted anew, posted in private, told in its thread; and who connected hears of it.
    connected.chat.troubles = [PlaceGoneError() for _ in range(5)]
    connected.end.change(ticket.number, state="2")
    await sync(connected)
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(5):
        while await tickets.unannounced(view, ticket.share):
            await asyncio.sleep(0.01)
    assert connected.chat.changes == []


async def test_lists_are_filtered_and_belong_to_one_workspace(
    connected: Stage, draft: TicketDraft
) -> None:
    mine = await made(connected, replace(draft, due=date(2026, 1, 1)))
    theirs = await made(connected, replace(draft, requester=ADA, due=None), "view-2")
    done = await made(connected, replace(draft, due=None, requester=ADA), "view-3")
    connected.end.change(done.number, state="8")
    await sync(connected)

    async def listed(which: TicketFilter, user: UserId = MIA) -> set[str]:
        found = await connected.connector.services.tickets.list(ACME, which, user)
        return {ticket.number for ticket in found}

    assert await listed(TicketFilter.OPEN) == {mine.number, theirs.number}
    assert await listed(TicketFilter.MINE) == {mine.number}
    assert await listed(TicketFilter.OVERDUE) == {mine.number}
    assert await listed(TicketFilter.ALL) == {mine.number, theirs.number, done.number}
    assert await connected.connector.services.tickets.list(GLOBEX, TicketFilter.ALL, MIA) == ()


async def test_other_peoples_shares_are_counted_and_never_listed(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.connector.worker.stop()
    services = connected.connector.services
    mine = await services.shares.request(ACME, draft, CHANNEL, "view-1")
    theirs = await services.shares.request(ACME, replace(draft, requester=ADA), CHANNEL, "view-2")
    for which, own, others in (
        (TicketFilter.OPEN, [mine.id], [theirs.id]),
        (TicketFilter.ALL, [mine.id], [theirs.id]),
        (TicketFilter.MINE, [mine.id], []),
        (TicketFilter.OVERDUE, [], []),
    ):
        waiting = await services.tickets.waiting(ACME, which, MIA)
        assert [each.id for each in waiting.own] == own
        assert [each.id for each in waiting.others] == others
    assert await services.tickets.waiting(GLOBEX, TicketFilter.ALL, MIA) == Waiting()


async def test_a_lost_work_item_is_found_by_the_sweep(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    connected.end.change(ticket.number, state="2")
    await connected.connector.worker.stop()
    await sync(connected)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace")
    await connected.connector.worker.start()
    await until(lambda: len(connected.chat.changes) == 1)
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(5):
        while await view.first(f"{LEFT} AND job IN ('announce ticket', 'read journals')"):
            await asyncio.sleep(0.01)
    jobs = [row["job"] for row in await view.run(f"{LEFT} ORDER BY job")]
    assert jobs == ["purge", "sync tickets", "sync tickets", "warn of sign-out"]


async def test_a_link_leads_to_the_record(connected: Stage, draft: TicketDraft) -> None:
    ticket = await made(connected, draft)
    origin = connected.end.origins[accounts.INSTANCE_HOST]
    assert ticket.link.startswith(f"{origin}/nav_to.do?uri=incident.do")
    assert ticket.sys_id in ticket.link
    assert connected.clock() - ticket.read_at < timedelta(minutes=1)
