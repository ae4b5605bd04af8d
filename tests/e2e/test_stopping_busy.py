"""The process's end while people press *Create ticket*: what they are told yes to is kept."""

import asyncio
import contextlib
import json
import sqlite3  # noqa: TID251  -- another program at the same file

import aiohttp
import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError, SlackUser
from tests.chaos import kill
from tests.e2e.test_stopping import SOCKET, staged, told_to_stop

PEOPLE = {f"Chaos {at:04}": each for at, each in enumerate(accounts.SLACK_ACCOUNTS)}


async def form_of(user):
    await user.command("/snow create", accounts.SECURITY.id)
    await user.modal(title="Create a ticket")


async def is_taken_on(user, name):
    """Press the button; no answer at all is no yes, and Slack says so."""
    with contextlib.suppress(DriverError):
        assert await user.submit({"Name": name, "Category": "Identity"}) == {}
        await user.modal(title="On its way", seconds=2)
        return True
    titles = [(await user.modal())["title"]["text"]]
    assert titles == ["Create a ticket"]
    return False


def kept(database):
    with contextlib.closing(sqlite3.connect(database)) as store:
        drafts = store.execute("SELECT draft FROM shares").fetchall()
    return {json.loads(draft)["name"] for (draft,) in drafts}


async def stopped_while_all_press(bot, users, database):
    """Stop while each press waits for the store; tell which were answered with a yes."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        pressed = [asyncio.ensure_future(is_taken_on(user, name)) for name, user in users.items()]
        await asyncio.sleep(1)
        ending = asyncio.ensure_future(told_to_stop(bot.process))
        await asyncio.sleep(0.5)
        store.execute("ROLLBACK")
        answers = await asyncio.gather(*pressed)
        await ending
    return {name for name, taken in zip(users, answers, strict=True) if taken}


@pytest.mark.parametrize("way_in", [{}, SOCKET], ids=["HTTP", "Socket Mode"])
async def test_what_was_told_yes_while_it_stopped_becomes_a_ticket(way_in, tmp_path):
    database = tmp_path / "snowline.db"
    async with staged(tmp_path, way_in) as (sandbox, bot), aiohttp.ClientSession() as http:
        await kill.connect(sandbox, http)
        origin = sandbox.slack.origin
        users = {name: SlackUser(http, origin, who.id) for name, who in PEOPLE.items()}
        for user in users.values():
            await form_of(user)
        taken = await stopped_while_all_press(bot, users, database)
        assert taken <= kept(database)
        assert taken or way_in, "over HTTP there is time for some"
        await bot.start()
        await kill.settled(sandbox, sorted(taken), 60)
        made = [each["short_description"] for each in sandbox.servicenow_server.records("incident")]
        assert sorted(name for name in made if name in taken) == sorted(taken)
