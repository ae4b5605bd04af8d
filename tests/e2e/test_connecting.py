import re

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from bot.sandbox.microsoft import apps
from bot.tour import connecting
from connector.models import TicketKind, WorkspaceId
from connector.store import habits
from tests.e2e.acts import SECURITY, card_with, create, number_of, records

FORM = connecting.SERVICENOW_FORM
REFERENCE = re.compile(r"\(reference ([0-9a-f]{8})\)")


async def open_form(stage):
    await stage.ada.command("/snow connect", SECURITY)
    await stage.ada.modal(title="Connect ServiceNow")


async def sign_in_page(stage, **changes):
    await open_form(stage)
    assert await stage.ada.submit(FORM | changes) == {}
    await stage.ada.modal(title="Sign in")
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    page = await stage.browser.open(link)
    return await stage.browser.press(
        page, "Log in", user_name="snowline.integration", user_password="integration"
    )


async def test_an_instance_that_does_not_exist_is_refused_at_its_field(stage):
    await open_form(stage)
    errors = await stage.ada.submit(FORM | {"Instance name": "no-such-instance"})
    assert "no-such-instance" in errors["Instance name"]
    assert "Check the spelling" in errors["Instance name"]
    assert REFERENCE.search(errors["Instance name"])
    assert await stage.ada.submit(FORM) == {}  # what was typed is still there; nothing is lost


async def test_a_sleeping_instance_says_how_to_wake_it(stage):
    stage.tryout.sandbox.servicenow_server.faults.arm("sleeping")
    await open_form(stage)
    errors = await stage.ada.submit(FORM)
    assert "asleep" in errors["Instance name"]
    assert await stage.ada.submit(FORM) == {}


@pytest.mark.parametrize("fault", ["429", "500", "sleeping", "hang"])
async def test_microsoft_in_trouble_is_said_at_the_form_with_a_reference_that_is_in_the_log(
    stage, caplog, fault
):
    stage.tryout.sandbox.microsoft_server.faults.arm(fault)
    await stage.ada.command("/snow connect microsoft", SECURITY)
    await stage.ada.modal(title="Connect Microsoft 365")
    errors = await stage.ada.submit(connecting.MICROSOFT_FORM)
    (reference,) = REFERENCE.findall(errors["Tenant ID"])
    assert f"reference={reference}" in caplog.text
    assert await stage.ada.submit(connecting.MICROSOFT_FORM) == {}


async def test_an_app_without_admin_consent_is_said_at_the_form_with_its_reference(stage, caplog):
    app = {"Client ID": apps.UNCONSENTED.client_id, "Client secret": apps.UNCONSENTED.secret}
    await stage.ada.command("/snow connect microsoft", SECURITY)
    await stage.ada.modal(title="Connect Microsoft 365")
    errors = await stage.ada.submit(connecting.MICROSOFT_FORM | app)
    (reference,) = REFERENCE.findall(errors["Tenant ID"])
    (line,) = (each for each in caplog.messages if f"reference={reference}" in each)
    assert "403" in line


async def test_a_wrong_client_secret_is_said_on_the_page_and_in_slack(stage):
    page = await sign_in_page(stage, **{"Client secret": "wrong"})
    page = await stage.browser.press(page, "Allow")
    assert "client secret" in page.text.lower()
    assert "`" not in page.text
    (reference,) = re.findall(r"Reference\s+([0-9a-f]{8})", page.text)
    dm = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(dm, text=f"(reference {reference})")


async def test_deny_at_the_consent_page_leaves_nothing_connected(stage):
    page = await sign_in_page(stage)
    page = await stage.browser.press(page, "Deny")
    assert "not connected" in page.text.lower()
    await stage.ada.command("/snow status", SECURITY)
    await stage.ada.wait_for_message(SECURITY, text="not connected", ephemeral=True)


async def test_a_callback_works_once_and_in_the_browser_that_began(stage):
    page = await sign_in_page(stage)
    form = next(form for form in page.forms if "Allow" in form.buttons)
    assert form
    done = await stage.browser.press(page, "Allow")
    again = await stage.browser.open(done.url)
    assert again.status == 400
    assert "snowline.integration" not in again.text


async def test_an_expired_token_is_renewed_unseen(connected):
    await expire_tokens(connected)
    await create(connected.mia, "After expiry")
    await number_of(connected.mia, "After expiry")
    assert len(records(connected, "After expiry")) == 1


async def test_a_dead_sign_in_keeps_the_share_until_somebody_connects_again(connected):
    await kill_sign_in(connected)
    await create(connected.mia, "Waits for sign-in")
    await card_with(connected.mia, "Waits for sign-in", "sign-in")
    dm = await connected.ada.direct_channel()
    await connected.ada.wait_for_message(dm, text="/snow connect")
    await open_form(connected)
    await connecting.connect_as_integration_user(connected, switch=True)
    await number_of(connected.mia, "Waits for sign-in")
    assert len(records(connected, "Waits for sign-in")) == 1


async def test_a_dead_sign_in_is_said_by_forms_lists_status_and_home(connected):
    await kill_sign_in(connected)
    await create(connected.mia, "Finds the sign-in dead")
    dm = await connected.ada.direct_channel()
    told = await connected.ada.wait_for_message(dm, text="sign-in expired")
    (reference,) = set(REFERENCE.findall(visible_text(told)))
    for command, title in (
        ("/snow create", "Create a ticket"),
        ("/snow share", "Share an action"),
    ):
        await connected.mia.command(command, SECURITY)
        form = visible_text(await connected.mia.modal(title=title))
        assert "the ticket waits until an admin has connected it again" in form
        await connected.mia.clear_modals()
    await connected.mia.command("/snow tickets", SECURITY)
    await connected.mia.wait_for_message(SECURITY, text="as of the last time", ephemeral=True)
    await connected.mia.command("/snow status", SECURITY)
    await connected.mia.wait_for_message(SECURITY, text=reference, ephemeral=True)
    assert reference in visible_text(await connected.mia.home())


async def test_connecting_anew_forgets_that_the_instance_kept_chosen_sys_ids(connected):
    connector = connected.tryout.bot.connector

    def proven():
        view = connector.database.view(WorkspaceId(accounts.TEAM_ID))
        return habits.keeps_sys_id(view, accounts.INSTANCE_HOST, TicketKind.INCIDENT)

    await create(connected.mia, "Kept its sys_id")
    await number_of(connected.mia, "Kept its sys_id")
    assert await proven()
    await open_form(connected)
    await connecting.connect_as_integration_user(connected, switch=True)
    assert not await proven()


async def test_disconnecting_keeps_the_tickets_and_forgets_the_secrets(connected):
    await create(connected.mia, "Stays")
    number = await number_of(connected.mia, "Stays")
    connected.cards[number] = {}
    await connecting.disconnect(connected)
    database = connected.tryout.settings.database.read_bytes()
    assert accounts.SERVICENOW_CLIENT_SECRET.encode() not in database
    await connected.mia.command("/snow create", SECURITY)
    await connected.mia.wait_for_message(SECURITY, text="/snow connect", ephemeral=True)


async def expire_tokens(stage):
    url = f"{stage.tryout.sandbox.servicenow.origin}/_sandbox/expire-tokens"
    async with stage.http.post(url) as answer:
        assert answer.status == 200


async def kill_sign_in(stage):
    url = f"{stage.tryout.sandbox.servicenow.origin}/_sandbox/expire-tokens"
    async with stage.http.post(url, json={"refresh": True}) as answer:
        assert answer.status == 200
