import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.sandbox import accounts
from connector.announcer import NoticeKind
from connector.errors import (
    ConnectorError,
    InvalidInputError,
    NotFoundError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
)
from connector.models import ConnectionState, TicketDraft
from connector.services.forms import Callback, MicrosoftForm, ServiceNowForm
from connector.vault import VaultError, new_key
from connector.wiring import build
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, Chat, until
from tests.unit.connector.stage import FORM, MICROSOFT_FORM, Stage, come_back, far_end, sign_in


async def test_an_admin_connects_an_instance_and_is_told(stage: Stage) -> None:
    end = await sign_in(stage.connector)
    assert end.ok
    (connection,) = await stage.connector.services.connections.all(ACME)
    assert connection.remote == accounts.INSTANCE_HOST
    assert connection.identity == accounts.INTEGRATION_USER.user_name
    assert connection.state is ConnectionState.CONNECTED
    assert connection.connected_by == ADA
    await until(lambda: len(stage.chat.notices) == 1)
    workspace, user, notice = stage.chat.notices[0]
    assert (workspace, user, notice.kind) == (ACME, ADA, NoticeKind.CONNECTED)
    assert notice.connection is not None
    assert await stage.connector.services.connections.all(GLOBEX) == ()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        pytest.param(replace(FORM, instance="bad name!"), "instance", id="no host name"),
        pytest.param(replace(FORM, instance="a.evil.example"), "instance", id="foreign suffix"),
        pytest.param(replace(FORM, integration_user="  "), "integration_user", id="no user"),
        pytest.param(replace(FORM, client_id=""), "client_id", id="no client id"),
    ],
)
async def test_a_form_that_cannot_work_is_refused_at_its_field(
    stage: Stage, form: ServiceNowForm, field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await stage.connector.services.connections.begin_servicenow(ACME, ADA, form, "sent-1")
    assert caught.value.field == field


async def test_an_instance_that_is_asleep_is_said_to_be(stage: Stage) -> None:
    stage.end.servicenow.faults.arm("sleeping")
    with pytest.raises(ProviderUnavailableError) as caught:
        await stage.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    assert "asleep" in caught.value.user_message


async def test_a_client_without_a_secret_is_connected_until_its_token_ends(stage: Stage) -> None:
    form = replace(
        FORM, client_id=accounts.SERVICENOW_PUBLIC_CLIENT_ID, client_secret=SecretStr("")
    )
    begun = await stage.connector.services.connections.begin_servicenow(ACME, ADA, form, "sent-1")
    assert begun.asks_secret
    assert begun.expires_in_minutes == 10
    assert (await sign_in(stage.connector, form=form)).ok
    (connection,) = await stage.connector.services.connections.all(ACME)
    assert connection.signs_out_at is not None
    assert connection.signs_out_at - connection.connected_at < timedelta(minutes=30)
    assert not connection.sign_out_assumed


async def test_the_wrong_account_is_refused_its_token_revoked_and_the_way_out_told(
    stage: Stage,
) -> None:
    ada = accounts.SERVICENOW_ACCOUNTS[2]
    end = await sign_in(stage.connector, account=ada)
    assert not end.ok
    told = " ".join(end.sentences)
    assert "ada.admin" in told
    assert "snowline.integration" in told
    assert "Not you?" in told
    assert "private window" in told
    assert told.index("Run `/snow connect` in Slack again") < told.index("Not you?")
    assert not stage.end.live_tokens
    assert await stage.connector.services.connections.all(ACME) == ()
    await until(lambda: len(stage.chat.notices) == 1)
    assert stage.chat.notices[0][2].kind is NoticeKind.CONNECT_REFUSED


@pytest.mark.parametrize(
    ("way", "cause", "told"),
    [
        pytest.param("deny", "denied", "begin again, and choose Allow", id="Deny"),
        pytest.param("broken off", "without a code", "try again", id="broken off"),
        pytest.param("another account", "instead of", "Not you?", id="another account"),
        pytest.param("wrong secret", "not exchanged", "client secret", id="wrong secret"),
        pytest.param("whoami refused", "cannot be read", "try again", id="whoami refused"),
        pytest.param("foreign", "another browser", "another browser", id="foreign link"),
    ],
)
async def test_a_failed_sign_in_has_one_reference_on_the_page_in_the_notice_and_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture, way: str, cause: str, told: str
) -> None:
    callback = await come_back_by(stage, way)
    end = await stage.connector.services.connections.finish_sign_in(callback)
    assert not end.ok
    assert told in " ".join(end.sentences)
    assert re.fullmatch("[0-9a-f]{8}", end.reference)
    (line,) = (each for each in caplog.messages if f"reference={end.reference}" in each)
    assert cause in line
    await until(lambda: len(stage.chat.notices) == 1)
    notice = stage.chat.notices[0][2]
    assert notice.kind is NoticeKind.CONNECT_REFUSED
    assert f"(reference {end.reference})" in notice.text


async def come_back_by(stage: Stage, way: str) -> Callback:
    """Bring back from the browser what the named mishap leaves."""
    match way:
        case "deny":
            return await come_back(stage.connector, decision="deny")
        case "another account":
            return await come_back(stage.connector, account=accounts.SERVICENOW_ACCOUNTS[2])
        case "wrong secret":
            form = replace(FORM, client_secret=SecretStr("wrong"))
            return await come_back(stage.connector, form=form)
    callback = await come_back(stage.connector)
    match way:
        case "broken off":
            return replace(callback, code="", error="<anything>")
        case "foreign":
            return replace(callback, browser="another")

    async def fail(when: str) -> None:
        if when == "before GET":
            stage.end.servicenow.faults.arm("503")

    stage.end.boundary = fail
    return callback


async def test_a_link_that_was_used_is_refused_with_a_reference(
    connected: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    callback = await come_back(connected.connector)
    finish = connected.connector.services.connections.finish_sign_in
    assert (await finish(callback)).ok
    end = await finish(callback)
    assert not end.ok
    assert f"reference={end.reference}" in caplog.text


async def test_the_host_that_answers_is_named_as_it_is_called(stage: Stage) -> None:
    form = replace(FORM, instance=accounts.INSTANCE_NAME.upper())
    begun = await stage.connector.services.connections.begin_servicenow(ACME, ADA, form, "sent-1")
    assert begun.host == accounts.INSTANCE_HOST


async def test_names_of_accounts_are_compared_as_servicenow_does(stage: Stage) -> None:
    form = replace(FORM, integration_user="Snowline.INTEGRATION")
    assert (await sign_in(stage.connector, form=form)).ok


async def test_declining_is_no_connection(stage: Stage) -> None:
    end = await sign_in(stage.connector, decision="deny")
    assert not end.ok
    assert await stage.connector.services.connections.all(ACME) == ()


async def test_a_wrong_client_secret_is_told_and_changes_nothing(connected: Stage) -> None:
    (before,) = await connected.connector.services.connections.all(ACME)
    end = await sign_in(connected.connector, form=replace(FORM, client_secret=SecretStr("wrong")))
    assert not end.ok
    assert "client secret" in " ".join(end.sentences)
    (after,) = await connected.connector.services.connections.all(ACME)
    assert after.connected_at == before.connected_at


async def test_a_callback_works_once_in_its_own_browser_and_in_time(stage: Stage) -> None:
    finish = stage.connector.services.connections.finish_sign_in
    for callback in (
        Callback(),
        replace(await come_back(stage.connector), browser="another"),
        replace(await come_back(stage.connector), state="forged"),
    ):
        end = await finish(callback)
        assert (end.ok, end.title) == (False, "This sign-in is no longer valid")
        told = " ".join(end.sentences)
        assert "If you have just connected, all is well: `/snow status` in Slack shows it." in told
        assert "Nothing was changed" not in told
    late = await come_back(stage.connector)
    stage.clock.jump(601)
    assert not (await finish(late)).ok
    good = await come_back(stage.connector)
    ends = await asyncio.gather(*(finish(good) for _ in range(4)))
    assert sorted(end.ok for end in ends) == [False, False, False, True]
    assert not any("/oauth_token.do" in each for each in stage.end.requests[:1])


async def test_an_unknown_or_expired_link_starts_nothing(stage: Stage) -> None:
    connections = stage.connector.services.connections
    assert await connections.start_sign_in("unknown") is None
    begun = await connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    stage.clock.jump(601)
    assert await connections.start_sign_in(begun.url.rsplit("/", 1)[1]) is None


async def test_the_last_form_is_remembered_without_its_secret(stage: Stage) -> None:
    connections = stage.connector.services.connections
    assert await connections.last_servicenow_form(ACME) is None
    await connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    form = await connections.last_servicenow_form(ACME)
    assert form is not None
    assert (form.instance, form.integration_user) == (
        accounts.INSTANCE_HOST,
        accounts.INTEGRATION_USER.user_name,
    )
    assert form.client_secret.get_secret_value() == ""
    assert await connections.last_servicenow_form(GLOBEX) is None


async def test_disconnecting_revokes_erases_and_keeps_what_was_made(
    connected: Stage, draft: TicketDraft
) -> None:
    services = connected.connector.services
    share = await services.shares.request(ACME, draft, CHANNEL, "view-1")
    await connected.until_done(share.id)
    await connected.disconnect(Provider.SERVICENOW)
    assert await services.connections.all(ACME) == ()
    assert not connected.end.live_tokens
    assert connected.end.tickets()


async def test_a_token_whose_time_is_up_is_renewed_before_it_is_used(tmp_path: Path) -> None:
    async with far_end(token_seconds=100) as end:
        stage = Stage.of(end, tmp_path / "snowline.db")
        await stage.connector.start()
        assert (await stage.connect()).ok
        await until(lambda: bool(stage.chat.notices))
        end.requests.clear()
        stage.clock.jump(80)
        desk = await stage.connector.services.following.desks.servicenow(ACME)
        await desk.ask(lambda client: client.whoami())
        assert [each.split()[1] for each in end.requests][:1] == ["/oauth_token.do"]
        await stage.connector.stop()


async def test_a_renewal_goes_on_when_its_caller_is_cancelled(connected: Stage) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    desk = await connected.connector.services.following.desks.servicenow(ACME)
    connected.end.requests.clear()
    task = asyncio.create_task(desk.ask(lambda client: client.whoami()))
    async with asyncio.timeout(10):
        while "POST /oauth_token.do" not in connected.end.requests:
            # Any longer, and the renewal may be over.
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    await connected.connector.access.close()
    again = await connected.connector.services.following.desks.servicenow(ACME)
    assert await again.ask(lambda client: client.whoami())
    assert connected.end.requests.count("POST /oauth_token.do") == 1


@pytest.mark.parametrize("fault", ["500", "503", "429", "sleeping", "hang"])
async def test_a_token_endpoint_in_trouble_signs_nobody_out(connected: Stage, fault: str) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    desk = await connected.connector.services.following.desks.servicenow(ACME)
    row = desk.row
    connected.end.servicenow.faults.arm(fault)
    with pytest.raises(ProviderUnavailableError):
        await connected.connector.access.renewed(row, connected.connector.access.opened(row).access)
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.state is ConnectionState.CONNECTED
    assert await desk.ask(lambda client: client.whoami())


async def test_a_dead_sign_in_expires_the_connection_and_tells_its_admin_once(
    connected: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    connected.end.servicenow.instance.tokens.expire_all(refresh=True)
    desk = await connected.connector.services.following.desks.servicenow(ACME)
    asked = [desk.ask(lambda client: client.whoami()) for _ in range(10)]
    errors = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(error, SignInExpiredError) for error in errors)
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.state is ConnectionState.EXPIRED
    assert "/snow connect" in connection.problem
    await until(lambda: len(connected.chat.notices) == 2)
    await asyncio.sleep(0.1)
    kinds = [notice.kind for _, _, notice in connected.chat.notices]
    assert sorted(kinds) == sorted([NoticeKind.CONNECTED, NoticeKind.SIGN_IN_EXPIRED])
    told = connected.chat.notices[-1][2].text
    (reference,) = re.findall(r"\(reference ([0-9a-f]{8})\)", told)
    (line,) = (each for each in caplog.messages if f"reference={reference}" in each)
    assert accounts.INSTANCE_HOST in line
    assert reference in connection.problem


async def test_microsoft_is_connected_with_its_score(stage: Stage) -> None:
    connection = await stage.connect_microsoft()
    assert (connection.provider, connection.remote) == (Provider.MICROSOFT, accounts.TENANT_ID)
    assert await stage.connector.services.actions.known(ACME) is not None


@pytest.mark.parametrize(
    ("form", "field"),
    [
        pytest.param(
            MicrosoftForm(tenant="not a tenant", client_id="x", client_secret=SecretStr("x")),
            "tenant",
            id="no tenant",
        ),
        pytest.param(replace(MICROSOFT_FORM, client_id=""), "client_id", id="no client id"),
        pytest.param(
            replace(MICROSOFT_FORM, client_secret=SecretStr("")), "client_secret", id="no secret"
        ),
        pytest.param(
            replace(MICROSOFT_FORM, client_secret=SecretStr("wrong")),
            "client_secret",
            id="wrong secret",
        ),
        pytest.param(
            replace(MICROSOFT_FORM, tenant="00000000-0000-4000-8000-000000000000"),
            "tenant",
            id="unknown tenant",
        ),
    ],
)
async def test_a_microsoft_form_that_cannot_work_is_refused_at_its_field(
    stage: Stage, form: MicrosoftForm, field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await stage.connect_microsoft(form)
    assert caught.value.field == field
    assert await stage.connector.services.connections.all(ACME) == ()


async def test_no_secret_lies_in_the_database_in_the_clear(
    connected: Stage, tmp_path: Path
) -> None:
    await connected.connect_microsoft()
    await connected.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    desk = await connected.connector.services.following.desks.servicenow(ACME)
    keys = connected.connector.access.opened(desk.row)
    assert keys.access is not None
    assert keys.refresh is not None
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("snowline.db*"))  # noqa: ASYNC240
    for secret in (
        accounts.SERVICENOW_CLIENT_SECRET,
        accounts.MICROSOFT_CLIENT_SECRET,
        keys.access.get_secret_value(),
        keys.refresh.get_secret_value(),
    ):
        assert secret.encode() not in stored


async def test_a_missing_key_stops_the_start_and_is_named(connected: Stage) -> None:
    await connected.connector.stop()
    settings = connected.settings.model_copy(update={"keys": SecretStr(new_key())})
    other = build(settings, announcer=Chat(), directory=connected.people)
    old_id = connected.settings.keys.get_secret_value().partition(":")[0]
    with pytest.raises(VaultError, match=old_id):
        await other.start()
    await connected.restart()


async def test_a_connector_tells_when_it_is_ready(stage: Stage) -> None:
    await stage.connector.ready()


@pytest.mark.parametrize(
    ("trouble", "told", "cause"),
    [
        pytest.param(None, "Only admins and owners", "no admin any more", id="demoted"),
        pytest.param(NotFoundError("That person"), "Only admins", "no admin", id="gone"),
        pytest.param(
            ProviderUnavailableError(Provider.CHAT, "503"),
            "Slack cannot be reached right now. Try again",
            "cannot be read: ProviderUnavailableError: Slack: 503",
            id="Slack unreachable",
        ),
        pytest.param(
            ProviderRefusedError(Provider.CHAT, "token_revoked"),
            "Slack refused",
            "cannot be read",
            id="Slack refuses",
        ),
    ],
)
async def test_the_right_to_connect_is_asked_for_again_when_the_browser_comes_back(
    stage: Stage,
    caplog: pytest.LogCaptureFixture,
    trouble: ConnectorError | None,
    told: str,
    cause: str,
) -> None:
    callback = await come_back(stage.connector)
    stage.people.demoted.add(ADA)
    stage.people.trouble = trouble
    end = await stage.connector.services.connections.finish_sign_in(callback)
    assert not end.ok
    said = " ".join(end.sentences)
    assert told in said
    assert "Nothing was changed." in said
    assert "`/snow connect`" in said
    (line,) = (each for each in caplog.messages if f"reference={end.reference}" in each)
    assert cause in line
    assert await stage.connector.services.connections.all(ACME) == ()
    assert not stage.end.live_tokens


@pytest.mark.parametrize("browser", ["\udcff\udcfe", "\ud800", "ä"], ids=ascii)
async def test_a_cookie_that_is_no_text_is_another_browser(stage: Stage, browser: str) -> None:
    callback = replace(await come_back(stage.connector), browser=browser)
    end = await stage.connector.services.connections.finish_sign_in(callback)
    assert (end.ok, end.title) == (False, "This sign-in is no longer valid")
    assert await stage.connector.services.connections.start_sign_in(browser) is None
