"""What a link is shown as on the page, and the pane beside it."""

import pytest

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised
from tests.browser.person import Person
from tests.e2e.acts import create, number_of, records

pytestmark = pytest.mark.browser
NAME = "Turn on MFA for admins"


@pytest.fixture
async def address(tryout):
    """The address of an incident, as it stands in ServiceNow's address bar."""
    async with raised(tryout) as stage:
        await stage.ada.command("/snow connect", accounts.SECURITY.id)
        await stage.ada.modal(title="Connect ServiceNow")
        await connecting.connect_as_integration_user(stage)
        await create(stage.mia, NAME)
        await number_of(stage.mia, NAME)
        sys_id = records(stage, NAME)[0]["sys_id"]
    return f"{tryout.sandbox.servicenow.origin}/incident.do?sys_id={sys_id}"


async def before(browser, tryout, pictures, who):
    person = Person(await browser.new_page(), pictures)
    await person.page.goto(f"{tryout.page}/?user={who.id}#{accounts.SECURITY.id}")
    await person.message(NAME).wait_for()
    return person


async def test_a_link_becomes_a_card_whose_pane_shows_more_and_takes_a_date(
    browser, tryout, pictures, address
):
    ada = await before(browser, tryout, pictures, accounts.ADA)
    box = ada.page.get_by_role("textbox", name="Message #security")
    await box.fill(f"Who takes this? {address}")
    preview = ada.page.locator(".composer-preview")
    await preview.get_by_text(NAME).wait_for()
    await ada.look("link-written")
    await box.press("Enter")
    card = ada.message("Who takes this?").get_by_role("button", name=f"Open {NAME}")
    await card.get_by_text("3 - Moderate").wait_for()
    await card.click()
    pane = ada.page.get_by_role("complementary", name="Details")
    await pane.get_by_text("Microsoft 365 Security and Configuration").wait_for()
    await ada.look("link-shown")
    await set_date(ada, pane)
    assert ada.complaints == []


async def set_date(ada, pane):
    await pane.get_by_role("button", name="Edit").click()
    await pane.get_by_label("Due date").fill("2020-01-01")
    await pane.get_by_role("button", name="Save").click()
    await pane.get_by_text("This date is in the past").wait_for()
    await pane.get_by_label("Due date").fill("2031-01-31")
    await ada.look("link-edit")
    await pane.get_by_role("button", name="Save").click()
    await pane.get_by_text("Jan 31, 2031").wait_for()
    await pane.get_by_label("Due date").wait_for(state="detached")
    await ada.look("link-saved")


async def test_whom_servicenow_gives_no_role_reads_why_the_pane_stays_closed(
    browser, tryout, pictures, address
):
    mia = await before(browser, tryout, pictures, accounts.MIA)
    await mia.type(f"And this? {address}")
    await mia.message("And this?").get_by_role("button", name=f"Open {NAME}").click()
    pane = mia.page.get_by_role("complementary", name="Details")
    await pane.get_by_text("role that may read it").wait_for()
    await mia.look("link-closed")
    assert mia.complaints == []
