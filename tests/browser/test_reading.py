"""Somebody who has scrolled up to read what was said before."""

import aiohttp
import pytest
from playwright.async_api import expect

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser
from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
async def reader(browser, tryout, pictures):
    """Ada, at the top of a channel that is longer than her window."""
    reader = Person(await browser.new_page(), pictures)
    async with aiohttp.ClientSession() as http:
        mia = SlackUser(http, tryout.page, accounts.MIA.id)
        for number in range(40):
            await mia.say(f"Line {number}", accounts.SECURITY.id)
        await reader.page.goto(tryout.page)
        await expect(reader.message("Line 39")).to_be_in_viewport()
        await reader.page.get_by_role("log").press("Home")
        await expect(reader.message("Line 0")).to_be_in_viewport()
        yield reader, mia
    assert reader.complaints == []


async def test_what_one_types_is_answered_before_ones_eyes(reader):
    ada, _ = reader
    await ada.type("/snow help")
    await expect(ada.message("this list")).to_be_in_viewport()


async def test_what_others_say_is_announced_and_one_click_away(reader):
    ada, mia = reader
    await mia.say("Did you see this?", accounts.SECURITY.id)
    news = ada.page.get_by_role("button", name="New messages")
    await news.wait_for()
    await expect(ada.message("Line 0")).to_be_in_viewport()
    await ada.look("reading")
    await news.click()
    await expect(ada.message("Did you see this?")).to_be_in_viewport()
    await expect(news).to_be_hidden()
