"""Somebody chooses another language below their name, as in Slack's preferences."""

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_whoever_chooses_french_reads_french(browser, tryout, pictures):
    page = await browser.new_page()
    person = Person(page, pictures)
    await page.goto(f"{tryout.page}?user=U0MIA")
    async with page.expect_navigation():
        await page.get_by_label("Language").select_option(label="Français (France)")
    await person.type("/snow connect")
    await person.message("Seuls les administrateurs").wait_for()
    assert await page.get_by_label("Language").input_value() == "fr-FR"
    await person.look("language_french")
    assert person.complaints == []
