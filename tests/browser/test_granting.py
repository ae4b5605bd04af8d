"""The form with both grants and the one-time page, in a real browser."""

import pytest

from bot.sandbox import accounts
from bot.tour.connecting import SERVICENOW_FORM
from tests.browser.person import Person

pytestmark = pytest.mark.browser

FORM = {label: value for label, value in SERVICENOW_FORM.items() if label != "Client secret"}
GRANT = {"code": "Sign in in the browser", "client": "Without a browser"}


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, who has just opened the page."""
    page = await browser.new_page()
    await page.goto(tryout.page)
    return Person(page, pictures)


async def secret_page(person, browser, grant):
    """Send the form without a secret, and open the page that asks for it."""
    await person.type("/snow connect")
    form = person.dialog("Connect ServiceNow")
    await form.wait_for()
    await form.get_by_role("radio", name=GRANT[grant]).check()
    await person.fill_in(form, FORM)
    await person.look(f"connect-{grant}")
    await form.get_by_role("button", name="Connect").click()
    asks = person.dialog("Client secret")
    await asks.wait_for()
    await person.look(f"asks-for-secret-{grant}")
    async with browser.expect_page() as opened:
        await asks.get_by_text("Give the client secret", exact=True).click()
    tab = await opened.value
    await tab.get_by_label("Client secret").fill(accounts.SERVICENOW_CLIENT_SECRET)
    await person.look(f"secret-page-{grant}", tab)
    return tab


async def test_the_page_leads_a_browser_to_the_sign_in_though_its_form_may_go_nowhere_else(
    person, browser
):
    tab = await secret_page(person, browser, "code")
    await tab.get_by_role("button", name="Keep it and sign in").click()
    await tab.get_by_label("User name").fill(accounts.INTEGRATION_USER.user_name)
    await tab.get_by_label("Password").fill(accounts.INTEGRATION_USER.password)
    await tab.get_by_role("button", name="Log in").click()
    await tab.get_by_role("button", name="Allow").click()
    await tab.get_by_role("heading", name="ServiceNow is connected").wait_for()


async def test_the_page_connects_with_client_credentials(person, browser):
    tab = await secret_page(person, browser, "client")
    await tab.get_by_role("button", name="Connect").click()
    await tab.get_by_role("heading", name="ServiceNow is connected").wait_for()
    await person.look("connected-client", tab)
