"""Whoever is no full member any more hears nothing of tickets, though nothing was unset."""

import asyncio
from dataclasses import replace

import pytest

from connector.errors import PlaceGoneError
from connector.models import (
    ActDraft,
    ActKind,
    ActState,
    BulkWish,
    Membership,
    Outcome,
    Ticket,
    TicketDraft,
)
from connector.store import acts, bulks, tickets
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, ADA, MIA, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_homes import idle, made, opened, seen_by
from tests.unit.connector.test_journals import say
from tests.unit.connector.test_journals import told as heard
from tests.unit.connector.test_notifying import change, told

OUT = (Membership.GUEST, Membership.GONE)
TEN_MINUTES = 601


@pytest.mark.parametrize("became", OUT)
async def test_a_follower_who_became_a_guest_is_told_nothing(
    connected: Stage, draft: TicketDraft, became: Membership
) -> None:
    ticket = await made(connected, draft)
    for user in (ADA, MIA):
        await connected.connector.services.notifying.follow(ACME, user, ticket.share)
    await change(connected, ticket, state="2")
    assert len(await told(connected, ADA)) == 1
    connected.people.ranks[ADA] = became
    connected.clock.jump(TEN_MINUTES)
    await change(connected, ticket, state="3")
    assert len(await told(connected, ADA)) == 1
    assert len(await told(connected, MIA)) == 2


@pytest.mark.parametrize("became", OUT)
async def test_an_open_app_home_of_somebody_who_became_a_guest_is_not_kept_up(
    connected: Stage, became: Membership
) -> None:
    await opened(connected)
    await idle(connected)
    before = len(seen_by(connected, MIA))
    connected.people.ranks[MIA] = became
    connected.clock.jump(TEN_MINUTES)
    await connected.connector.services.homes.refresh(ACME)
    await idle(connected)
    assert len(seen_by(connected, MIA)) == before


@pytest.mark.parametrize("became", OUT)
async def test_a_card_in_private_is_not_kept_up_for_somebody_who_became_a_guest(
    connected: Stage, draft: TicketDraft, became: Membership
) -> None:
    ticket = await in_private(connected, draft)
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    await until(lambda: len(connected.chat.changes) == 1)
    shown = len(connected.chat.shown)
    connected.people.ranks[MIA] = became
    connected.clock.jump(TEN_MINUTES)
    say(connected, ticket, comments="Only for the team")
    await change(connected, ticket, state="3")
    # Who still belongs here is told all of it.
    assert len(await told(connected, ADA)) == 3
    assert await heard(connected) == []
    assert len(connected.chat.changes) == 1
    assert len(connected.chat.shown) == shown


@pytest.mark.parametrize("became", OUT)
async def test_a_card_that_can_only_come_in_private_comes_to_no_guest(
    connected: Stage, draft: TicketDraft, became: Membership
) -> None:
    connected.people.ranks[MIA] = became
    connected.chat.troubles = [PlaceGoneError("is_archived")]
    share = await connected.ask(draft)
    await connected.until_shown(share, Shown.TICKET)
    assert connected.chat.troubles == []
    assert not any(each.in_private for each in connected.chat.shown)


async def test_the_message_about_several_is_not_kept_up_for_somebody_who_left(
    connected: Stage, draft: TicketDraft
) -> None:
    told_of = asyncio.Event()

    async def hold(where: str) -> None:
        if where == "before POST":
            await told_of.wait()

    async def leave(when: str) -> None:
        if when == "after bulk":
            connected.people.ranks[MIA] = Membership.GONE
            connected.clock.jump(TEN_MINUTES)
            told_of.set()

    connected.end.boundary, connected.chat.boundary = hold, leave
    drafts = (draft, replace(draft, action_id="other"))
    wish = BulkWish(drafts=drafts, requester=MIA, destination=MIA)
    bulk = await connected.connector.services.bulks.request(ACME, wish, "view-1")
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while not (row := await bulks.get(view, bulk.id)) or row.shown.count("made") < 2:
            await asyncio.sleep(0.01)
    assert [each.count(Outcome.MADE) for each in connected.chat.bulks] == [0]
    assert connected.chat.posted == 0


async def test_what_came_of_an_act_is_told_to_nobody_who_left(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    connected.people.ranks[MIA] = Membership.GONE
    act = ActDraft(kind=ActKind.COMMENT, ticket=ticket.share, by=MIA, by_name="Mia", text="Refused")
    connected.end.servicenow.faults.arm("data-policy")
    service = connected.connector.services.acts
    done = await service.decided(await service.request(ACME, act, "trigger-1"))
    assert done.state is ActState.REJECTED
    connected.clock.jump(6)
    connected.connector.worker.work.changed.set()
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while not (record := await acts.get(view, done.id)) or not record.told:
            await asyncio.sleep(0.01)
    assert connected.chat.acts == []


async def in_private(stage: Stage, draft: TicketDraft) -> Ticket:
    """Make a ticket whose card stands with its requester alone."""
    share = await stage.connector.services.shares.request(ACME, draft, MIA, "view-private")
    await stage.until_done(share.id)
    ticket = await tickets.get(stage.connector.database.view(ACME), share.id)
    assert ticket is not None
    return ticket
