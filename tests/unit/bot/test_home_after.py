"""App Home after what was done from it."""

import asyncio

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from tests.unit.bot.kept_connections import sign_out
from tests.unit.bot.slack_end import SECURITY, with_bot

WRITTEN = {"Name": "From Home", "Category": "Data"}


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        await sign_out(end)
        yield end


async def published(end):
    """Read App Home as it stands, without opening it."""
    who = {"user": accounts.MIA.id}
    async with end.http.get(f"{end.origin}/_client/home", params=who) as answer:
        return visible_text((await answer.json())["view"])


async def open_the_form(end):
    await end.mia.click_at_home("Create a ticket")
    await end.mia.modal(title="Create a ticket")


async def until(condition):
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_a_ticket_created_from_app_home_is_counted_there_at_once(end):
    assert "on the way" not in visible_text(await end.mia.home())
    await open_the_form(end)
    assert await end.mia.submit(WRITTEN) == {}

    async def counted():
        return "1 on the way" in await published(end)

    await until(counted)
    await end.mia.modal(title="On its way")


async def test_a_home_that_cannot_be_published_is_not_said_to_be_a_ticket_that_failed(end, caplog):
    await end.mia.home()
    await open_the_form(end)
    end.server.faults.arm("503:1000")
    assert await end.mia.submit(WRITTEN) == {}

    async def logged():
        return f"show home {accounts.MIA.id} is tried again" in caplog.text

    await until(logged)
    end.server.faults.armed.clear()
    await end.mia.modal(title="On its way")
    await end.mia.clear_modals()
    await end.mia.command("/snow help", SECURITY)
    await end.mia.wait_for_message(SECURITY, text="/snow share", ephemeral=True)
    told = await end.mia.messages(await end.mia.direct_channel())
    assert not [each for each in told if "Creating the ticket" in visible_text(each)]
