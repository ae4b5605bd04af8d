"""Sharing on the page: an action that has a ticket, several at once, and a message."""

import re

import aiohttp
import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser
from tests.browser.person import Person
from tests.browser.test_main_job import connect_microsoft, connect_servicenow

pytestmark = pytest.mark.browser


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, with everything connected."""
    page = await browser.new_page()
    await page.goto(tryout.page)
    ada = Person(page, pictures)
    await connect_servicenow(ada, browser)
    await connect_microsoft(ada)
    return ada


async def use_shortcut(person, name):
    await person.page.get_by_role("button", name="Shortcuts").first.click()
    await person.page.get_by_role("menuitem", name=name).click()


async def share_one(person):
    await use_shortcut(person, "Share to ServiceNow")
    search = person.dialog("Share an action")
    await search.wait_for()
    await person.choose(search, "Improvement action", "admin", "admin")
    form = person.dialog("Share to ServiceNow")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))


async def see_what_there_is(person):
    await person.type("/snow share")
    search = person.dialog("Share an action")
    await search.wait_for()
    menu = search.get_by_role("combobox", name=re.compile("Improvement action"))
    await menu.click()
    await menu.fill("admin")
    option = person.page.get_by_role("option").filter(has_text=re.compile(r"INC\d+, New"))
    await option.first.wait_for()
    await person.look("share-search")
    await option.first.click()
    known = person.dialog("Shared already")
    await known.get_by_text("It has been shared already.").wait_for()
    await person.look("share-existing")
    await known.get_by_role("button", name=re.compile("Update INC")).click()
    update = person.dialog("Update the ticket")
    await update.wait_for()
    await person.choose(update, "Priority", "High", "High")
    await person.look("share-update")
    await update.get_by_role("button", name="Send").click()
    await person.leave(person.dialog("Done"))


async def share_several(person):
    await person.type("/snow share")
    search = person.dialog("Share an action")
    await search.get_by_role("button", name="Share several at once").click()
    form = person.dialog("Share several actions")
    await form.wait_for()
    for words in ("password", "phishing", "mail forged", "risky", "every administrator for"):
        await person.choose(form, "Improvement actions", words, words)
    await person.look("bulk-form")
    await form.get_by_role("button", name="Create tickets").click()
    await form.get_by_text("some of these have a ticket already").wait_for()
    await person.look("bulk-asked-again")
    await form.get_by_role("button", name="Create tickets").click()
    taken = person.dialog("On their way")
    await taken.wait_for()
    await person.look("bulk-taken")
    await person.leave(taken)
    told = person.message(re.compile(r"(\d) of \1 tickets made"))
    await told.wait_for()
    await told.get_by_role("button", name=re.compile("repl")).click()
    thread = person.page.get_by_label("Thread")
    await thread.get_by_text(re.compile(r"INC\d+")).first.wait_for()
    await person.look("bulk")


async def group_some(person):
    await person.type("/snow share")
    search = person.dialog("Share an action")
    await search.get_by_role("button", name="Share several at once").click()
    form = person.dialog("Share several actions")
    await form.wait_for()
    for words in ("sensor", "lobby"):
        await person.choose(form, "Improvement actions", words, words)
    await form.get_by_label("One ticket for all of them").check()
    await form.get_by_role("button", name="Create tickets").click()
    await person.leave(person.dialog("On its way"))
    await person.message("2 improvement actions").filter(has_text="INC").wait_for()
    await person.look("bulk-grouped")


async def make_a_ticket_of_a_message(person):
    await person.type("The *VPN gateway* answers with an old certificate.\nWho renews it?")
    message = person.message("old certificate")
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await person.page.get_by_role("menuitem", name="Ticket from this message").click()
    form = person.dialog("Create a ticket")
    await form.get_by_text("in the thread that you asked for it in").wait_for()
    assert accounts.ADA.real_name in await form.get_by_label("Description").input_value()
    await person.choose(form, "Category", "Apps", "Apps")
    await person.look("message-form")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    await person.message("Who renews it?").get_by_role("button", name=re.compile("repl")).click()
    thread = person.page.get_by_label("Thread")
    await thread.get_by_text(re.compile(r"INC\d+")).first.wait_for()
    await person.look("message-thread")


async def test_sharing_again_several_at_once_and_from_a_message(person):
    await share_one(person)
    await see_what_there_is(person)
    await share_several(person)
    await group_some(person)
    await make_a_ticket_of_a_message(person)
    assert person.complaints == []


async def test_who_is_overtaken_while_typing_sees_by_what_and_loses_nothing(person, tryout):
    await person.type("/snow share")
    search = person.dialog("Share an action")
    await search.wait_for()
    await person.choose(search, "Improvement action", "phishing", "phishing")
    form = person.dialog("Share to ServiceNow")
    await form.get_by_label("Name").fill("Typed with care")
    async with aiohttp.ClientSession() as http:
        mia = SlackUser(http, tryout.page, accounts.MIA.id)
        await mia.command("/snow share", accounts.SECURITY.id)
        await mia.modal(title="Share an action")
        await mia.choose("Improvement action", "phishing", "phishing")
        await mia.modal(title="Share to ServiceNow")
        assert await mia.submit() == {}
    await person.message("phishing threshold").filter(has_text="INC").wait_for()
    await form.get_by_role("button", name="Create ticket").click()
    await form.get_by_text("Meanwhile this action has got a ticket.").wait_for()
    assert await form.get_by_label("Name").input_value() == "Typed with care"
    await person.look("share-overtaken")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    await person.message("Typed with care").filter(has_text="INC").wait_for()
    assert person.complaints == []
