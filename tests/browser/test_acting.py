"""What people do with a ticket from its card, on the page."""

import pytest

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised
from tests.browser.person import Person
from tests.e2e.acts import create, number_of

pytestmark = pytest.mark.browser
NAME = "Turn on MFA"


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, before the card of a ticket."""
    async with raised(tryout) as stage:
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        await create(stage.mia, NAME)
        await number_of(stage.mia, NAME)
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(f"{tryout.page}/#{accounts.SECURITY.id}")
    await person.message(NAME).wait_for()
    yield person
    assert person.complaints == []


async def test_a_state_is_changed_with_what_it_takes_and_a_file_attached(person):
    card = person.message(NAME)
    await person.look("act-card")
    await resolve(person, card)
    await card.get_by_role("button", name="Reopen").wait_for()
    await attach(person)
    await card.get_by_role("button", name="replies").click()
    thread = person.page.get_by_label("Thread", exact=True)
    await thread.get_by_text("proof.txt").wait_for()
    await person.look("act-thread")


async def resolve(person, card):
    await card.get_by_role("button", name="Change state").click()
    form = person.dialog("Change state")
    await form.wait_for()
    await person.choose(form, "State", "Res", "Resolved")
    await form.get_by_label("Close notes").wait_for()
    await person.look("act-form")
    await person.choose(form, "Close code", "Solution", "Solution provided")
    await form.get_by_label("Close notes").fill("MFA is on.")
    await form.get_by_role("button", name="Send").click()
    done = person.dialog("Done")
    await person.look("act-done")
    await person.leave(done)


async def attach(person):
    await person.page.get_by_label("File to post").set_input_files(
        {"name": "proof.txt", "mimeType": "text/plain", "buffer": b"It is on."}
    )
    message = person.message("proof.txt")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await person.page.get_by_role("menuitem", name="Attach to a ticket").click()
    form = person.dialog("Attach to a ticket")
    await form.wait_for()
    await person.choose(form, "Ticket", "INC", NAME)
    await person.look("attach-form")
    await form.get_by_role("button", name="Attach").click()
    await person.leave(person.dialog("Done"))
