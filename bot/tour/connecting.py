"""Steps 1 and 7: connect, see it said, disconnect."""

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.tour.stage import HOME_CHANNEL, Stage, expect

SERVICENOW_FORM = {
    "Instance name": accounts.INSTANCE_NAME,
    "Integration user": accounts.INTEGRATION_USER.user_name,
    "Client ID": accounts.SERVICENOW_CLIENT_ID,
    "Client secret": accounts.SERVICENOW_CLIENT_SECRET,
}
MICROSOFT_FORM = {
    "Tenant ID": accounts.TENANT_ID,
    "Client ID": accounts.MICROSOFT_CLIENT_ID,
    "Client secret": accounts.MICROSOFT_CLIENT_SECRET,
}


async def get_help(stage: Stage) -> str:
    """Type an unknown verb and read the list of verbs."""
    await stage.mia.command("/snow dance", HOME_CHANNEL)
    await stage.mia.wait_for_message(HOME_CHANNEL, text="/snow share", ephemeral=True)
    return "an unknown verb lists the verbs"


async def members_may_not_connect(stage: Stage) -> str:
    """Try to connect as somebody who is no admin."""
    await stage.mia.command("/snow connect", HOME_CHANNEL)
    await stage.mia.wait_for_message(HOME_CHANNEL, text="admin", ephemeral=True)
    return "a member is told to ask an admin"


async def refuse_a_wrong_instance(stage: Stage) -> str:
    """Mistype the instance's name and read why it cannot be."""
    await stage.ada.command("/snow connect", HOME_CHANNEL)
    await stage.ada.modal(title="Connect ServiceNow")
    errors = await stage.ada.submit(SERVICENOW_FORM | {"Instance name": "north wind!"})
    expect("Instance name" in errors, f"the instance name was not refused: {errors}")
    return errors["Instance name"]


async def connect_servicenow(stage: Stage) -> str:
    """Sign in at the instance: first as oneself, which is refused, then as the integration user."""
    refused = await _sign_in(stage, "ada.admin", "ada")
    expect("snowline.integration" in refused, f"a personal account was let in: {refused}")
    await stage.ada.command("/snow connect", HOME_CHANNEL)
    await stage.ada.modal(title="Connect ServiceNow")
    await connect_as_integration_user(stage, switch=True)
    dm = await direct_channel(stage)
    await stage.ada.wait_for_message(dm, text="snowline.integration")
    return f"{accounts.INSTANCE_HOST} as {accounts.INTEGRATION_USER.user_name}"


async def connect_as_integration_user(stage: Stage, *, switch: bool = False) -> None:
    """Fill in the open form, sign in as the right account and read who is connected."""
    said = await _sign_in(stage, "snowline.integration", "integration", switch=switch)
    expect("snowline.integration" in said, f"the callback page says: {said}")


async def _sign_in(stage: Stage, user: str, password: str, *, switch: bool = False) -> str:
    errors = await stage.ada.submit(SERVICENOW_FORM)
    expect(not errors, f"the form was refused: {errors}")
    await stage.ada.modal(title="Sign in")
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    expect(link, "there is no sign-in link")
    page = await stage.browser.open(str(link))
    if switch:
        page = await stage.browser.press(page, "Not you?")
    page = await stage.browser.press(page, "Log in", user_name=user, user_password=password)
    page = await stage.browser.press(page, "Allow")
    await stage.ada.close_modal()
    return page.text


async def connect_microsoft(stage: Stage) -> str:
    """Give a wrong secret, read so at the field, then the right one."""
    await stage.ada.command("/snow connect microsoft", HOME_CHANNEL)
    await stage.ada.modal(title="Connect Microsoft 365")
    errors = await stage.ada.submit(MICROSOFT_FORM | {"Client secret": "wrong"})
    expect("Client secret" in errors, f"a wrong secret was not refused at its field: {errors}")
    errors = await stage.ada.submit(MICROSOFT_FORM)
    expect(not errors, f"the right secret was refused: {errors}")
    await stage.ada.close_modal()
    return f"tenant {accounts.TENANT_ID}"


async def read_status(stage: Stage) -> str:
    """See both connections and as whom."""
    await stage.ada.command("/snow status", HOME_CHANNEL)
    await stage.ada.wait_for_message(HOME_CHANNEL, text=accounts.INSTANCE_HOST, ephemeral=True)
    await stage.ada.wait_for_message(HOME_CHANNEL, text=accounts.TENANT_ID, ephemeral=True)
    return "both connections, since when, as whom"


async def check_the_connection(stage: Stage) -> str:
    """Have the connection checked, when tickets have been made: nothing fails."""
    await stage.mia.command("/snow doctor", HOME_CHANNEL)
    await stage.mia.wait_for_message(HOME_CHANNEL, text="Only admins", ephemeral=True)
    await stage.ada.command("/snow doctor", HOME_CHANNEL)
    await stage.ada.wait_for_message(HOME_CHANNEL, text="Checking", ephemeral=True)
    found = await stage.ada.wait_for_message(HOME_CHANNEL, text="is awake", ephemeral=True)
    shown = visible_text(found)
    expect("failed" not in shown, f"a check failed: {shown}")
    expect("has made tickets" in shown, f"the checks do not know of the tickets: {shown}")
    return shown.partition("\n")[0].strip("* ")


async def find_a_sleeping_instance(stage: Stage) -> str:
    """Let the instance fall asleep, and read how to wake it."""
    stage.tryout.sandbox.servicenow_server.faults.arm("sleeping:50")
    await stage.ada.command("/snow doctor", HOME_CHANNEL)
    found = await stage.ada.wait_for_message(HOME_CHANNEL, text="is asleep", ephemeral=True)
    stage.tryout.sandbox.servicenow_server.faults.armed.clear()
    expect("to wake it" in visible_text(found), f"there is no remedy: {visible_text(found)}")
    return "the instance is asleep, and how to wake it"


async def disconnect(stage: Stage) -> str:
    """Disconnect ServiceNow and see that the tickets stay."""
    await stage.ada.command("/snow disconnect", HOME_CHANNEL)
    asked = await stage.ada.wait_for_message(
        HOME_CHANNEL, text="Disconnect ServiceNow", ephemeral=True
    )
    await stage.ada.click(asked, "Disconnect ServiceNow")
    await stage.ada.wait_for_message(HOME_CHANNEL, text="is disconnected", ephemeral=True)
    await stage.mia.command("/snow tickets all", HOME_CHANNEL)
    for number in stage.cards:
        await stage.mia.wait_for_message(HOME_CHANNEL, text=number, ephemeral=True)
    return "the tickets stay"


async def direct_channel(stage: Stage) -> str:
    """Find Ada's direct messages with the bot."""
    return await stage.ada.direct_channel()
