"""An admin installs Snowline in the browser, and finds it in that workspace alone."""

import pytest
from playwright.async_api import expect

from bot.sandbox.slack.teams import SOUTH
from bot.tryout import TryoutSettings, staged

pytestmark = pytest.mark.browser


async def test_an_admin_installs_it_and_finds_it_there(browser, pictures):
    settings = TryoutSettings(oauth=True, sync_every=0.5, slack_pace=0)
    async with staged(settings) as tryout:
        page = await browser.new_page()
        await page.goto(f"{tryout.settings.url}/slack/install")
        await page.screenshot(path=pictures / "install.png")
        await page.get_by_role("link", name="Add Snowline to Slack").click()
        await page.get_by_label("Install in").select_option(SOUTH.id)
        await page.screenshot(path=pictures / "install-consent.png")
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("heading", name="Snowline is installed")).to_be_visible()
        await expect(page.get_by_text("It is in Southwind now.")).to_be_visible()
        await page.screenshot(path=pictures / "installed.png")

        await page.goto(tryout.page)
        await page.get_by_role("button", name="You are in Northwind").click()
        await page.screenshot(path=pictures / "workspaces.png")
        await page.get_by_role("menuitemradio", name="Southwind").click()
        await expect(page.get_by_role("heading", name="Southwind")).to_be_visible()
        await page.get_by_role("textbox", name="Message").fill("/snow help")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Actions and tickets")).to_be_visible()
        await page.screenshot(path=pictures / "southwind.png")
        await remove_from_southwind(page, pictures)


async def remove_from_southwind(page, pictures):
    await page.get_by_role("button", name="You are in Southwind").click()
    await page.get_by_role("menuitem", name="Remove Snowline from Southwind").click()
    await expect(page.get_by_text("Snowline was removed from Southwind.")).to_be_visible()
    await page.get_by_role("textbox", name="Message").fill("/snow help")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("app_not_installed").first).to_be_visible()
    await page.screenshot(path=pictures / "removed.png")
