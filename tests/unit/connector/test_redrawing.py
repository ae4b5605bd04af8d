"""A card that is only to be drawn anew: in the end it is, whatever becomes of the plan."""

import asyncio

import pytest

from connector.errors import Provider, ProviderUnavailableError
from connector.models import ShareId, TicketDraft
from connector.store import redraws
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, until
from tests.unit.connector.stage import Stage


@pytest.fixture
async def share(connected: Stage, draft: TicketDraft) -> ShareId:
    """A ticket whose card stands."""
    made = await connected.ask(draft)
    await connected.until_done(made)
    return ShareId(made)


async def wanted(stage: Stage, share: ShareId) -> int:
    return await redraws.wanted(stage.connector.database.view(ACME), share)


async def until_drawn(stage: Stage, share: ShareId) -> None:
    async with asyncio.timeout(10):
        while await wanted(stage, share):
            await asyncio.sleep(0.01)


async def test_a_card_whose_plan_was_lost_is_drawn_after_all(
    connected: Stage, share: ShareId
) -> None:
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 1000
    await connected.connector.services.notifying.mute(ACME, share, CHANNEL, ADA)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace")
    await connected.restart()
    connected.chat.troubles.clear()
    await until(lambda: connected.chat.latest.mute is not None)
    await until_drawn(connected, share)


async def test_what_is_wanted_while_a_card_is_drawn_is_not_forgotten(
    connected: Stage, share: ShareId
) -> None:
    notifying = connected.connector.services.notifying
    once = []

    async def unmute_meanwhile(when: str) -> None:
        if when == "before card" and not once:
            once.append(when)
            await notifying.unmute(ACME, share, CHANNEL)
            async with connected.connector.database.transaction(ACME) as tx:
                await tx.run("DELETE FROM work WHERE workspace = :workspace AND claimed = 0")
                await tx.run("UPDATE work SET due_at = NULL WHERE workspace = :workspace")

    connected.chat.boundary = unmute_meanwhile
    await notifying.mute(ACME, share, CHANNEL, ADA)
    await until(lambda: connected.chat.latest.mute is not None)
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await view.first(
            "SELECT 1 FROM work WHERE workspace = :workspace AND job = 'redraw card'"
        ):
            await asyncio.sleep(0.01)
    assert await wanted(connected, share) == 2
    await connected.connector.worker.sweep()
    connected.connector.worker.work.changed.set()
    await until(lambda: connected.chat.latest.mute is None)
    await until_drawn(connected, share)
