"""The ServiceNow settings on the page, by clicking and typing."""

import pytest

from tests.browser.person import Person
from tests.browser.test_main_job import connect_servicenow

pytestmark = pytest.mark.browser
SETTINGS, RULE, STATES = "ServiceNow settings", "Incident: a rule", "Incident states"


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, with ServiceNow connected."""
    page = await browser.new_page()
    await page.goto(tryout.page)
    person = Person(page, pictures)
    await connect_servicenow(person, browser)
    await person.type("/snow settings")
    await person.dialog(SETTINGS).wait_for()
    return person


async def press(person, dialog, name):
    await person.dialog(dialog).get_by_role("button", name=name).first.click()


async def choose_column(person, words, label):
    await press(person, SETTINGS, "Add a rule")
    await person.choose(person.dialog(RULE), "Column", words, label)


async def send_the_link(person):
    await choose_column(person, "improvement", "Improvement action")
    form = person.dialog(RULE)
    await form.get_by_text("Fill it with").first.wait_for()
    await person.choose(form, "Fill it with", "Link", "Link to the action")
    await person.look("settings-rule")
    await press(person, RULE, "Save")
    await person.dialog(SETTINGS).get_by_text("filled from: Link to the action").wait_for()


async def send_a_team_that_there_is_not(person):
    await choose_column(person, "risk team", "Risk team")
    form = person.dialog(RULE)
    await form.get_by_label("Fixed value").wait_for()
    await person.is_refused(form, "Save", "Enter the value that every ticket gets.")
    await form.get_by_label("Fixed value").fill("green")
    await press(person, RULE, "Save")
    await person.dialog(SETTINGS).get_by_text("always “green”").wait_for()


async def choose_groups(person):
    await choose_column(person, "assignment gr", "Assignment group")
    form = person.dialog(RULE)
    await form.get_by_text("Group for Identity").first.wait_for()
    await person.choose(form, "Group for Identity", "secur", "Security Operations")
    await person.look("settings-groups")
    await press(person, RULE, "Save")
    await person.dialog(SETTINGS).get_by_text("Identity: Security Operations").wait_for()
    await person.look("settings")


async def try_it(person):
    await press(person, SETTINGS, "Make a test record")
    await person.dialog("Test record").get_by_text("is cancelled").wait_for()
    await person.look("settings-test-record")
    await person.leave(person.dialog("Test record"))


async def name_a_state(person):
    await press(person, SETTINGS, "States")
    form = person.dialog(STATES)
    await form.get_by_label("New (1): name in Slack").fill("To do")
    await person.look("settings-states")
    await press(person, STATES, "Save")
    await person.dialog(SETTINGS).get_by_text("New is shown as To do").wait_for()


async def test_an_admin_fills_further_fields_tries_them_and_names_a_state(person):
    await send_the_link(person)
    await send_a_team_that_there_is_not(person)
    await choose_groups(person)
    await try_it(person)
    await name_a_state(person)
    assert person.complaints == []
