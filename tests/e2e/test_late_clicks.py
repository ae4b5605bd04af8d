"""A click whose trigger is too old for a form: one button does the same again, wherever it was."""

import contextlib

import pytest

from bot.sandbox.driver import visible_text
from tests.e2e.acts import SECURITY, card_with, create

NAME = "Clicked late"


@contextlib.contextmanager
def too_late(stage):
    """Let every trigger be too old the moment it is issued."""
    triggers = stage.tryout.sandbox.slack_server.workspace.triggers
    triggers.seconds, before = 0.0, triggers.seconds
    yield
    triggers.seconds = before


async def opened(user, channel, title):
    """Press the button that is offered instead of a form."""
    offered = await user.wait_for_message(channel, text="nothing was opened")
    await user.click(offered, "Open form")
    return await user.modal(title=title)


async def test_a_command_offers_its_form_again(connected):
    with too_late(connected):
        await connected.mia.command("/snow create", SECURITY)
        await connected.mia.wait_for_message(SECURITY, text="nothing was opened", ephemeral=True)
    await opened(connected.mia, SECURITY, "Create a ticket")


@pytest.mark.parametrize(
    ("how", "title"),
    [
        pytest.param({"label": "Comment"}, "Comment", id="button"),
        pytest.param({"label": "act_more", "option": "Work note…"}, "Work note", id="menu"),
    ],
)
async def test_a_card_offers_its_own_form_again(connected, how, title):
    await create(connected.mia, NAME)
    card = await card_with(connected.mia, NAME, "INC")
    with too_late(connected):
        await connected.mia.click(card, **how)
        await connected.mia.wait_for_message(SECURITY, text="nothing was opened", ephemeral=True)
    assert NAME in visible_text(await opened(connected.mia, SECURITY, title))


async def test_app_home_offers_its_form_again_in_private(connected):
    direct = await connected.mia.direct_channel()
    await connected.mia.home()
    with too_late(connected):
        await connected.mia.click_at_home("Create a ticket")
        await connected.mia.wait_for_message(direct, text="nothing was opened")
    await opened(connected.mia, direct, "Create a ticket")


async def test_a_shortcut_offers_its_form_again_with_the_files_of_the_message(connected):
    await create(connected.mia, NAME)
    await card_with(connected.mia, NAME, "INC")
    await connected.mia.post_file("proof.png", b"\x89PNG", SECURITY, "image/png")
    message = await connected.mia.wait_for_message(SECURITY, text="proof.png")
    with too_late(connected):
        await connected.mia.use_shortcut("attach_file", message)
        await connected.mia.wait_for_message(SECURITY, text="nothing was opened", ephemeral=True)
    await opened(connected.mia, SECURITY, "Attach to a ticket")
    await connected.mia.choose("Ticket", "", NAME)
    assert await connected.mia.submit() == {}
    assert "✅" in visible_text(await connected.mia.modal(title="Done"))
