"""What was sent before comes again, and people lose their rights while a browser is away."""

import asyncio
import re

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError
from bot.sandbox.microsoft import apps
from bot.tour import connecting
from connector.errors import Provider
from connector.models import WorkspaceId
from connector.store import connections
from tests.e2e.acts import SECURITY
from tests.e2e.relay import OVER_HTTP, relayed
from tests.e2e.test_connecting import open_form, sign_in_page

TEAM = WorkspaceId(accounts.TEAM_ID)


async def deliver_again(stage, times=1):
    url = f"{stage.tryout.page}/_client/redeliver"
    async with stage.http.post(url, json={"times": times}) as answer:
        assert answer.status == 200


async def providers(stage):
    known = await stage.tryout.bot.connector.services.connections.all(TEAM)
    return [each.provider for each in known]


async def waiting_sign_ins(stage):
    view = stage.tryout.bot.connector.database.view(TEAM)
    return await view.run("SELECT * FROM sign_ins WHERE workspace = :workspace")


async def test_a_microsoft_form_that_comes_again_does_not_connect_again(stage):
    await connecting.connect_microsoft(stage)
    await deliver_again(stage)
    assert await providers(stage) == [Provider.MICROSOFT]
    async with stage.tryout.bot.connector.database.transaction(TEAM) as tx:
        await connections.remove(tx, Provider.MICROSOFT)
    await deliver_again(stage)
    assert await providers(stage) == []
    await connecting.connect_microsoft(stage)
    assert await providers(stage) == [Provider.MICROSOFT]


async def test_a_servicenow_form_that_comes_again_makes_no_second_sign_in(stage):
    await open_form(stage)
    assert await stage.ada.submit(connecting.SERVICENOW_FORM) == {}
    await deliver_again(stage)
    assert len(await waiting_sign_ins(stage)) == 1
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    page = await stage.browser.open(link)
    page = await stage.browser.press(
        page, "Log in", user_name="snowline.integration", user_password="integration"
    )
    page = await stage.browser.press(page, "Allow")
    assert "ServiceNow is connected" in page.text
    # The form, and the click on the link that followed it.
    await deliver_again(stage, times=2)
    assert await waiting_sign_ins(stage) == []


READER = {"Client ID": apps.READER.client_id, "Client secret": apps.READER.secret}


@OVER_HTTP
async def test_a_microsoft_form_mended_after_a_lost_answer_is_no_repeat(stage):
    await stage.ada.command("/snow connect microsoft", SECURITY)
    await stage.ada.modal(title="Connect Microsoft 365")
    async with relayed(stage) as relay:
        relay.lose = 1
        with pytest.raises(DriverError):
            await stage.ada.submit(connecting.MICROSOFT_FORM)
        assert await stage.ada.submit(READER) == {}
    (connection,) = await stage.tryout.bot.connector.services.connections.all(TEAM)
    assert connection.identity == apps.READER.client_id


@OVER_HTTP
async def test_a_servicenow_form_mended_after_a_lost_answer_is_no_repeat(stage):
    await open_form(stage)
    async with relayed(stage) as relay:
        relay.lose = 1
        with pytest.raises(DriverError):
            await stage.ada.submit(connecting.SERVICENOW_FORM | {"Client ID": "mistyped"})
        assert await stage.ada.submit({"Client ID": accounts.SERVICENOW_CLIENT_ID}) == {}
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    async with stage.http.get(link, allow_redirects=False) as answer:
        assert f"client_id={accounts.SERVICENOW_CLIENT_ID}" in answer.headers["Location"]


@pytest.mark.parametrize("flags", [{"is_admin": False}, {"deleted": True}], ids=str)
async def test_somebody_who_is_no_admin_any_more_connects_nothing(stage, flags):
    page = await sign_in_page(stage)
    stage.tryout.sandbox.slack_server.workspace.people.mark(accounts.ADA.id, **flags)
    page = await stage.browser.press(page, "Allow")
    assert page.status == 400
    assert "Only admins and owners" in page.text
    assert await providers(stage) == []


async def test_without_slacks_word_nothing_is_connected(stage):
    page = await sign_in_page(stage)
    stage.tryout.sandbox.slack_server.faults.arm("503")
    page = await stage.browser.press(page, "Allow")
    assert page.status == 400
    assert "Slack cannot be reached" in page.text
    assert "try again" in page.text
    assert await providers(stage) == []


async def test_a_cookie_that_is_no_text_is_another_browser(stage):
    await open_form(stage)
    assert await stage.ada.submit(connecting.SERVICENOW_FORM) == {}
    link = await stage.ada.click_in_modal("Sign in at ServiceNow")
    async with stage.http.get(link, allow_redirects=False) as answer:
        (state,) = re.findall(r"[?&]state=([^&]+)", answer.headers["Location"])
    path = f"/oauth/servicenow/callback?state={state}&code=c0de"
    status, page = await raw_get(stage.tryout.bot.port, path, b"snowline_sign_in=\xff\xfe")
    assert status == 400
    assert "This sign-in is no longer valid" in page


async def raw_get(port, path, cookie):
    """Send a cookie that no client library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: "
    writer.write(head.encode() + cookie + b"\r\n\r\n")
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer
