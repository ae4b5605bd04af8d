"""Several tickets asked for at once: one for each action, one message, and the cards after it."""

import asyncio
from dataclasses import replace

import pytest

from connector.errors import (
    AlreadySharedError,
    NotConnectedError,
    PlaceGoneError,
    Provider,
    ProviderUnavailableError,
)
from connector.models import (
    Bulk,
    BulkWish,
    Outcome,
    Place,
    ShareId,
    ShareState,
    TicketDraft,
)
from connector.store import bulks, shares
from connector.store.shares import Shown
from tests.unit.connector.fakes import ACME, CHANNEL, MIA, until
from tests.unit.connector.stage import LONGEST_TRANSACTION, Stage

_AT_WORK = (
    "SELECT 1 FROM work WHERE workspace = :workspace AND job IN ('advance share', 'show share')"
)


def wish(draft: TicketDraft, *actions: str, thread: Place | None = None) -> BulkWish:
    drafts = tuple(replace(draft, action_id=each, name=f"Action {each}") for each in actions)
    return BulkWish(drafts=drafts, requester=MIA, destination=CHANNEL, thread=thread)


async def ask(stage: Stage, wanted: BulkWish, delivery: str = "view-1") -> Bulk:
    return await stage.connector.services.bulks.request(ACME, wanted, delivery)


async def until_ended(stage: Stage, bulk_id: str) -> Bulk:
    """Wait until each share is decided, its card says so, and the last message tells it."""
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(20):
        while True:
            shown = [await stage.record(each.id) for each in await shares.of_bulk(view, bulk_id)]
            told = [each for each in stage.chat.bulks if each.id == bulk_id][-1:]
            done = all(each.shown in {Shown.TICKET, Shown.REJECTED} for each in shown)
            if done and told and told[0].is_ended and len(told[0].items) == len(shown):
                return told[0]
            await asyncio.sleep(0.01)


async def test_each_action_becomes_one_ticket_and_one_message_tells_how_far_they_are(
    connected: Stage, draft: TicketDraft
) -> None:
    bulk = await ask(connected, wish(draft, "a", "b", "c"))
    assert [each.share.draft.action_id for each in bulk.items] == ["a", "b", "c"]
    told = await until_ended(connected, bulk.id)
    assert told.count(Outcome.MADE) == 3
    names = sorted(row["short_description"] for row in connected.end.tickets())
    assert names == ["Action a", "Action b", "Action c"]
    assert len({each.place for each in connected.chat.bulks if each.place}) == 1


async def test_the_cards_follow_the_message_into_its_thread_and_say_nothing_on_the_way(
    connected: Stage, draft: TicketDraft
) -> None:
    bulk = await ask(connected, wish(draft, "a", "b"))
    told = await until_ended(connected, bulk.id)
    assert connected.chat.posted == 2
    assert all(each.ticket is not None for each in connected.chat.shown)
    row = await bulks.get(connected.connector.database.view(ACME), bulk.id)
    assert row is not None
    assert row.bulk.place is not None
    assert {each.share.thread for each in connected.chat.shown} == {row.bulk.place}
    assert told.is_ended


async def test_no_card_stands_before_the_message_does(connected: Stage, draft: TicketDraft) -> None:
    told = asyncio.Event()

    async def slow(when: str) -> None:
        if when == "before bulk":
            await told.wait()

    connected.chat.boundary = slow
    bulk = await ask(connected, wish(draft, "a", "b"))
    await until(lambda: len(connected.end.tickets()) == 2)
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await view.run(_AT_WORK):
            await asyncio.sleep(0.01)
    assert connected.chat.posted == 0
    told.set()
    await until_ended(connected, bulk.id)
    assert connected.chat.posted == 2


async def test_what_is_asked_for_in_a_thread_stays_in_that_thread(
    connected: Stage, draft: TicketDraft
) -> None:
    thread = Place(conversation=CHANNEL, message="7.7")
    bulk = await ask(connected, wish(draft, "a", "b", thread=thread))
    told = await until_ended(connected, bulk.id)
    assert told.thread == thread
    assert {each.share.thread for each in connected.chat.shown} == {thread}


async def test_where_the_thread_is_lost_the_cards_follow_the_message_that_came_privately(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.chat.troubles.append(PlaceGoneError("is_archived"))
    thread = Place(conversation=CHANNEL, message="7.7")
    bulk = await ask(connected, wish(draft, "a", "b", thread=thread))
    await until_ended(connected, bulk.id)
    row = await bulks.get(connected.connector.database.view(ACME), bulk.id)
    assert row is not None
    assert row.bulk.place is not None
    assert row.bulk.place.conversation == MIA
    assert {each.share.thread for each in connected.chat.shown} == {row.bulk.place}


async def test_where_the_threads_message_is_gone_the_cards_stand_under_the_message_of_the_bulk(
    connected: Stage, draft: TicketDraft
) -> None:
    thread = Place(conversation=CHANNEL, message="7.7")
    connected.chat.dead_threads.add(thread)
    bulk = await ask(connected, wish(draft, "a", "b", thread=thread))
    told = await until_ended(connected, bulk.id)
    row = await bulks.get(connected.connector.database.view(ACME), bulk.id)
    assert row is not None
    assert row.bulk.place is not None
    assert row.bulk.place.conversation == CHANNEL
    assert (row.bulk.thread, told.thread) == (None, None)
    assert {each.share.thread for each in connected.chat.shown} == {row.bulk.place}


async def test_a_submission_delivered_again_and_again_has_one_effect(
    connected: Stage, draft: TicketDraft
) -> None:
    wanted = wish(draft, "a", "b", "c")
    asked = await asyncio.gather(*(ask(connected, wanted) for _ in range(4)))
    (bulk_id,) = {each.id for each in asked}
    assert {len(each.items) for each in asked} == {3}
    await until_ended(connected, bulk_id)
    assert (await ask(connected, wanted)).id == bulk_id
    assert len(connected.end.tickets()) == 3


async def test_a_form_that_was_sent_as_one_ticket_makes_no_bulk_as_well(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.until_done(await connected.ask(draft, "view-1"))
    await ask(connected, wish(draft, "a", "b"), "view-1")
    view = connected.connector.database.view(ACME)
    assert await shares.unfinished(view) == ()
    assert await bulks.without_work(view) == ()
    assert len(connected.end.tickets()) == 1


async def test_what_is_refused_is_counted_and_the_rest_is_made(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("data-policy")
    bulk = await ask(connected, wish(draft, "a", "b", "c"))
    told = await until_ended(connected, bulk.id)
    assert told.count(Outcome.REFUSED) == 1
    assert told.count(Outcome.MADE) == 2
    assert len(connected.end.tickets()) == 2


async def test_a_share_of_a_bulk_that_is_sent_again_is_counted_as_made(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("data-policy")
    bulk = await ask(connected, wish(draft, "a", "b"))
    told = await until_ended(connected, bulk.id)
    (refused,) = (each.share for each in told.items if each.outcome is Outcome.REFUSED)
    resending = connected.connector.services.resending
    again = await resending.send_again(ACME, refused.id, MIA, refused.draft, "view-2")
    record = await connected.until_done(again.id)
    assert record.share.state is ShareState.ANNOUNCED
    assert record.share.thread == refused.thread
    told = await until_ended(connected, bulk.id)
    async with asyncio.timeout(10):
        while (told := connected.chat.bulks[-1]).count(Outcome.MADE) < 2:
            await asyncio.sleep(0.01)
    assert [each.share.draft.action_id for each in told.items] == ["a", "b"]


async def test_without_a_connection_nothing_is_asked_for(stage: Stage, draft: TicketDraft) -> None:
    with pytest.raises(NotConnectedError):
        await ask(stage, wish(draft, "a", "b"))


async def test_an_action_that_has_a_ticket_holds_all_back_until_it_is_seen(
    connected: Stage, draft: TicketDraft
) -> None:
    one = replace(draft, action_id="b")
    known = await connected.until_done(await connected.ask(one, "view-0"))
    wanted = wish(draft, "a", "b")
    with pytest.raises(AlreadySharedError) as refused:
        await ask(connected, wanted)
    assert refused.value.actions == ("b",)
    assert await shares.unfinished(connected.connector.database.view(ACME)) == ()
    bulk = await ask(connected, replace(wanted, seen=frozenset({ShareId(known.share.id)})))
    await until_ended(connected, bulk.id)
    assert len(connected.end.tickets()) == 3


async def test_a_chat_that_is_down_stops_no_ticket_of_a_bulk(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 3
    bulk = await ask(connected, wish(draft, "a", "b"))
    await until_ended(connected, bulk.id)
    assert len(connected.end.tickets()) == 2


async def test_where_nobody_can_be_told_the_cards_are_still_tried(
    connected: Stage, draft: TicketDraft
) -> None:
    async def gone(when: str) -> None:
        if when == "before bulk":
            raise PlaceGoneError

    connected.chat.boundary = gone
    bulk = await ask(connected, wish(draft, "a", "b"))
    for each in bulk.items:
        await connected.until_done(each.share.id)
    assert connected.chat.posted == 2


async def test_a_message_about_a_bulk_that_lost_its_work_is_told_all_the_same(
    connected: Stage, draft: TicketDraft
) -> None:
    await connected.connector.worker.stop(grace=0)
    bulk = await ask(connected, wish(draft, "a", "b"))
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace AND job = 'show bulk'")
    await connected.restart()
    told = await until_ended(connected, bulk.id)
    assert told.count(Outcome.MADE) == 2


@pytest.mark.parametrize("fault", ["", "late-commit"])
@pytest.mark.parametrize(
    "honour_sys_id", [True, False], ids=["sys_id honoured", "sys_id replaced"], indirect=True
)
async def test_a_bulk_killed_anywhere_ends_as_one_ticket_for_each_action(
    connected: Stage, draft: TicketDraft, fault: str
) -> None:
    """Every request and every message is a door; the process dies at the n-th one."""
    killed, kill_at = 0, 0
    while killed == kill_at and kill_at < 14:
        kill_at += 1
        if fault:
            connected.end.servicenow.faults.arm(fault)
        bulk = await ask(connected, fresh(draft, kill_at), f"view-{kill_at}")
        killed += await _killed_at(connected, bulk.id, kill_at)
        await connected.restart()
        again = await ask(connected, fresh(draft, kill_at), f"view-{kill_at}")
        assert again.id == bulk.id
        told = await until_ended(connected, bulk.id)
        assert told.count(Outcome.MADE) == 3, f"killed at {kill_at}"
        await asyncio.sleep(LONGEST_TRANSACTION if fault else 0)
        for each in told.items:
            mark = each.share.correlation_id
            mine = [r for r in connected.end.tickets() if r["correlation_id"] == mark]
            assert len(mine) == 1, f"killed at {kill_at}"
    assert killed >= 12
    assert len(connected.end.tickets()) == 3 * kill_at


def fresh(draft: TicketDraft, turn: int) -> BulkWish:
    return wish(draft, *(f"{each}{turn}" for each in "abc"))


async def _killed_at(stage: Stage, bulk_id: str, kill_at: int) -> bool:
    """Wait until the bulk's work stands at its n-th door; leave it there for ever."""
    passed, there, ever = 0, asyncio.Event(), asyncio.Event()

    async def door(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            there.set()
        if passed >= kill_at and not ever.is_set():
            await ever.wait()

    stage.chat.boundary = stage.end.boundary = door
    done = asyncio.create_task(until_ended(stage, bulk_id))
    reached = asyncio.create_task(there.wait())
    await asyncio.wait({done, reached}, return_when=asyncio.FIRST_COMPLETED)
    for task in (done, reached):
        task.cancel()
    await asyncio.wait({done, reached})
    await stage.connector.worker.stop(grace=0)
    stage.chat.boundary = stage.end.boundary = None
    ever.set()
    return there.is_set()
