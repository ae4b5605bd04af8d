"""What is said of shares that are no tickets yet, or whose ticket has no card yet."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector.models import ShareId, ShareState, TicketFilter
from connector.store import shares, tickets
from connector.store.shares import ShareRecord
from connector.work import Done
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA
from tests.unit.connector.stage import Stage


async def keep(stage: Stage, name: str, state: ShareState, ended_at: datetime) -> None:
    share = rows.share(ACME, ShareId(name), state)
    by = ADA if name.startswith("hers") else MIA
    share = replace(share, draft=replace(share.draft, requester=by))
    async with stage.connector.database.transaction(ACME) as tx:
        await shares.add(tx, share)
        await shares.save(tx, ShareRecord(share=share, ended_at=ended_at))


@pytest.mark.parametrize("which", [TicketFilter.OPEN, TicketFilter.ALL])
async def test_what_was_rejected_is_told_to_who_asked_and_counted_for_nobody_else(
    stage: Stage, which: TicketFilter
) -> None:
    await stage.connector.worker.stop()
    now = stage.clock()
    await keep(stage, "mine", ShareState.REJECTED, now)
    await keep(stage, "mine long ago", ShareState.REJECTED, now - timedelta(days=7, seconds=1))
    await keep(stage, "hers", ShareState.REJECTED, now)
    await keep(stage, "hers on its way", ShareState.UNKNOWN, now)
    waiting = await stage.connector.services.tickets.waiting(ACME, which, MIA)
    assert [each.id for each in waiting.own] == ["mine"]
    assert [each.id for each in waiting.others] == ["hers on its way"]


async def test_a_change_waits_for_the_card_in_whose_thread_it_belongs(stage: Stage) -> None:
    await stage.connector.worker.stop()
    async with stage.connector.database.transaction(GLOBEX) as tx:
        await rows.fill(tx)
    assert await stage.connector.services.tickets.announce(GLOBEX, rows.MIXED) == Done()
    assert stage.chat.changes == []
    view = stage.connector.database.view(GLOBEX)
    assert len(await tickets.unannounced(view, rows.MIXED)) == 1
