"""Comments in the thread, and a refused ticket that is mended, by clicking and typing."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.person import Person
from tests.browser.test_main_job import connect_servicenow

pytestmark = pytest.mark.browser


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, with ServiceNow connected."""
    page = await browser.new_page()
    await page.goto(tryout.page)
    ada = Person(page, pictures)
    await connect_servicenow(ada, browser)
    return ada


async def ask_in_vain(person, tryout):
    tryout.sandbox.servicenow_server.faults.arm("data-policy")
    await person.type("/snow create")
    form = person.dialog("Create a ticket")
    await form.get_by_label("Name").fill("Renew the VPN certificates")
    await person.choose(form, "Category", "Infra", "Infrastructure")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    card = person.message("Renew the VPN").filter(has_text="No ticket was made")
    await card.get_by_text("Service offering").first.wait_for()
    await person.look("rejected")
    return card


async def mend(person, card):
    await card.get_by_role("button", name="Edit and send again").click()
    form = person.dialog("Edit and send again")
    await expect(form.get_by_label("Name")).to_have_value("Renew the VPN certificates")
    await form.get_by_label("Description").fill("They end in December.")
    await person.look("edit-and-send-again")
    await form.get_by_role("button", name="Send again").click()
    await person.leave(person.dialog("On its way"))
    await person.message("Renew the VPN").filter(has_text="INC0").wait_for()
    assert await person.page.get_by_role("article").filter(has_text="Renew the VPN").count() == 1


async def comment_in_servicenow(browser, tryout):
    tab = await browser.new_page()
    await tab.goto(tryout.sandbox.servicenow.origin)
    await tab.get_by_role("link", name="INC0010001").click()
    await tab.get_by_label("Additional comments").fill("Which *gateway*? <!channel>")
    await tab.get_by_label("Work notes").fill("Budget is approved.")
    await tab.get_by_role("button", name=re.compile("Update")).click()
    await tab.get_by_text("Record updated.").wait_for()
    await tab.close()


async def test_servicenow_talks_back_on_the_page(person, browser, tryout):
    await mend(person, await ask_in_vain(person, tryout))
    await comment_in_servicenow(browser, tryout)
    await person.page.get_by_role("button", name=re.compile("repl")).first.click()
    thread = person.page.get_by_label("Thread")
    await thread.get_by_text("Which *gateway*? <!channel>").wait_for()
    await thread.get_by_text("internal in ServiceNow").wait_for()
    await person.look("thread")
    assert person.complaints == []
