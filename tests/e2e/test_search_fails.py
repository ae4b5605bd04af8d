"""What is typed into the search for an action while the actions cannot be had."""

import asyncio
import contextlib
import sqlite3  # noqa: TID251  -- another program at the same file

import pytest

from bot.identifiers import Action, Block
from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.faults import Fault
from connector.errors import Provider
from connector.models import WorkspaceId
from connector.store import connections
from tests.e2e.acts import SECURITY

FOR_EVER = 10**9


async def in_the_store(stage, statement):
    def run():
        store = sqlite3.connect(stage.tryout.settings.database, isolation_level=None)
        with contextlib.closing(store):
            store.execute(statement)

    # In a thread: the bot may be in the midst of a transaction, which must be able to end.
    await asyncio.to_thread(run)


async def is_disconnected(stage):
    async with stage.tryout.bot.connector.database.transaction(WorkspaceId(accounts.TEAM_ID)) as tx:
        await connections.remove(tx, Provider.MICROSOFT)
    await in_the_store(stage, "DELETE FROM scores")


async def fails_by_itself(stage):
    await in_the_store(stage, "ALTER TABLE scores RENAME TO gone")


def microsoft(fault):
    async def strike(stage):
        server = stage.tryout.sandbox.microsoft_server
        server.faults.armed.append(Fault(fault, FOR_EVER))
        await in_the_store(stage, "DELETE FROM scores")

    return strike


async def offered(stage, words):
    """Type into the search; Slack says so if the answer comes too late or is none."""
    view = await stage.mia.modal(title="Share an action")
    typed = {
        "user": accounts.MIA.id,
        "view_id": view["id"],
        "block_id": Block.ACTION,
        "action_id": Action.FIND,
        "value": words,
    }
    async with stage.http.post(f"{stage.tryout.page}/_client/options", json=typed) as answer:
        return await answer.json()


@pytest.mark.parametrize(
    "fails",
    [
        pytest.param(is_disconnected, id="not connected"),
        pytest.param(fails_by_itself, id="a bug"),
        pytest.param(microsoft("503"), id="Microsoft down"),
        pytest.param(microsoft("hang"), id="Microsoft silent"),
    ],
)
async def test_a_search_that_fails_offers_nothing_in_time_and_says_nothing(connected, fails):
    await connected.mia.command("/snow share", SECURITY)
    found = await offered(connected, "a")
    assert found["options"]
    before = len(await connected.mia.messages(SECURITY))
    await fails(connected)
    assert await offered(connected, "a") == {"options": []}
    said = [visible_text(each) for each in await connected.mia.messages(SECURITY)]
    assert said[before:] == []
