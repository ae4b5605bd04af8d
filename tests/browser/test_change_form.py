"""The form of a change request on the page: it follows what is chosen and keeps what was typed."""

import re
from datetime import datetime

import pytest
from playwright.async_api import expect

from tests.browser.person import Person
from tests.browser.test_main_job import connect_servicenow

pytestmark = pytest.mark.browser
STARTS, ENDS = "2031-12-01T20:30", "2031-12-01T22:00"


async def describe_a_change(person, form):
    await form.get_by_label("Name").fill("Turn legacy sign-ins off")
    await form.get_by_label("Description").fill("Tell the service desk first.")
    await person.choose(form, "Kind", "Change", "Change request")
    await form.get_by_label("Planned start").wait_for()
    await expect(form.get_by_label("Name")).to_have_value("Turn legacy sign-ins off")
    await expect(form.get_by_label("Description")).to_have_value("Tell the service desk first.")
    await person.choose(form, "Category", "Ident", "Identity")
    await person.choose(form, "Type", "Standard", "Standard, from a template")
    await person.choose(form, "Template", "legacy", "Block legacy sign-ins")
    await form.get_by_label("Planned start").fill(ENDS)
    await form.get_by_label("Planned end").fill(STARTS)
    await person.is_refused(form, "Create ticket", "must be after the planned start")
    await person.look("change-refused")
    await form.get_by_label("Planned start").fill(STARTS)
    await form.get_by_label("Planned end").fill(ENDS)
    await form.get_by_label("Kind").scroll_into_view_if_needed()
    await person.look("change")


async def test_a_standard_change_is_described_on_the_page(browser, tryout, pictures):
    page = await browser.new_page()
    await page.goto(tryout.page)
    person = Person(page, pictures)
    await connect_servicenow(person, browser)
    await person.type("/snow create")
    form = person.dialog("Create a ticket")
    await form.wait_for()
    await describe_a_change(person, form)
    await form.get_by_role("button", name="Create ticket").click()
    await person.leave(person.dialog("On its way"))
    card = person.message("Turn legacy").filter(has_text="Standard change request")
    await card.filter(has_text=re.compile("CHG0")).wait_for()
    await person.look("change-card")
    (row,) = [
        row
        for row in tryout.sandbox.servicenow_server.records("change_request")
        if row["short_description"] == "Turn legacy sign-ins off"
    ]
    planned = datetime.fromisoformat(STARTS).astimezone().timestamp()
    kept = datetime.fromisoformat(f"{row['start_date']}+00:00").timestamp()
    assert (row["type"], kept) == ("standard", planned)
    assert person.complaints == []
