"""What a digest knows of the connections, and of tickets that are on their way."""

from dataclasses import replace

import pytest

from connector.errors import Provider, ProviderUnavailableError
from connector.models import Digest, ShareState, TicketDraft
from connector.store import shares
from tests.unit.connector.fakes import ACME, CHANNEL, MIA
from tests.unit.connector.stage import Stage

WANTED = "SELECT id FROM digests WHERE workspace = :workspace"


@pytest.fixture
async def idle(connected: Stage) -> Stage:
    """Nothing is done but what a test does itself."""
    await connected.connector.worker.stop()
    return connected


async def ask(stage: Stage) -> Digest:
    await stage.connector.services.digests.request(ACME, MIA, CHANNEL, "d1")
    (row,) = await stage.connector.database.view(ACME).run(WANTED)
    await stage.connector.services.digests.post(ACME, row["id"])
    return stage.chat.digests[-1]


async def test_a_digest_without_connections_knows_that_there_are_none(stage: Stage) -> None:
    await stage.connector.worker.stop()
    assert (await ask(stage)).connections == ()


async def test_a_digest_knows_that_the_last_reading_failed(idle: Stage) -> None:
    idle.end.servicenow.faults.arm("sleeping:9")
    with pytest.raises(ProviderUnavailableError):
        await idle.connector.services.following.sync(ACME, "incident")
    (of_servicenow,) = (await ask(idle)).connections
    assert "asleep" in of_servicenow.problem
    assert of_servicenow.provider is Provider.SERVICENOW


async def test_what_was_asked_for_here_and_is_no_ticket_yet_is_counted(
    idle: Stage, draft: TicketDraft
) -> None:
    services = idle.connector.services
    asked = [
        await services.shares.request(ACME, draft, where, f"view-{number}")
        for number, where in enumerate((CHANNEL, CHANNEL, CHANNEL, CHANNEL, "C0OTHER", "C0OTHER"))
    ]
    await end(idle, asked[2].id, state=ShareState.UNKNOWN, gave_up=True)
    await end(idle, asked[3].id, state=ShareState.REJECTED)
    await end(idle, asked[5].id, state=ShareState.UNKNOWN, gave_up=True)
    digest = await ask(idle)
    assert (digest.on_their_way, digest.unconfirmed) == (2, 1)


async def end(stage: Stage, share_id: str, **changes: object) -> None:
    """Leave a share as its machine leaves it when nothing more is tried."""
    async with stage.connector.database.transaction(ACME) as tx:
        record = await shares.get(tx, share_id)
        assert record is not None
        share = replace(record.share, **changes)  # type: ignore[arg-type]
        await shares.save(tx, replace(record, share=share, ended_at=stage.clock()))
