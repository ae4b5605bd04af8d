"""The last step: connect again, without anybody signing in."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.browser import Page
from bot.tour.connecting import SERVICENOW_FORM
from bot.tour.stage import HOME_CHANNEL, Stage, expect

WITHOUT_BROWSER = "Without a browser: client credentials"
CLIENT_FORM = SERVICENOW_FORM | {"How to connect": WITHOUT_BROWSER}
EMPTY = {"Client secret": None}


async def connect_by_client_credentials(stage: Stage) -> str:
    """Give a wrong secret, read what may be wrong, then give the right one on the page."""
    await open_form(stage)
    errors = await stage.ada.submit(CLIENT_FORM | {"Client secret": "wrong"})
    said = errors.get("How to connect", "")
    expect("OAuth Application User" in said, f"the causes are not named: {errors}")
    page = await give_secret(stage, accounts.SERVICENOW_CLIENT_SECRET, "Connect")
    expect("ServiceNow is connected" in page.text, f"the page says: {page.text}")
    await stage.ada.close_modal()
    await stage.ada.command("/snow status", HOME_CHANNEL)
    told = await stage.ada.wait_for_message(
        HOME_CHANNEL, text="by client credentials", ephemeral=True
    )
    expect("sign-in ends" not in visible_text(told), f"an end is told: {visible_text(told)}")
    return "its secret given on a page that works once; nothing ends"


async def open_form(stage: Stage) -> None:
    """Open the form as an admin does."""
    await stage.ada.command("/snow connect", HOME_CHANNEL)
    await stage.ada.modal(title="Connect ServiceNow")


async def secret_page(stage: Stage) -> Page:
    """Send the open form without its secret, and go to the page that asks for it."""
    errors = await stage.ada.submit(EMPTY)
    expect(not errors, f"the form was refused: {errors}")
    await stage.ada.modal(title="Client secret")
    link = await stage.ada.click_in_modal("Give the client secret")
    return await stage.browser.open(str(link))


async def give_secret(stage: Stage, secret: str, button: str) -> Page:
    """Give the secret on that page."""
    page = await secret_page(stage)
    expect("Each ticket sends" in page.text, f"what is exchanged is not said: {page.text}")
    return await stage.browser.press(page, button, client_secret=secret)
