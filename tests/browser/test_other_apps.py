"""What an app of somebody else's does on the sandbox's Slack is seen on the page."""

import pytest
from playwright.async_api import expect

from bot.sandbox.slack import EVERY_SCOPE, SlackSettings
from tests.browser.person import picture
from tests.unit.sandbox.slack_stage import SECURITY, bare

pytestmark = pytest.mark.browser


async def test_reactions_and_uploads_show_below_a_message(browser, pictures):
    async with bare(SlackSettings(scopes=EVERY_SCOPE)) as stage:
        page = await browser.new_page()
        await page.goto(f"{stage.origin}/#{SECURITY}")
        posted = await stage.client.chat_postMessage(channel=SECURITY, text="Who looks at it?")
        for name in ("white_check_mark", "snowline"):
            await stage.client.reactions_add(channel=SECURITY, timestamp=posted["ts"], name=name)
        await stage.client.files_upload_v2(
            channel=SECURITY, content="proof", filename="proof.txt", initial_comment="The proof"
        )
        asked = page.get_by_role("article").filter(has_text="Who looks at it?")
        checked = asked.get_by_role("listitem", name="white_check_mark, 1")
        await expect(checked).to_have_text("✅1")
        await expect(asked.get_by_role("listitem", name="snowline, 1")).to_contain_text(
            ":snowline:"
        )
        proof = page.get_by_role("article").filter(has_text="The proof")
        await expect(proof.get_by_role("list", name="Files")).to_contain_text("proof.txt")
        await picture(page, pictures / "other-apps.png")
