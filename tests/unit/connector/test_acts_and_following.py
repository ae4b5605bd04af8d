"""What is done from the chat while tickets are followed: nothing is lost, nor told by halves."""

import asyncio
import time
from datetime import timedelta

import pytest
from aiohttp import web

from connector.models import ActKind, ActState, TicketDraft, TicketKind
from connector.store import tickets
from tests.unit.connector.fakes import ACME, GLOBEX, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_acts import act_on, do, move, row, told
from tests.unit.connector.test_following_at_random import fill, staged, write

INCIDENT = TicketKind.INCIDENT


async def sync(stage: Stage) -> None:
    await stage.connector.services.following.sync(ACME, INCIDENT.value)


@pytest.fixture
async def share(connected: Stage, draft: TicketDraft) -> str:
    """A ticket whose card stands."""
    share_id = await connected.ask(draft, "view-ticket")
    await connected.until_done(share_id)
    return share_id


@pytest.fixture
def call_deadline() -> float:
    """Long enough for an answer that is held."""
    return 5.0


async def second_begins() -> None:
    """Wait until most of a second of the instance's clock lies ahead."""
    await asyncio.sleep(1.01 - time.time() % 1)


async def test_a_reading_from_before_an_act_of_the_same_second_does_not_undo_it(
    connected: Stage, share: str
) -> None:
    async def act_while_the_answer_is_on_its_way(when: str) -> None:
        if when == "after GET":
            connected.end.boundary = None
            await do(connected, move(share, "2", "In Progress"))

    await second_begins()
    connected.end.change(row(connected)["number"], impact="3", urgency="3")
    connected.end.boundary = act_while_the_answer_is_on_its_way
    await sync(connected)
    ticket = await connected.connector.services.acts.ticket(ACME, share)
    assert ticket.state_label == "In Progress"
    await sync(connected)
    fields = [each.field for change in await told(connected, 2) for each in change.fields]
    assert fields == ["Priority", "State"]


@pytest.mark.parametrize("hidden", [True, False], ids=["nobody can tell", "refused"])
async def test_a_ticket_that_an_act_ended_without_reading_is_looked_at_first(
    connected: Stage, draft: TicketDraft, share: str, hidden: bool
) -> None:
    await connected.until_done(await connected.ask(draft, "view-other"))
    ticket = await connected.connector.services.acts.ticket(ACME, share)
    async with connected.connector.database.transaction(ACME) as tx:
        sys_id, now = ticket.sys_id, connected.clock()
        for each in connected.end.tickets():
            at = now if each["sys_id"] == sys_id else now - timedelta(minutes=1)
            await tickets.note_asked(tx, ticket.instance, INCIDENT, (each["sys_id"],), at)
    if hidden:
        connected.end.hide("comments", "work_notes")
        connected.end.servicenow.faults.arm("reset-after-commit")
    else:
        connected.end.delete(sys_id)
    act = await do(connected, act_on(share, ActKind.NOTE, text="Only for us."))
    assert act.gave_up if hidden else act.state is ActState.REJECTED
    view = connected.connector.database.view(ACME)
    first = await tickets.next_to_ask(view, ticket.instance, INCIDENT, 1, connected.clock())
    assert first == (sys_id,)


async def test_people_do_not_wait_while_all_workspaces_of_an_instance_are_followed(
    connected: Stage, share: str
) -> None:
    await connected.connect(GLOBEX)
    reading, go_on = [], asyncio.Event()

    async def hold_what_is_followed(request: web.Request) -> None:
        if "correlation_display" in request.query.get("sysparm_query", ""):
            reading.append(request)
            await go_on.wait()

    connected.end.listeners.append(hold_what_is_followed)
    worker = connected.connector.worker
    # A restart has everything done that comes again and again.
    await worker.stop()
    await worker.start()
    await until(lambda: len(reading) == 2 * len(TicketKind))
    async with asyncio.timeout(4):
        act = await do(connected, act_on(share))
    go_on.set()
    assert act.state is ActState.DONE


async def test_a_page_of_changes_is_kept_in_turns_so_that_a_click_does_not_wait_for_all() -> None:
    async with staged() as stage:
        made = await fill(stage, 200)
        for each in made:
            write(each, stage.clock() + timedelta(minutes=1), "2")
        view = stage.connector.database.view(ACME)
        reading = asyncio.create_task(sync(stage))
        kept = 0
        while not kept:
            rows = await view.run("SELECT 1 FROM changes WHERE workspace = :workspace")
            kept = len(rows)
            await asyncio.sleep(0)
        await reading
        assert 0 < kept < len(made)
