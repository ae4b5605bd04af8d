"""Several tickets on their way while something else happens: each is made once, and it is told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.servicenow.server import ServiceNowServer
from connector.errors import Provider
from connector.models import Bulk, Outcome, Standing, TicketDraft
from connector.store import bulks
from tests.unit.connector.fakes import ACME, CHANNEL, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_bulks import ask, until_ended, wish
from tests.unit.connector.test_moving import OTHER, move
from tests.unit.connector.test_moving import other as other  # noqa: PLC0414  -- a fixture

ACTIONS = ("a", "b", "c", "d")


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


@pytest.fixture
async def begun(
    other: ServiceNowServer,
    connected: Stage,
    draft: TicketDraft,
) -> AsyncIterator[tuple[Stage, Bulk]]:
    """One of four tickets is made, and the instance refuses to be asked for more."""
    faults, first, is_made = connected.end.servicenow.faults, [], asyncio.Event()

    async def one_alone(where: str) -> None:
        if where == "after POST":
            is_made.set()
        elif where == "before POST" and first:
            await is_made.wait()
            if not faults.armed:
                faults.arm("429-bare:100000")
        elif where == "before POST":
            first.append(where)

    connected.end.boundary = one_alone
    bulk = await ask(connected, wish(draft, *ACTIONS))
    await until(lambda: any(each.count(Outcome.MADE) == 1 for each in connected.chat.bulks))
    yield connected, bulk
    go_on(connected)


def go_on(stage: Stage) -> None:
    """Let the instance answer again."""
    stage.end.boundary = None
    stage.end.servicenow.faults.armed.clear()
    stage.connector.worker.work.changed.set()


def names(server: ServiceNowServer) -> list[str]:
    rows = server.records("incident")
    return sorted(r["short_description"] for r in rows if r["correlation_display"] == "Snowline")


async def one_message(stage: Stage, bulk: Bulk) -> None:
    """See that all of it is told in one message, in whose thread the cards stand."""
    row = await bulks.get(stage.connector.database.view(ACME), bulk.id)
    assert row is not None
    assert row.bulk.place is not None
    assert row.bulk.place.conversation == CHANNEL
    assert {each.place for each in stage.chat.bulks if each.place} == {row.bulk.place}
    assert {each.share.thread for each in stage.chat.cards.values()} == {row.bulk.place}
    assert len(stage.chat.cards) == len(ACTIONS)


async def test_what_the_instance_refuses_for_a_while_is_made_later(
    begun: tuple[Stage, Bulk],
) -> None:
    stage, bulk = begun
    assert len(names(stage.end.servicenow)) == 1
    go_on(stage)
    assert (await until_ended(stage, bulk.id)).count(Outcome.MADE) == 4
    assert names(stage.end.servicenow) == [f"Action {each}" for each in ACTIONS]
    await one_message(stage, bulk)


async def test_what_is_not_made_at_a_disconnect_waits_for_the_next_connection(
    begun: tuple[Stage, Bulk],
) -> None:
    stage, bulk = begun
    await stage.disconnect(Provider.SERVICENOW)
    go_on(stage)
    waiting = [each.share.id for each in bulk.items]
    async with asyncio.timeout(10):
        while sum([(await stage.record(each)).share.parked for each in waiting]) < 3:
            await asyncio.sleep(0.01)
    assert len(names(stage.end.servicenow)) == 1
    assert not stage.chat.bulks[-1].is_ended
    assert (await stage.connect()).ok
    assert (await until_ended(stage, bulk.id)).count(Outcome.MADE) == 4
    assert names(stage.end.servicenow) == [f"Action {each}" for each in ACTIONS]
    await one_message(stage, bulk)


@pytest.mark.parametrize("becomes", [Standing.FORMER, Standing.FORGOTTEN])
async def test_what_is_not_made_at_a_move_is_made_in_the_other_instance(
    begun: tuple[Stage, Bulk], other: ServiceNowServer, becomes: Standing
) -> None:
    stage, bulk = begun
    (first,) = names(stage.end.servicenow)
    await move(stage, becomes)
    told = await until_ended(stage, bulk.id)
    assert told.count(Outcome.MADE) == 4
    assert names(stage.end.servicenow) == [first]
    assert sorted([first, *names(other)]) == [f"Action {each}" for each in ACTIONS]
    standings = [(each.ticket.standing, each.ticket.instance) for each in told.items if each.ticket]
    assert standings.count((Standing.FOLLOWED, OTHER)) == 3
    await until(lambda: becomes in standings_shown(stage))
    await one_message(stage, bulk)


async def test_a_workspace_that_removes_snowline_and_is_back_has_the_rest_made(
    begun: tuple[Stage, Bulk],
) -> None:
    stage, bulk = begun
    installs = stage.connector.services.installs
    assert await installs.end(ACME, stage.clock())
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await view.first("SELECT 1 FROM work WHERE workspace = :workspace AND claimed = 1"):
            await asyncio.sleep(0.01)
    go_on(stage)
    stage.clock.jump(3600)
    assert await stage.connector.worker.work.claim(stage.clock()) == []
    assert len(names(stage.end.servicenow)) == 1
    await installs.go_on(ACME)
    assert (await until_ended(stage, bulk.id)).count(Outcome.MADE) == 4
    assert names(stage.end.servicenow) == [f"Action {each}" for each in ACTIONS]
    await one_message(stage, bulk)


def standings_shown(stage: Stage) -> set[Standing]:
    return {each.ticket.standing for each in stage.chat.cards.values() if each.ticket}
