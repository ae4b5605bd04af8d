"""What people see of a card that may be there twice, a late click and a channel that is lost."""

import pytest

from bot.sandbox import accounts
from bot.tour import connecting, delivering
from bot.tour.stage import raised
from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
async def stage(tryout):
    """ServiceNow is connected, and people are there to act."""
    async with raised(tryout) as stage:
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        yield stage


async def at_the_page(browser, tryout, account, pictures):
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(f"{tryout.page}/?user={account.id}")
    return person


async def test_what_slack_does_to_messages_is_said_where_it_happens(
    stage, tryout, browser, pictures
):
    mia = await at_the_page(browser, tryout, accounts.MIA, pictures)
    await delivering.lose_an_answer(stage)
    await mia.page.get_by_role("link", name="it-ops").click()
    await mia.message("may be here twice").wait_for()
    await mia.look("delivery-twice")
    await delivering.click_too_late(stage)
    await mia.page.locator("a.row[href='#C0GENERAL']").click()
    late = mia.message("nothing was opened")
    await late.wait_for()
    await mia.look("delivery-late")
    await late.get_by_role("button", name="Open form").click()
    await mia.leave(mia.dialog("Create a ticket"))
    await delivering.archive_a_channel(stage)
    ada = await at_the_page(browser, tryout, accounts.ADA, pictures)
    await ada.page.get_by_role("link", name="Snowline").click()
    await ada.message("it is archived").wait_for()
    await ada.look("delivery-archived")
    assert mia.complaints == ada.complaints == []
