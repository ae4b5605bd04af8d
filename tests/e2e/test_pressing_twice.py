"""The button of one form, pressed twice: each press has a trigger of its own, and one ticket."""

import asyncio

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError
from connector.models import WorkspaceId
from tests.e2e.acts import SECURITY, number_of, records
from tests.e2e.relay import OVER_HTTP, relayed

NAME = "Pressed twice"
pytestmark = OVER_HTTP


async def own_form(stage):
    await stage.mia.command("/snow create", SECURITY)
    await stage.mia.modal(title="Create a ticket")
    return {"Name": NAME, "Category": "Data"}


async def share_form(stage):
    await stage.score()
    await stage.mia.command("/snow score", SECURITY)
    message = await stage.mia.wait_for_message(SECURITY, text="points", ephemeral=True)
    await stage.mia.click(message, "Share")
    await stage.mia.modal(title="Share to ServiceNow")
    return {"Name": NAME}


FORMS = pytest.mark.parametrize("form", [own_form, share_form], ids=["create form", "share form"])


async def is_one_ticket(stage):
    await stage.mia.modal(title="On its way")
    view = stage.tryout.bot.connector.database.view(WorkspaceId(accounts.TEAM_ID))
    shares = await view.run("SELECT id FROM shares WHERE workspace = :workspace")
    await number_of(stage.mia, NAME)
    return len(shares) == len(records(stage, NAME)) == 1


@FORMS
async def test_pressed_again_because_the_answer_was_lost(connected, form):
    async with relayed(connected) as relay:
        written = await form(connected)
        relay.lose = 1
        with pytest.raises(DriverError):
            await connected.mia.submit(written)
        assert await connected.mia.submit() == {}
        assert await is_one_ticket(connected)


@FORMS
async def test_pressed_twice_at_once(connected, form):
    async with relayed(connected) as relay:
        written = await form(connected)
        relay.hold_until_two()
        pressed = [connected.mia.submit(written) for _ in range(2)]
        assert await asyncio.gather(*pressed) == [{}, {}]
        assert await is_one_ticket(connected)
