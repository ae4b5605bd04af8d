"""What an action was shared as: found, shown while one types, asked about at the last moment."""

import asyncio
from dataclasses import replace

import pytest

from connector.errors import AlreadySharedError, Provider
from connector.models import CoveredAction, Mark, Place, Share, ShareId, TicketDraft
from tests.unit.connector.fakes import ACME, CHANNEL, GLOBEX, MIA
from tests.unit.connector.stage import Stage

ACTION = "AdminMFAV2"
GROUP = tuple(
    CoveredAction(id=each, title=f"Do {each}", gain=3.0, link="https://a.example")
    for each in (ACTION, "mdo_safelinks")
)


async def request(stage: Stage, draft: TicketDraft, delivery: str, *seen: str) -> Share:
    known = frozenset(map(ShareId, seen))
    return await stage.connector.services.shares.request(ACME, draft, CHANNEL, delivery, seen=known)


async def test_an_open_ticket_is_found_by_its_action_and_marked(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft))
    coverings = connected.connector.services.coverings
    (known,) = await coverings.of(ACME, ACTION)
    (row,) = connected.end.tickets()
    assert known.ticket is not None
    assert known.ticket.number == row["number"]
    assert await coverings.marks(ACME) == {ACTION: Mark(number=row["number"], state="New")}
    assert await coverings.of(ACME, "another") == ()
    assert await coverings.of(GLOBEX, ACTION) == ()
    assert await coverings.marks(GLOBEX) == {}


async def test_what_is_on_its_way_is_found_too(connected: Stage, draft: TicketDraft) -> None:
    connected.end.servicenow.faults.arm("503:1000")
    share_id = await connected.ask(draft)
    await connected.until_failed(share_id)
    coverings = connected.connector.services.coverings
    (known,) = await coverings.of(ACME, ACTION)
    assert (known.share.id, known.ticket) == (share_id, None)
    assert await coverings.marks(ACME) == {ACTION: Mark(number="", state="")}
    connected.end.servicenow.faults.armed.clear()
    await connected.until_done(share_id)


async def test_a_closed_ticket_is_shown_but_stands_in_nobodys_way(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft))
    (row,) = connected.end.tickets()
    connected.end.change(row["number"], state="7", close_code="Duplicate", close_notes="x")
    await connected.connector.services.following.sync(ACME, "incident")
    coverings = connected.connector.services.coverings
    (known,) = await coverings.of(ACME, ACTION)
    assert not known.is_live
    assert await coverings.marks(ACME) == {}
    second = await request(connected, draft, "view-2")
    await connected.until_done(second.id)
    first, last = await coverings.of(ACME, ACTION)
    assert first.share.id == second.id
    assert last.share.id == known.share.id


async def test_a_grouped_ticket_counts_for_each_of_its_actions(
    connected: Stage, draft: TicketDraft
) -> None:
    group = replace(draft, action_id="", action_link="", covers=GROUP)
    await connected.until_done(await connected.ask(group))
    coverings = connected.connector.services.coverings
    for each in GROUP:
        (known,) = await coverings.of(ACME, each.id)
        assert known.ticket is not None
        assert known.ticket.covers == GROUP
    assert set(await coverings.marks(ACME)) == {each.id for each in GROUP}


async def test_what_surely_never_became_a_ticket_does_not_count(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("data-policy")
    await connected.until_done(await connected.ask(draft))
    assert await connected.connector.services.coverings.of(ACME, ACTION) == ()
    await connected.until_done((await request(connected, draft, "view-2")).id)


async def test_of_two_who_share_at_the_same_moment_the_second_is_asked(
    connected: Stage, draft: TicketDraft
) -> None:
    asked = [request(connected, draft, f"view-{n}") for n in range(5)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    made = [each for each in outcomes if isinstance(each, Share)]
    assert len(made) == 1
    assert all(isinstance(each, AlreadySharedError) for each in outcomes if each not in made)
    await connected.until_done(made[0].id)
    assert len(connected.end.tickets()) == 1


async def test_who_has_seen_the_ticket_and_asks_again_gets_another(
    connected: Stage, draft: TicketDraft
) -> None:
    first = await connected.until_done(await connected.ask(draft))
    with pytest.raises(AlreadySharedError):
        await request(connected, draft, "view-2")
    second = await request(connected, draft, "view-2", first.share.id)
    assert await request(connected, draft, "view-2") == second
    await connected.until_done(second.id)
    assert len(connected.end.tickets()) == 2


async def test_tickets_of_a_former_instance_do_not_count(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft))
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("UPDATE tickets SET standing = 'former' WHERE workspace = :workspace")
    assert await connected.connector.services.coverings.of(ACME, ACTION) == ()
    await connected.disconnect(Provider.SERVICENOW)
    assert await connected.connector.services.coverings.of(ACME, ACTION) == ()


async def test_a_card_asked_for_in_a_thread_knows_it(connected: Stage, draft: TicketDraft) -> None:
    thread = Place(conversation=CHANNEL, message="7.7")
    share = await connected.connector.services.shares.request(
        ACME, replace(draft, requester=MIA), CHANNEL, "view-9", thread=thread
    )
    await connected.until_done(share.id)
    assert {each.share.thread for each in connected.chat.shown} == {thread}
