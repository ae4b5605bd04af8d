"""Who may do what, on the page: set, refused, asked for, allowed; and defaults of new tickets."""

import pytest

from bot.sandbox import accounts
from tests.browser.person import Person
from tests.browser.test_main_job import connect_servicenow

pytestmark = pytest.mark.browser
SETTINGS, FORM, DEFAULTS = "ServiceNow settings", "Who may do what", "Defaults of new tickets"


async def somebody(browser, tryout, pictures, account):
    page = await browser.new_page()
    await page.goto(f"{tryout.page}/?user={account.id}")
    return Person(page, pictures)


async def press(person, dialog, name):
    await person.dialog(dialog).get_by_role("button", name=name).first.click()


async def close_sharing(ada):
    await ada.type("/snow settings")
    await press(ada, SETTINGS, "Who may do what")
    form = ada.dialog(FORM)
    who = form.get_by_role("radiogroup", name="Who may share actions and create tickets?")
    await who.get_by_label("Admins, and whom you choose below").check()
    await ada.choose(form, "People who may make tickets", "Ned", "Ned Newcomer")
    await ada.choose(form, "User groups who may make tickets", "help", "Help desk")
    await form.get_by_text("Help desk").first.wait_for()
    await ada.look("rights-form")
    await ada.choose(form, "People who answer requests", "Ada", "Ada Admin")
    await press(ada, FORM, "Save")
    await ada.dialog(SETTINGS).get_by_text("Last changed by").wait_for()
    await ada.look("rights-settings")


async def set_defaults(ada):
    await press(ada, SETTINGS, "Change defaults")
    form = ada.dialog(DEFAULTS)
    await ada.choose(form, "Priority", "High", "2 - High")
    await form.get_by_label("A number of days for each priority").check()
    await ada.choose(form, "Channel for Identity", "gene", "#general")
    await ada.look("rights-defaults")
    await press(ada, DEFAULTS, "Save")
    await ada.dialog(SETTINGS).get_by_text("Identity: #general").wait_for()
    await ada.look("rights-settings-defaults")
    await ada.leave(ada.dialog(SETTINGS))


async def ask_for_it(mia):
    await mia.type("/snow create")
    await mia.message("may make tickets").wait_for()
    await mia.look("rights-refused")
    await mia.page.get_by_role("button", name="Request access").click()
    await mia.message("is asked whether").wait_for()
    await mia.look("rights-asked")


async def allow_it(ada):
    await ada.page.get_by_role("link", name="Snowline").click()
    await ada.message("asks to share").wait_for()
    await ada.look("rights-request")
    await ada.page.get_by_role("button", name="Allow").click()
    await ada.message("has allowed it").wait_for()
    await ada.look("rights-allowed")


async def open_the_form(mia):
    await mia.type("/snow create")
    form = mia.dialog("Create a ticket")
    await form.get_by_label("Card goes to").scroll_into_view_if_needed()
    await mia.look("rights-create-form")


async def test_an_admin_closes_sharing_a_member_asks_and_is_let_in(browser, tryout, pictures):
    ada = await somebody(browser, tryout, pictures, accounts.ADA)
    await connect_servicenow(ada, browser)
    await close_sharing(ada)
    await set_defaults(ada)
    mia = await somebody(browser, tryout, pictures, accounts.MIA)
    await ask_for_it(mia)
    await allow_it(ada)
    await open_the_form(mia)
    gus = await somebody(browser, tryout, pictures, accounts.GUS)
    await gus.type("/snow tickets")
    await gus.message("full members").wait_for()
    await gus.look("rights-guest")
    assert [*ada.complaints, *mia.complaints, *gus.complaints] == []
