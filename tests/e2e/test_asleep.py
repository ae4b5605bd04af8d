"""A ServiceNow that falls asleep: what is shown of it is said to be as last read."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from connector.models import WorkspaceId
from tests.e2e.acts import SECURITY, create, number_of, strike

TEAM = WorkspaceId(accounts.TEAM_ID)
NOTE = "ServiceNow is asleep: tickets are as of the last time that Snowline could read them there"


@pytest.fixture
async def asleep(connected):
    """One ticket was made before; the first reading after has failed."""
    await create(connected.mia, "Before the night")
    await number_of(connected.mia, "Before the night")
    strike(connected, "sleeping:1000")

    async def noticed():
        known = await connected.tryout.bot.connector.services.connections.all(TEAM)
        return any("asleep" in each.problem for each in known)

    await soon(noticed, "no reading has failed", 15)
    return connected


async def test_both_lists_say_that_they_are_as_last_read(asleep):
    await asleep.mia.command("/snow tickets", SECURITY)
    await asleep.mia.wait_for_message(SECURITY, text=NOTE, ephemeral=True)
    await asleep.mia.home()
    await asleep.mia.click_at_home("View all tickets")
    assert NOTE in visible_text(await asleep.mia.modal(title="Change requests"))


async def test_a_digest_says_so_and_counts_what_waits(asleep):
    await create(asleep.mia, "In the night")
    await asleep.mia.command("/snow digest now", SECURITY)
    digest = visible_text(
        await asleep.mia.wait_for_message(SECURITY, text="Incident*  1 open", ephemeral=False)
    )
    assert NOTE in digest
    assert "⏳ 1 ticket asked for here is on its way" in digest
