"""A channel in which guests or another organisation read along."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from tests.e2e.acts import SECURITY, card_with, create
from tests.e2e.test_talking_back import comment, replies

NAME = "Read by others"
WARNED = "another organisation read along in this channel"


@pytest.fixture(params=["guest", "organisation"])
async def overheard(request, connected):
    """#security with somebody in it who is no full member."""
    workspace = connected.tryout.sandbox.slack_server.workspace
    if request.param == "guest":
        workspace.people.mark(accounts.NED.id, is_restricted=True)
    else:
        workspace.conversations.by_id[SECURITY].is_ext_shared = True
    return connected


async def test_forms_warn_of_it_and_the_thread_names_a_work_note_without_its_text(overheard):
    await overheard.mia.command("/snow create", SECURITY)
    assert WARNED in visible_text(await overheard.mia.modal(title="Create a ticket"))
    await overheard.mia.close_modal()
    await create(overheard.mia, NAME)
    card = await card_with(overheard.mia, NAME, "INC")
    comment(overheard, NAME, "To everybody")
    comment(overheard, NAME, "To the team", field="work_notes")

    async def both():
        told = await replies(overheard, card)
        return told if any("Work note" in text for text in told) else None

    said, noted = await soon(both, "the note was not named", 15)
    assert "To everybody" in said
    assert "Beth Anglin" in noted
    assert "It is in <http" in noted
    posted = str(await overheard.mia.messages(SECURITY))
    assert "To the team" not in posted


async def test_a_work_note_from_the_card_is_named_without_its_text(overheard):
    await create(overheard.mia, NAME)
    card = await card_with(overheard.mia, NAME, "INC")
    await overheard.mia.click(card, "act_more", option="Work note…")
    await overheard.mia.modal()
    await overheard.mia.submit({"Work note": "To the team"})

    async def named():
        return [text for text in await replies(overheard, card) if "Work note" in text] or None

    (said,) = await soon(named, "the note was not named", 15)
    assert "not shown here" in said
    assert "Mia" in said
    assert "To the team" not in str(await overheard.mia.messages(SECURITY))


async def test_among_members_nobody_is_warned(connected):
    await connected.mia.command("/snow create", SECURITY)
    assert WARNED not in visible_text(await connected.mia.modal(title="Create a ticket"))
