"""Setting ServiceNow up, left and come back to, and moving to another instance, in Slack."""

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour import connecting
from bot.tour.stage import soon
from connector.models import WorkspaceId
from tests.e2e.acts import SECURITY, card_with, create, number_of
from tests.e2e.test_connecting import FORM, open_form, sign_in_page

TEAM = WorkspaceId(accounts.TEAM_ID)
TITLE = "Set up ServiceNow"
FORMER = "contoso.service-now.com"


async def checklist(stage):
    """Open the checklist, read it and leave it."""
    await stage.ada.command("/snow setup", SECURITY)
    text = visible_text(await stage.ada.modal(title=TITLE))
    await stage.ada.close_modal()
    return text


async def test_the_checklist_knows_what_was_done_before_it_was_left(stage):
    home = visible_text(await stage.mia.home())
    assert "⚪ 1. Application registration" in home
    assert "Nobody has signed in yet" in await checklist(stage)

    await open_form(stage)
    assert await stage.ada.submit(FORM) == {}
    await stage.ada.modal(title="Sign in")
    await stage.ada.close_modal()
    begun = await checklist(stage)
    assert f"The client {accounts.SERVICENOW_CLIENT_ID} was entered" in begun
    assert "waits for a browser; its link was not opened yet" in begun


async def test_why_a_sign_in_failed_survives_until_one_succeeds(stage):
    page = await sign_in_page(stage)
    assert "waits for a browser; its link was opened" in await checklist(stage)
    await stage.browser.press(page, "Deny")
    await stage.ada.clear_modals()
    refused = await checklist(stage)
    assert "❌ *3. Authorise*" in refused
    assert "Access was denied on ServiceNow's page" in refused
    assert "choose Allow there" in refused
    assert "Access was denied" in visible_text(await stage.mia.home())

    await open_form(stage)
    await connecting.connect_as_integration_user(stage, switch=True)
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="/snow doctor")
    assert "ServiceNow is set up" in await checklist(stage)
    home = visible_text(await stage.mia.home())
    assert "Application registration" not in home
    assert "Incident management" in home


async def test_the_checklist_leads_to_the_form_and_is_for_admins(stage):
    await stage.mia.command("/snow setup", SECURITY)
    await stage.mia.wait_for_message(SECURITY, text="Only admins", ephemeral=True)
    await stage.ada.home()
    await stage.ada.click_at_home(TITLE)
    await stage.ada.modal(title=TITLE)
    await stage.ada.click_in_modal("Connect ServiceNow")
    await stage.ada.modal(title="Connect ServiceNow")
    assert await stage.ada.submit(FORM) == {}
    await stage.ada.modal(title="Sign in")


async def belongs_to_a_former_instance(stage):
    """Say of every ticket that it was made in another instance."""
    async with stage.tryout.bot.connector.database.transaction(TEAM) as tx:
        for table in ("tickets", "shares"):
            await tx.run(
                f"UPDATE {table} SET instance = :former WHERE workspace = :workspace",  # noqa: S608
                former=FORMER,
            )


@pytest.mark.parametrize(
    ("choice", "on_the_card", "in_the_list"),
    [
        pytest.param("Keep them, as last read", "Of a former instance", True, id="kept"),
        pytest.param("Forget them", "no longer follows this ticket", False, id="forgotten"),
    ],
)
async def test_who_connects_another_instance_says_what_becomes_of_the_tickets(
    connected, choice, on_the_card, in_the_list
):
    stage = connected
    await create(stage.mia, "Left behind")
    number = await number_of(stage.mia, "Left behind")
    await belongs_to_a_former_instance(stage)

    await open_form(stage)
    assert await stage.ada.submit(FORM) == {}
    asked = visible_text(await stage.ada.modal(title="Another instance"))
    assert "1 ticket, 1 of them open" in asked
    assert FORMER in asked
    assert await stage.ada.submit({"What becomes of them?": choice}) == {}
    await stage.ada.modal(title="Sign in")
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    await stage.browser.press(await stage.browser.open(link), "Allow")
    await card_with(stage.mia, "Left behind", on_the_card)

    await stage.mia.command("/snow tickets open", SECURITY)
    await stage.mia.wait_for_message(SECURITY, text="No ticket is open", ephemeral=True)
    await stage.mia.command("/snow tickets all", SECURITY)

    async def listed():
        shown = [visible_text(each) for each in await stage.mia.messages(SECURITY)]
        return next((each for each in shown if "All tickets" in each), None)

    text = await soon(listed, "the list does not come")
    assert (number in text) is in_the_list
    assert (f"former instance {FORMER}" in text) is in_the_list
