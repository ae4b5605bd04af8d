"""What is done from the chat while tickets are followed: nothing is lost, nor told by halves."""

import asyncio
import time

import pytest

from connector.models import TicketDraft, TicketKind
from tests.unit.connector.fakes import ACME
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_acts import do, move, row, told

INCIDENT = TicketKind.INCIDENT


async def sync(stage: Stage) -> None:
    await stage.connector.services.following.sync(ACME, INCIDENT.value)


@pytest.fixture
async def share(connected: Stage, draft: TicketDraft) -> str:
    """A ticket whose card stands."""
    share_id = await connected.ask(draft, "view-ticket")
    await connected.until_done(share_id)
    return share_id


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
