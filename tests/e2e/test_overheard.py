"""A channel in which guests or another organisation read along."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import soon
from connector.models import FormDefaults, RecommendationCategory, UserId, WorkspaceId
from tests.e2e.acts import SECURITY, card_with, create
from tests.e2e.test_sharing_again import FORM, choose
from tests.e2e.test_talking_back import comment, replies

NAME = "Read by others"
WARNED = "another organisation read along in this channel"
WARNED_THERE = "another organisation read along in the channel of this category"
GENERAL = accounts.GENERAL.id
TEAM, ADA = WorkspaceId(accounts.TEAM_ID), UserId(accounts.ADA.id)
ELSEWHERE = ((RecommendationCategory.IDENTITY, GENERAL),)


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


async def test_a_form_warns_of_who_reads_where_the_card_goes_not_of_who_reads_here(connected):
    services = connected.tryout.bot.connector.services
    there = connected.tryout.sandbox.slack_server.workspace.conversations.by_id[GENERAL]
    there.is_ext_shared = True
    await services.defaults.keep(TEAM, ADA, FormDefaults(channels=ELSEWHERE))
    form = await choose(connected.mia, FORM, "Ask every administrator for a second factor")
    assert WARNED_THERE in visible_text(form)
    await connected.mia.clear_modals()
    form = await choose(connected.mia, FORM)
    assert "another organisation" not in visible_text(form)


async def test_nor_does_it_where_the_card_goes_elsewhere(overheard):
    services = overheard.tryout.bot.connector.services
    await services.defaults.keep(TEAM, ADA, FormDefaults(channels=ELSEWHERE))
    there = overheard.tryout.sandbox.slack_server.workspace.conversations.by_id[GENERAL]
    if accounts.NED.id in there.members:
        there.members.remove(accounts.NED.id)
    form = await choose(overheard.mia, FORM, "Ask every administrator for a second factor")
    assert "another organisation" not in visible_text(form)
    await overheard.mia.clear_modals()
    assert WARNED in visible_text(await choose(overheard.mia, FORM))


async def test_among_members_nobody_is_warned(connected):
    await connected.mia.command("/snow create", SECURITY)
    assert WARNED not in visible_text(await connected.mia.modal(title="Create a ticket"))
