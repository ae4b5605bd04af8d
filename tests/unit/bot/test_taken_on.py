"""What cannot be written down is not promised: a store that refuses, and one that waits."""

import asyncio
import contextlib
import sqlite3  # noqa: TID251  -- another program at the same file

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from connector.models import TicketFilter, UserId
from tests.unit.bot.kept_connections import TEAM, sign_out
from tests.unit.bot.slack_end import SECURITY, idle, with_bot

WRITTEN = {"Name": "Written down", "Category": "Data"}
FULL = "CREATE TRIGGER full BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        await sign_out(end)
        yield end


@pytest.fixture
def beside(end, tmp_path):
    """Somebody else's connection to the bot's database file."""
    with contextlib.closing(
        sqlite3.connect(tmp_path / "snowline.db", isolation_level=None)
    ) as store:
        yield store


async def open_form(end):
    await end.mia.command("/snow create", SECURITY)
    await end.mia.modal(title="Create a ticket")
    # What is written beside the bot must not meet it in the middle of a transaction.
    await idle()


async def names(end):
    waiting = await end.services.tickets.waiting(TEAM, TicketFilter.ALL, UserId(accounts.MIA.id))
    return [each.draft.name for each in waiting.own]


async def is_held(asked):
    """Tell whether Slack still waits for its answer, after long enough for one."""
    done, _ = await asyncio.wait({asked}, timeout=1)
    return not done


@pytest.mark.parametrize("table", ["shares", "work", "deliveries"])
async def test_a_ticket_that_cannot_be_written_down_is_not_taken_on(end, beside, table):
    await open_form(end)
    beside.execute(FULL.format(table))
    assert await end.mia.submit(WRITTEN) == {}
    told = visible_text(await end.mia.modal(title="That did not work"))
    assert "Creating the ticket." in told
    beside.execute("DROP TRIGGER full")
    assert await names(end) == []
    await end.mia.close_modal()
    await end.mia.modal(title="Create a ticket")
    assert await end.mia.submit() == {}
    await end.mia.modal(title="On its way")
    assert await names(end) == ["Written down"]


async def test_a_digest_that_cannot_be_written_down_is_not_said_to_be_on_its_way(end, beside):
    beside.execute(FULL.format("digests"))
    await end.mia.command("/snow digest now", SECURITY)
    await end.mia.wait_for_message(SECURITY, text="Posting the digest.", ephemeral=True)
    told = [visible_text(each) for each in await end.mia.messages(SECURITY)]
    assert not [each for each in told if "on its way" in each]


async def test_slack_is_told_yes_to_a_ticket_only_once_it_is_written_down(end, beside):
    await open_form(end)
    beside.execute("BEGIN IMMEDIATE")
    sent = asyncio.create_task(end.mia.submit(WRITTEN))
    assert await is_held(sent)
    beside.execute("ROLLBACK")
    assert await sent == {}
    assert await names(end) == ["Written down"]


async def test_slack_is_told_yes_to_a_digest_only_once_it_is_written_down(end, beside):
    beside.execute("BEGIN IMMEDIATE")
    sent = asyncio.create_task(end.mia.command("/snow digest now", SECURITY))
    assert await is_held(sent)
    beside.execute("ROLLBACK")
    await sent
    await end.mia.wait_for_message(SECURITY, text="Digest", ephemeral=False)
