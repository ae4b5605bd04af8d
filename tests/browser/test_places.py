"""Where one may write, and what a small window shows."""

import re

import aiohttp
import pytest
from playwright.async_api import expect

from bot.sandbox import accounts
from tests.browser.person import Person

pytestmark = pytest.mark.browser
CLOSED = "Sending messages to this app has been turned off."
GAP = """link => {
    const words = document.createRange();
    words.selectNodeContents(link.querySelector("span"));
    return link.querySelector("svg").getBoundingClientRect().left
        - Math.max(...[...words.getClientRects()].map(line => line.right));
}"""


@pytest.fixture
async def person(browser, tryout, pictures):
    """Ada, an admin, who has just opened the page."""
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(tryout.page)
    yield person
    assert person.complaints == []


async def test_nobody_writes_to_the_app_and_first_steps_lead_to_a_channel(person):
    box = person.page.get_by_role("textbox", name=re.compile("^Message"))
    app = person.page.get_by_role("link", name="Snowline")
    closed = person.page.get_by_role("main").get_by_text(CLOSED)
    await app.click()
    await closed.wait_for()
    await expect(box).to_be_hidden()
    await person.look("read-only")
    await person.page.get_by_role("button", name="/snow connect", exact=True).click()
    await expect(box).to_have_value("/snow connect")
    await app.click()
    await closed.wait_for()
    await person.page.go_back()
    await expect(box).to_have_value("/snow connect")


async def test_nobody_answers_the_app_in_a_thread(person, tryout):
    async with aiohttp.ClientSession() as http:
        told = {"channel": accounts.ADA.id, "text": "For you alone"}
        bot = {"Authorization": f"Bearer {accounts.BOT_TOKEN}"}
        await http.post(f"{tryout.page}/api/chat.postMessage", json=told, headers=bot)
    await person.page.get_by_role("link", name="Snowline").click()
    await person.message("For you alone").hover()
    await person.page.get_by_role("button", name="Reply in thread").click()
    thread = person.page.get_by_label("Thread", exact=True)
    await thread.get_by_text(CLOSED).wait_for()
    await expect(thread.get_by_role("textbox")).to_be_hidden()
    await person.page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_the_way_to_servicenow_keeps_clear_of_its_icon_in_a_small_window(person):
    await person.page.set_viewport_size({"width": 780, "height": 490})
    link = person.page.get_by_role("link", name="Open ServiceNow")
    assert await link.evaluate(GAP) >= 6
    await person.look("small")
