"""Client credentials and the one-time page, through Slack and a browser."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.servicenow.seed import CLIENT_CREDENTIALS
from bot.tour import connecting
from bot.tour.granting import CLIENT_FORM, EMPTY, open_form
from tests.e2e.acts import SECURITY, create, number_of, records

FORM = connecting.SERVICENOW_FORM
SECRET = accounts.SERVICENOW_CLIENT_SECRET
LOG_IN = {"user_name": "snowline.integration", "user_password": "integration"}


async def status(stage):
    await stage.ada.command("/snow status", SECURITY)
    told = await stage.ada.wait_for_message(SECURITY, text="ServiceNow", ephemeral=True)
    return visible_text(told)


async def test_a_secret_in_the_form_connects_at_once_and_tickets_are_made(stage):
    await open_form(stage)
    assert await stage.ada.submit(CLIENT_FORM) == {}
    assert "by client credentials" in visible_text(await stage.ada.modal(title="Connected"))
    await stage.ada.close_modal()
    direct = await stage.ada.direct_channel()
    told = await stage.ada.wait_for_message(direct, text="/snow doctor")
    assert "❌" not in visible_text(told)
    assert "by client credentials" in await status(stage)
    stage.tryout.sandbox.servicenow_server.instance.tokens.expire_all(refresh=True)
    await create(stage.mia, "By client credentials")
    await number_of(stage.mia, "By client credentials")
    assert len(records(stage, "By client credentials")) == 1


async def test_an_instance_that_is_not_set_up_says_so_and_what_was_typed_stays(stage):
    rows = stage.tryout.sandbox.servicenow_server.instance.records
    row = rows.first("sys_properties", "name", CLIENT_CREDENTIALS)
    rows.remove("sys_properties", row)
    await open_form(stage)
    errors = await stage.ada.submit(CLIENT_FORM)
    assert CLIENT_CREDENTIALS in errors["How to connect"]
    assert "(reference " in errors["How to connect"]
    rows.add("sys_properties", row)
    assert await stage.ada.submit() == {}
    await stage.ada.modal(title="Connected")


async def test_the_one_time_page_leads_to_the_sign_in_and_a_sign_in_that_lasts(stage):
    await open_form(stage)
    assert await stage.ada.submit(FORM | EMPTY) == {}
    link = await stage.ada.click_in_modal("Give the client secret")
    page = await stage.browser.open(link)
    page = await stage.browser.press(page, "Keep it and sign in", client_secret=SECRET)
    page = await stage.browser.press(page, "Go on to ServiceNow")
    page = await stage.browser.press(page, "Log in", **LOG_IN)
    page = await stage.browser.press(page, "Allow")
    assert "ServiceNow is connected" in page.text
    told = await status(stage)
    assert "signed in in the browser" in told
    assert "and nothing is lost" in told  # it lasts: the instance took the secret
    again = await stage.browser.open(link)
    assert again.status == 404
    assert "no longer works" in again.text


async def test_a_client_without_a_secret_is_told_what_that_means(stage):
    await open_form(stage)
    await stage.ada.submit(FORM | {"Client ID": accounts.SERVICENOW_PUBLIC_CLIENT_ID} | EMPTY)
    link = await stage.ada.click_in_modal("Give the client secret")
    page = await stage.browser.open(link)
    assert "the connection ends with its access token" in page.text
    page = await stage.browser.press(page, "This client has no secret")
    page = await stage.browser.press(page, "Go on to ServiceNow")
    page = await stage.browser.press(page, "Log in", **LOG_IN)
    page = await stage.browser.press(page, "Allow")
    assert "ServiceNow is connected" in page.text
    assert "The sign-in ends" in await status(stage)


async def test_a_wrong_secret_on_the_page_is_said_there_and_in_slack(stage):
    await open_form(stage)
    await stage.ada.submit(CLIENT_FORM | EMPTY)
    link = await stage.ada.click_in_modal("Give the client secret")
    page = await stage.browser.open(link)
    page = await stage.browser.press(page, "Connect", client_secret="wrong")
    assert "not connected" in page.text
    assert "OAuth Application User" in page.text
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="OAuth Application User")
    assert "is not connected" in await status(stage)
