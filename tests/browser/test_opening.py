"""What happens while the page is still reading the workspace."""

import asyncio
import contextlib

import pytest
from playwright.async_api import TimeoutError as TooSlowError

from bot.tour.connecting import SERVICENOW_FORM
from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_a_modal_opened_meanwhile_stays_open(browser, tryout, pictures):
    read, go_on = asyncio.Event(), asyncio.Event()

    async def late(route):
        answer = await route.fetch()
        read.set()
        await go_on.wait()
        await route.fulfill(response=answer)

    page = await browser.new_page()
    await page.route("**/_client/view?*", late)
    person = Person(page, pictures)
    await page.goto(tryout.page)
    await read.wait()
    await person.type("/snow connect")
    form = person.dialog("Connect ServiceNow")
    with contextlib.suppress(TooSlowError):  # a page that reads first shows it only afterwards
        await form.wait_for(timeout=1_000)
    go_on.set()
    await person.fill_in(form, SERVICENOW_FORM)
    await form.get_by_role("button", name="Connect").click()
    await person.leave(person.dialog("Sign in"))
    assert person.complaints == []
