"""Another instance is connected: what becomes of the tickets of the former one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.sandbox import accounts
from bot.sandbox.running import start
from bot.sandbox.servicenow.server import ServiceNowServer
from bot.sandbox.servicenow.settings import ServiceNowSettings
from connector.errors import StoppedError
from connector.models import (
    ActDraft,
    ActKind,
    FieldRule,
    Fixed,
    LeftBehind,
    ShareId,
    Standing,
    Ticket,
    TicketDraft,
    TicketFilter,
    TicketKind,
)
from connector.store import journal, standings, tickets
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import FORM, FarEnd, Stage, sign_in
from tests.unit.connector.test_journals import say

FORMER = accounts.INSTANCE_HOST
OTHER = "fabrikam.service-now.com"
MOVED = replace(FORM, instance="fabrikam")


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


@pytest.fixture
async def other(end: FarEnd) -> AsyncIterator[ServiceNowServer]:
    """A second instance, which the workspace may move to."""
    server = ServiceNowServer(settings=ServiceNowSettings(demo_records=False))
    running = await start(server.app)
    end.origins[OTHER] = running.origin
    yield server
    await running.stop()


@pytest.fixture
async def settled(
    other: ServiceNowServer,
    end: FarEnd,
    tmp_path: Path,
    call_deadline: float,
    draft: TicketDraft,
) -> AsyncIterator[Stage]:
    """An open and overdue incident in the first instance, with its card."""
    stage = Stage.of(end, tmp_path / "moving.db", call_deadline)
    await stage.connector.start()
    assert (await stage.connect()).ok
    await until(lambda: bool(stage.chat.notices))
    await stage.until_done(await stage.ask(draft))
    yield stage
    await stage.connector.worker.stop(grace=0)
    await stage.connector.stop()


async def move(stage: Stage, becomes: Standing | None = None, decision: str = "allow") -> None:
    """Connect the other instance, after an answer where one is given."""
    if becomes is not None:
        await stage.connector.services.moving.answer(ACME, OTHER, becomes)
    end = await sign_in(stage.connector, form=MOVED, decision=decision)
    assert end.ok is (decision == "allow"), end


async def listed(stage: Stage, which: TicketFilter = TicketFilter.ALL) -> list[Ticket]:
    return list(await stage.connector.services.tickets.list(ACME, which, MIA))


async def sync(stage: Stage) -> None:
    for kind in TicketKind:
        await stage.connector.services.following.sync(ACME, kind.value)


def shown(stage: Stage) -> Ticket:
    (card,) = stage.chat.cards.values()
    assert card.ticket is not None
    return card.ticket


async def until_shown(stage: Stage, standing: Standing) -> None:
    await until(lambda: shown(stage).standing is standing)


async def test_who_moves_is_told_what_would_be_left_behind(settled: Stage) -> None:
    moving = settled.connector.services.moving
    assert await moving.left_behind(ACME, FORMER) is None
    left = LeftBehind(instances=(FORMER,), tickets=1, open=1)
    assert await moving.left_behind(ACME, OTHER) == left
    await move(settled, Standing.FORMER)
    assert await moving.left_behind(ACME, OTHER) is None


async def test_kept_tickets_are_listed_as_last_read_and_count_as_open_no_more(
    settled: Stage,
) -> None:
    settled.clock.jump(60 * 24 * 3600)
    assert len(await listed(settled, TicketFilter.OVERDUE)) == 1
    await move(settled, Standing.FORMER)
    assert await listed(settled, TicketFilter.OPEN) == []
    assert await listed(settled, TicketFilter.OVERDUE) == []
    for which in (TicketFilter.ALL, TicketFilter.MINE):
        (ticket,) = await listed(settled, which)
        assert (ticket.standing, ticket.instance) == (Standing.FORMER, FORMER)
        assert ticket.state_label == "New"
        assert not ticket.is_overdue(settled.clock().date())
    view = settled.connector.database.view(ACME)
    assert await tickets.every(view) == ()
    await until_shown(settled, Standing.FORMER)


async def test_a_former_instances_tickets_are_not_asked_for_at_the_new_one(
    settled: Stage, other: ServiceNowServer
) -> None:
    number = shown(settled).number
    await move(settled, Standing.FORMER)
    settled.end.change(number, state="2")
    await sync(settled)
    (ticket,) = await listed(settled)
    assert (ticket.state_label, ticket.is_gone) == ("New", False)
    assert settled.chat.changes == []


async def test_connecting_the_former_instance_again_goes_on_with_what_was_kept(
    settled: Stage, draft: TicketDraft
) -> None:
    number = shown(settled).number
    await move(settled, Standing.FORMER)
    await until_shown(settled, Standing.FORMER)
    settled.end.change(number, state="2")
    assert (await settled.connect()).ok
    await sync(settled)
    await until(lambda: bool(settled.chat.changes))
    (ticket,) = await listed(settled, TicketFilter.OPEN)
    assert (ticket.number, ticket.state_label) == (number, "In Progress")
    await until_shown(settled, Standing.FOLLOWED)
    assert settled.chat.posted == 1


async def test_forgotten_tickets_are_off_every_list_and_their_cards_say_so(
    settled: Stage,
) -> None:
    record = dict(settled.end.tickets()[0])
    await move(settled, Standing.FORGOTTEN)
    assert await listed(settled) == []
    assert await listed(settled, TicketFilter.MINE) == []
    await until_shown(settled, Standing.FORGOTTEN)
    await settled.connector.services.digests.request(ACME, MIA, CHANNEL, "digest")
    await until(lambda: bool(settled.chat.digests))
    digest = settled.chat.digests[0]
    assert (digest.created, digest.changed, digest.elsewhere) == ((), (), 0)
    assert settled.end.tickets() == [record]


async def test_what_was_forgotten_is_not_followed_again(settled: Stage) -> None:
    number = shown(settled).number
    await move(settled, Standing.FORGOTTEN)
    assert (await settled.connect()).ok
    settled.end.change(number, state="2")
    await sync(settled)
    assert await listed(settled) == []
    assert settled.chat.changes == []


async def test_an_answer_waits_until_the_other_instance_is_really_connected(
    settled: Stage,
) -> None:
    await move(settled, Standing.FORGOTTEN, decision="deny")
    assert len(await listed(settled, TicketFilter.OPEN)) == 1
    await settled.restart()
    await move(settled)
    assert await listed(settled) == []


async def test_the_former_instance_shows_its_people_that_it_is_left(settled: Stage) -> None:
    (shown,) = settled.end.servicenow.records("sys_user_preference")
    assert shown["value"].startswith("Connected")
    await move(settled)
    await until(lambda: shown["value"].startswith("Disconnected"))


async def test_without_an_answer_nothing_is_lost(settled: Stage) -> None:
    await move(settled)
    assert [each.standing for each in await listed(settled)] == [Standing.FORMER]


async def test_a_ticket_of_a_request_of_before_is_not_taken_for_the_new_instances(
    settled: Stage,
) -> None:
    (ticket,) = await listed(settled)
    await move(settled, Standing.FORGOTTEN)
    view = settled.connector.database.view(ACME)
    async with settled.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM changes WHERE workspace = :workspace")
        await tx.run("DELETE FROM tickets WHERE workspace = :workspace")
        await tickets.put(tx, ticket)
    late = await tickets.get(view, ShareId(ticket.share))
    assert late is not None
    assert late.standing is Standing.FORMER


@pytest.mark.parametrize("becomes", [Standing.FORMER, Standing.FORGOTTEN])
async def test_nothing_is_done_from_the_chat_with_a_ticket_that_is_not_followed(
    settled: Stage, becomes: Standing
) -> None:
    (ticket,) = await listed(settled)
    await move(settled, becomes)
    draft = ActDraft(kind=ActKind.COMMENT, ticket=ticket.share, by=MIA, by_name="Mia", text="Done.")
    with pytest.raises(StoppedError) as caught:
        await settled.connector.services.acts.request(ACME, draft, "trigger-1")
    assert ticket.number in caught.value.user_message
    assert FORMER in caught.value.user_message
    assert (await settled.connect()).ok
    if becomes is Standing.FORMER:
        await settled.connector.services.acts.request(ACME, draft, "trigger-2")


async def test_a_number_that_two_instances_gave_names_the_ticket_that_is_followed(
    settled: Stage, draft: TicketDraft
) -> None:
    (ticket,) = await listed(settled)
    acts = settled.connector.services.acts
    await move(settled)
    share = await settled.ask(draft, "view-2")
    await settled.until_done(share)
    assert (await acts.numbered(ACME, ticket.number)).share == share
    assert (await settled.connect()).ok
    assert (await acts.numbered(ACME, ticket.number)).share == ticket.share


async def test_of_a_forgotten_ticket_nothing_is_told_that_was_still_to_be_read(
    settled: Stage,
) -> None:
    (ticket,) = await listed(settled)
    async with settled.connector.database.transaction(ACME) as tx:
        await journal.want(tx, ticket.share, "later")
        await standings.keep_answer(tx, OTHER, Standing.FORGOTTEN)
        await settled.connector.services.moving.move(tx, OTHER)
    say(settled, ticket, comments="Is anybody there?")
    await settled.connector.services.following.journals.read(ACME, TicketKind.INCIDENT)
    view = settled.connector.database.view(ACME)
    assert await journal.untold(view, ticket.share) == ()
    assert settled.chat.entries_told == []
    assert await journal.wanted_without_work(view) == ()


async def test_what_the_former_instance_had_no_room_for_follows_the_rules_of_the_new_one(
    settled: Stage, other: ServiceNowServer, draft: TicketDraft
) -> None:
    await move(settled)
    filled = FieldRule(
        column="category", label="Category", source=Fixed(value="network", shown="Network")
    )
    await settled.connector.services.mapping.put(ACME, draft.kind, filled)
    assert (await settled.connect()).ok

    async def no_room(request: web.Request) -> None:
        if request.method == "POST" and "/table/" in request.path:
            raise web.HTTPTooManyRequests(headers={"Retry-After": "3000"})

    settled.end.listeners.append(no_room)
    share_id = await settled.ask(draft, "view-2")
    await settled.until_shown(share_id, Shown.LATE)
    await move(settled)
    await settled.until_done(share_id)
    (row,) = [row for row in other.records("incident") if row["correlation_display"]]
    assert row["category"] == "network"
