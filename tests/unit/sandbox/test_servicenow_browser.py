"""The pages in a real browser: they look after themselves and say nothing on the console."""

import pytest
from playwright.async_api import async_playwright, expect

from tests.unit.sandbox.servicenow_desk import desk_at

pytestmark = pytest.mark.browser
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
async def desk():
    async with desk_at() as desk:
        yield desk


@pytest.fixture
async def page(chromium):
    # The pages look for news every three seconds, and a busy machine takes its time.
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = await browser.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        await browser.close()
        assert [words for words in said if "403 (Forbidden)" not in words] == []


async def test_the_list_shows_a_new_ticket_by_itself(desk, page):
    await page.goto(desk.origin)
    row = await desk.create(short_description="<b>Just</b> made")
    await expect(page.get_by_text(row["number"])).to_be_visible()
    await expect(page.get_by_text("<b>Just</b> made")).to_be_visible()


async def test_a_person_resolves_a_ticket_while_the_bot_writes_notes(desk, page):
    row = await desk.create(short_description="Resolve me")
    await page.goto(f"{desk.origin}/nav_to.do?uri=incident.do%3Fsys_id%3D{row['sys_id']}")
    notes = page.get_by_label("Close notes")
    await expect(notes).to_be_hidden()
    await page.get_by_label("State").select_option(label="Resolved")
    await notes.fill("Half typed")
    await desk.change(row, work_notes="From the bot")
    await expect(page.get_by_text("From the bot")).to_be_visible()
    assert await notes.input_value() == "Half typed"
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_role("alert")).to_contain_text("mandatory: Resolution code")
    await desk.change(row, work_notes="Once more")
    await expect(page.get_by_text("Once more")).to_be_visible()
    assert await notes.input_value() == "Half typed"
    await page.get_by_label("Resolution code").select_option("Solution provided")
    await page.get_by_role("button", name="Update").click()
    await expect(page.get_by_role("status")).to_have_text("Record updated.")
    read = await desk.read(row)
    assert (read["state"], read["close_notes"]) == ("6", "Half typed")
    await desk.change(row, user="beth.anglin", urgency="1")
    await expect(page.get_by_text("3 - Moderate", exact=True)).to_be_visible()
