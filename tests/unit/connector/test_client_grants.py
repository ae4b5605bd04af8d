"""Client credentials: connected by their proof, renewed by themselves, refused in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.sandbox import accounts
from bot.sandbox.servicenow.seed import CLIENT_CREDENTIALS
from connector.announcer import NoticeKind
from connector.errors import (
    InvalidInputError,
    OvertakenError,
    Provider,
    ProviderUnavailableError,
    SignInExpiredError,
)
from connector.models import CheckOutcome, Connection, ConnectionState, Grant, TicketDraft
from tests.unit.connector.checking import SEEN_BY_ADMINS, behave
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, FarEnd, Stage

CLIENT = replace(FORM, grant=Grant.CLIENT)
USER = accounts.INTEGRATION_USER.user_name
RENEWAL = "POST /oauth_token.do"


@pytest.fixture
def call_deadline() -> float:
    """Longer than a busy machine keeps an answer waiting."""
    return 10.0


@pytest.fixture
async def granted(stage: Stage) -> Stage:
    """Connected by client credentials, and told so."""
    await connect(stage)
    await until(lambda: bool(stage.chat.notices))
    return stage


async def connect(stage: Stage, delivery: str = "sent-1") -> str:
    connections = stage.connector.services.connections
    return await connections.connect_servicenow(ACME, ADA, CLIENT, delivery)


async def known(stage: Stage) -> Connection:
    (connection,) = await stage.connector.services.connections.all(ACME)
    return connection


async def whoami(stage: Stage) -> str:
    desk = await stage.connector.services.following.desks.servicenow(ACME)
    return await desk.ask(lambda client: client.whoami())


def act_as(end: FarEnd, user_name: str) -> None:
    """Set the OAuth Application User of the registration."""
    user = end.servicenow.instance.people.named(user_name)
    row = end.servicenow.instance.records.first("oauth_entity", "client_id", CLIENT.client_id)
    assert user is not None
    assert row is not None
    row["oauth_application_user"] = user.sys_id


def contents(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in folder.iterdir() if each.is_file()]


def forbid(end: FarEnd, way: str) -> None:
    """Undo one thing that client credentials need at the instance."""
    records = end.servicenow.instance.records
    match way:
        case "property":
            row = records.first("sys_properties", "name", CLIENT_CREDENTIALS)
            assert row is not None
            records.remove("sys_properties", row)
        case "application user":
            row = records.first("oauth_entity", "client_id", accounts.SERVICENOW_CLIENT_ID)
            assert row is not None
            row["oauth_application_user"] = ""
        case "release":
            settings = replace(end.servicenow.instance.settings, release="Utah")
            object.__setattr__(end.servicenow.instance, "settings", settings)


async def test_client_credentials_connect_with_no_browser_and_no_end(granted: Stage) -> None:
    connection = await known(granted)
    assert connection.grant is Grant.CLIENT
    assert (connection.remote, connection.identity) == (accounts.INSTANCE_HOST, USER)
    assert connection.signs_out_at is None
    assert granted.chat.notices[0][2].kind is NoticeKind.CONNECTED
    form = await granted.connector.services.connections.last_servicenow_form(ACME)
    assert form == replace(CLIENT, instance=accounts.INSTANCE_HOST, client_secret=SecretStr(""))


async def test_tickets_are_made_and_every_check_passes_with_client_credentials(
    granted: Stage, draft: TicketDraft
) -> None:
    behave(granted, opened=SEEN_BY_ADMINS)
    await granted.until_done(await granted.ask(draft))
    assert len(granted.end.tickets()) == 1
    checks = await granted.connector.services.checks.servicenow(ACME)
    assert not [each for each in checks if each.outcome is CheckOutcome.FAILED]


async def test_a_token_that_is_over_is_followed_by_another_of_the_same_grant(
    granted: Stage,
) -> None:
    granted.end.servicenow.instance.tokens.expire_all(refresh=True)
    granted.end.requests.clear()
    assert await whoami(granted) == USER
    assert granted.end.requests.count(RENEWAL) == 1
    assert (await known(granted)).state is ConnectionState.CONNECTED


@pytest.mark.parametrize("way", ["property", "application user", "release"])
async def test_an_instance_that_cannot_do_it_says_what_may_be_missing(
    stage: Stage, way: str
) -> None:
    forbid(stage.end, way)
    with pytest.raises(InvalidInputError) as caught:
        await connect(stage)
    assert caught.value.field == "grant"
    for cause in ("Washington DC", CLIENT_CREDENTIALS, "OAuth Application User", "the secret"):
        assert cause in caught.value.sentence
    assert not await stage.connector.services.connections.all(ACME)
    form = await stage.connector.services.connections.last_servicenow_form(ACME)
    assert form is not None
    assert form.client_id == CLIENT.client_id


async def test_a_client_that_acts_as_somebody_else_is_refused_and_its_token_forgotten(
    stage: Stage,
) -> None:
    act_as(stage.end, "beth.anglin")
    with pytest.raises(InvalidInputError) as caught:
        await connect(stage)
    assert caught.value.field == "integration_user"
    assert "acts as beth.anglin" in caught.value.sentence
    assert stage.end.live_tokens == 0


async def test_an_instance_that_is_not_there_or_sleeps_is_said_as_with_a_browser(
    stage: Stage,
) -> None:
    nowhere = replace(CLIENT, instance="no-such-instance")
    connections = stage.connector.services.connections
    with pytest.raises(InvalidInputError) as wrong:
        await connections.connect_servicenow(ACME, ADA, nowhere, "sent-1")
    assert wrong.value.field == "instance"
    stage.end.servicenow.faults.arm("sleeping")
    with pytest.raises(ProviderUnavailableError) as asleep:
        await connect(stage)
    assert "asleep" in asleep.value.user_message


async def test_an_instance_that_stops_granting_ends_the_connection_with_the_causes(
    granted: Stage,
) -> None:
    forbid(granted.end, "property")
    granted.end.servicenow.instance.tokens.expire_all(refresh=False)
    with pytest.raises(SignInExpiredError):
        await whoami(granted)
    connection = await known(granted)
    assert connection.state is ConnectionState.EXPIRED
    checks = await granted.connector.services.checks.servicenow(ACME)
    remedies = " ".join(each.remedy for each in checks)
    for words in ("/snow connect", CLIENT_CREDENTIALS, "OAuth Application User"):
        assert words in connection.problem
        assert words in remedies


async def test_a_registration_that_is_given_another_user_is_found_by_the_checks(
    granted: Stage,
) -> None:
    act_as(granted.end, "beth.anglin")
    granted.end.servicenow.instance.tokens.expire_all(refresh=False)
    checks = await granted.connector.services.checks.servicenow(ACME)
    (found,) = (each for each in checks if "belongs to beth.anglin" in each.sentence)
    assert found.outcome is CheckOutcome.FAILED
    assert "OAuth Application User" in found.remedy


async def test_disconnecting_leaves_no_token_alive(granted: Stage) -> None:
    await granted.disconnect(Provider.SERVICENOW)
    assert granted.end.live_tokens == 0


async def test_a_form_delivered_twice_connects_once_and_never_after_disconnecting(
    granted: Stage,
) -> None:
    first = (await known(granted)).connected_at
    await connect(granted)
    assert (await known(granted)).connected_at == first
    assert granted.end.live_tokens == 1
    await granted.disconnect(Provider.SERVICENOW)
    with pytest.raises(OvertakenError):
        await connect(granted)
    assert not await granted.connector.services.connections.all(ACME)
    assert granted.end.live_tokens == 0


async def test_what_opens_the_instance_is_nowhere_in_the_clear(
    granted: Stage, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (token,) = granted.end.servicenow.instance.tokens.access
    files = contents(tmp_path)
    for secret in (accounts.SERVICENOW_CLIENT_SECRET, token):
        assert not any(secret.encode() in each for each in files)
        assert secret not in caplog.text
