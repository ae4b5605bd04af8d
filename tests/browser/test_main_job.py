"""Steps 1 to 6 of the main job on the page, by clicking and typing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from bot.sandbox import accounts
from bot.tour.connecting import MICROSOFT_FORM, SERVICENOW_FORM
from tests.browser.conftest import SIZE
from tests.browser.person import Person

pytestmark = pytest.mark.browser
TOO_LONG = re.compile("characters")
SMALL = {"width": 780, "height": 490}


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, who has just opened the page."""
    page = await browser.new_page()
    await page.goto(tryout.page)
    return Person(page, pictures)


async def connect_servicenow(person, browser):
    await person.type("/snow connect")
    form = person.dialog("Connect ServiceNow")
    await form.wait_for()
    await person.fill_in(form, SERVICENOW_FORM)
    await person.look("01-connect")
    await form.get_by_role("button", name="Connect").click()
    sign_in = person.dialog("Sign in")
    async with browser.expect_page() as opened:
        await (
            sign_in.get_by_role("link", name="Sign in at ServiceNow")
            .or_(sign_in.get_by_role("button", name="Sign in at ServiceNow"))
            .click()
        )
    tab = await opened.value
    await tab.get_by_label("User name").fill(accounts.INTEGRATION_USER.user_name)
    await tab.get_by_label("Password").fill(accounts.INTEGRATION_USER.password)
    await tab.get_by_role("button", name="Log in").click()
    await tab.get_by_role("button", name="Allow").wait_for()
    await person.look("02-consent", tab)
    await tab.get_by_role("button", name="Allow").click()
    await tab.get_by_role("heading", name="ServiceNow is connected").wait_for()
    await person.look("03-connected", tab)
    await tab.close()
    await person.leave(sign_in)


async def connect_microsoft(person):
    await person.type("/snow connect microsoft")
    form = person.dialog("Connect Microsoft 365")
    await form.wait_for()
    await person.fill_in(form, MICROSOFT_FORM)
    await form.get_by_role("button", name="Connect").click()
    await person.leave(person.dialog("Connected"))
    await person.type("/snow status")
    await person.message(accounts.TENANT_ID).wait_for()
    await person.look("04-status")


async def see_the_score(person):
    await person.type("/snow score")
    score = person.message("190.08 of 315")
    await score.get_by_role("button", name="Share").first.wait_for()
    await person.look("05-score")


async def search_in_vain(person):
    await person.type("/snow share a & b < c")
    search = person.dialog("Share an action")
    await search.get_by_text("No open action fits “a & b < c”").wait_for()
    await person.leave(search)


async def share_an_action(person):
    await person.type("/snow share")
    search = person.dialog("Share an action")
    await search.wait_for()
    await person.choose(search, "Improvement action", "admin", "admin")
    form = person.dialog("Share to ServiceNow")
    await form.wait_for()
    await form.get_by_label("Name").fill("")
    await person.is_refused(form, "Create ticket", "Please complete this required field.")
    await form.get_by_label("Name").fill("Phishing-resistant sign-in for admins")
    due = datetime.now(tz=UTC).date() + timedelta(days=14)  # noqa: TID251 -- the real day
    await form.get_by_label("Due date").fill(due.isoformat())
    await person.choose(form, "Priority", "High", "High")
    await person.look("share")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    await person.message("Phishing-resistant").filter(has_text="INC0").wait_for()


async def is_shown_what_is_too_long(person, form, name, size):
    await person.page.set_viewport_size(size)
    description = form.get_by_label("Description")
    await description.fill("One line of many.\n" * 400)
    await form.get_by_label("Name").focus()
    await person.is_refused(form, "Create ticket", TOO_LONG)
    await expect(form.get_by_text(TOO_LONG)).to_be_in_viewport(ratio=0.95)
    await expect(description).to_be_in_viewport(ratio=0.95)
    await expect(description).to_be_focused()
    await person.look(name)
    await description.fill("")
    await person.page.set_viewport_size(SIZE)


async def create_a_ticket(person):
    await person.type("/snow create")
    form = person.dialog("Create a ticket")
    await form.wait_for()
    await form.get_by_label("Name").fill("Retire the old VPN gateway")
    await is_shown_what_is_too_long(person, form, "too-long", SIZE)
    await is_shown_what_is_too_long(person, form, "too-long-small", SMALL)
    await person.choose(form, "Kind", "Change", "Change request")
    await form.get_by_label("Planned start").wait_for()
    await person.choose(form, "Category", "Infra", "Infrastructure")
    await person.look("06-create")
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    await person.message("Retire the old VPN").filter(has_text="CHG0").wait_for()


async def follow_the_ticket(person, browser, tryout):
    tab = await browser.new_page()
    await tab.goto(tryout.sandbox.servicenow.origin)
    await tab.get_by_role("link", name="INC0010001").click()
    await tab.get_by_role("heading", name="INC0010001").wait_for()
    await tab.get_by_label("State").select_option(label="In Progress")
    await tab.get_by_role("button", name=re.compile("Update|Save")).first.click()
    await tab.get_by_text("Record updated.").wait_for()
    await person.look("07-servicenow", tab)
    await tab.close()
    card = person.message("Phishing-resistant").filter(has_text="In Progress")
    await card.wait_for()
    await person.type("/snow tickets")
    await person.message("Retire the old VPN").filter(has_text="Only visible").wait_for()
    await person.look("08-tickets")


async def post_the_digest(person):
    await person.type("/snow digest now")
    await person.message(re.compile("[Dd]igest")).filter(has_text="190.08 of 315").wait_for()
    await person.page.get_by_role("button", name=re.compile("repl")).first.click()
    await person.page.get_by_label("Thread").get_by_text("In Progress").first.wait_for()
    await person.look("card")


async def test_the_main_job_on_the_page(person, browser, tryout):
    await connect_servicenow(person, browser)
    await connect_microsoft(person)
    await see_the_score(person)
    await search_in_vain(person)
    await share_an_action(person)
    await create_a_ticket(person)
    await follow_the_ticket(person, browser, tryout)
    await post_the_digest(person)
    assert person.complaints == []
