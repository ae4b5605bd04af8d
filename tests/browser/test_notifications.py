"""Follow, mute and one's own notifications, on the page."""

import re

import pytest

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised, soon
from tests.browser.person import Person
from tests.e2e.acts import card_with, create, number_of, records

pytestmark = pytest.mark.browser
NAME = "Block legacy authentication"


@pytest.fixture
async def stage(tryout):
    """ServiceNow is connected, and Mia has made a ticket."""
    async with raised(tryout) as stage:
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        await create(stage.mia, NAME, Description="For all users")
        await number_of(stage.mia, NAME)
        yield stage


@pytest.fixture
async def person(stage, browser, tryout, pictures):
    """Ada before the card."""
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(f"{tryout.page}/#{accounts.SECURITY.id}")
    await person.message(NAME).wait_for()
    yield person
    assert person.complaints == []


async def choose(person, card, entry):
    await card.get_by_role("button", name="More actions").first.click()
    await person.page.get_by_role("menuitem", name=entry).click()


async def follow(person, card):
    await choose(person, card, "Follow")
    answer = person.message("You follow INC")
    await answer.get_by_role("button", name="Unfollow").wait_for()
    await person.look("follow-answer")


async def see_the_direct_message(person, stage, tryout):
    (row,) = records(stage, NAME)
    await stage.far.change("incident", row["sys_id"], state="2", comments="Pilot group first.")
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="because you follow this", seconds=20)
    page = await person.page.context.new_page()
    await page.goto(f"{tryout.page}/#{direct}")
    await page.get_by_text("because you follow this").first.wait_for()
    await person.look("follow-news", page)
    await page.close()


async def mute_the_channel(person):
    await person.type("/snow mute")
    panel = person.message("Everything").filter(has_text="State changes only")
    await panel.wait_for()
    await person.message("Ada Admin muted Snowline here").wait_for()
    await person.look("channel-panel")
    await panel.get_by_label("State changes only").click()
    await person.message("say changes of state only").wait_for()


async def set_ones_own(person):
    await person.type("/snow notifications")
    form = person.dialog("My notifications")
    await form.get_by_role("button", name="Unfollow").wait_for()
    await form.get_by_text("Only when done").first.click()
    await person.look("notifications")
    await form.get_by_role("button", name="Save").click()
    await form.wait_for(state="hidden")


async def test_a_ticket_is_followed_and_muted_and_ones_own_settings_are_kept(person, stage, tryout):
    card = person.message(NAME).filter(has_text="Open in ServiceNow")
    await card.wait_for()
    await person.look("card-buttons")
    await follow(person, card)
    await see_the_direct_message(person, stage, tryout)
    await choose(person, card, "Mute here")
    await person.message(re.compile("Ada Admin muted it")).wait_for()
    await person.look("card-muted")
    await mute_the_channel(person)
    await set_ones_own(person)

    async def shown():
        return await card_with(stage.mia, NAME, "In Progress")

    assert await soon(shown, "the card never showed the change")
