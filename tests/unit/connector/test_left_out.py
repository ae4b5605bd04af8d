"""Whoever is no full member any more hears nothing of tickets, though nothing was unset."""

import pytest

from connector.models import Membership, TicketDraft
from tests.unit.connector.fakes import ACME, ADA, MIA
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_homes import idle, made, opened, seen_by
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
