"""The one-time page for the client secret: whose it is, how often it works, where it leads."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.sandbox import accounts
from connector.announcer import NoticeKind
from connector.models import Connection, Grant
from connector.services.forms import Callback, GivenSecret, SecretPage
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, Stage, browse

EMPTY = replace(FORM, client_secret=SecretStr(""))
SECRET = SecretStr(accounts.SERVICENOW_CLIENT_SECRET)


@pytest.fixture
def call_deadline() -> float:
    """Longer than a busy machine keeps an answer waiting."""
    return 10.0


async def begin(stage: Stage, grant: Grant) -> str:
    """Send the form without a secret, and return the ticket of its page."""
    form, connections = replace(EMPTY, grant=grant), stage.connector.services.connections
    begun = await connections.begin_servicenow(ACME, ADA, form, f"sent {grant}")
    assert begun.asks_secret
    assert begun.grant is grant
    assert begun.url.endswith("/secret")
    return begun.url.split("/")[-2]


async def opened(stage: Stage, ticket: str) -> SecretPage:
    page = await stage.connector.services.connections.open_secret_page(ticket)
    assert page is not None
    return page


def filled_in(ticket: str, page: SecretPage, secret: SecretStr = SECRET) -> GivenSecret:
    return GivenSecret(ticket=ticket, state=page.state, browser=page.browser, secret=secret)


async def known(stage: Stage) -> tuple[Connection, ...]:
    return await stage.connector.services.connections.all(ACME)


async def test_with_client_credentials_the_page_connects(stage: Stage) -> None:
    ticket = await begin(stage, Grant.CLIENT)
    page = await opened(stage, ticket)
    assert (page.host, page.grant) == (accounts.INSTANCE_HOST, Grant.CLIENT)
    end = await stage.connector.services.connections.take_secret(filled_in(ticket, page))
    assert end is not None
    assert end.ok
    (connection,) = await known(stage)
    assert connection.grant is Grant.CLIENT
    await until(lambda: bool(stage.chat.notices))
    assert stage.chat.notices[0][2].kind is NoticeKind.CONNECTED


async def test_with_the_browsers_grant_the_page_leads_to_the_sign_in(stage: Stage) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, Grant.CODE)
    assert await connections.start_sign_in(ticket) is None
    page = await opened(stage, ticket)
    assert await connections.take_secret(filled_in(ticket, page)) is None
    started = await connections.start_sign_in(ticket)
    assert started is not None
    back = await browse(started.redirect_url, accounts.INTEGRATION_USER)
    callback = Callback(state=back["state"], code=back["code"], browser=started.browser)
    assert (await connections.finish_sign_in(callback)).ok
    (connection,) = await known(stage)
    # It has a refresh token, so the secret was the right one.
    assert connection.sign_out_assumed


@pytest.mark.parametrize("grant", list(Grant))
async def test_the_page_works_once(stage: Stage, grant: Grant) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, grant)
    given = filled_in(ticket, await opened(stage, ticket))
    await connections.take_secret(given)
    again = await connections.take_secret(given)
    assert again is not None
    assert not again.ok
    assert "works once" in again.sentences[0]
    assert await connections.open_secret_page(ticket) is None


@pytest.mark.parametrize("grant", list(Grant))
async def test_the_page_works_for_ten_minutes(stage: Stage, grant: Grant) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, grant)
    given = filled_in(ticket, await opened(stage, ticket))
    stage.clock.jump(601)
    assert await connections.open_secret_page(ticket) is None
    end = await connections.take_secret(given)
    assert end is not None
    assert not end.ok
    assert not await known(stage)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda given: replace(given, browser="another"), id="another browser"),
        pytest.param(lambda given: replace(given, browser=""), id="no cookie"),
        pytest.param(lambda given: replace(given, state="made up"), id="another page"),
        pytest.param(lambda given: replace(given, ticket="made up"), id="another form"),
    ],
)
async def test_what_another_browser_or_page_sends_is_refused_and_uses_nothing_up(
    stage: Stage, changed: Callable[[GivenSecret], GivenSecret]
) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, Grant.CLIENT)
    given = filled_in(ticket, await opened(stage, ticket))
    end = await connections.take_secret(changed(given))
    assert end is not None
    assert not end.ok
    assert not await known(stage)
    end = await connections.take_secret(given)
    assert end is not None
    assert end.ok


async def test_the_browser_that_opened_the_page_last_counts(stage: Stage) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, Grant.CLIENT)
    first, last = await opened(stage, ticket), await opened(stage, ticket)
    refused = await connections.take_secret(filled_in(ticket, first))
    assert refused is not None
    assert not refused.ok
    taken = await connections.take_secret(filled_in(ticket, last))
    assert taken is not None
    assert taken.ok


async def test_the_state_of_a_page_ends_no_sign_in(stage: Stage) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, Grant.CODE)
    page = await opened(stage, ticket)
    stolen = Callback(state=page.state, code="c", browser=page.browser)
    assert not (await connections.finish_sign_in(stolen)).ok
    assert await connections.take_secret(filled_in(ticket, page)) is None


@pytest.mark.parametrize(
    ("grant", "changed"),
    [
        pytest.param(Grant.CODE, {"secret": SecretStr("")}, id="nothing"),
        pytest.param(Grant.CODE, {"secret": SecretStr("x" * 256)}, id="too long"),
        pytest.param(Grant.CLIENT, {"has_none": True}, id="none for client credentials"),
    ],
)
async def test_a_page_without_a_usable_secret_still_works(
    stage: Stage, grant: Grant, changed: dict[str, object]
) -> None:
    connections = stage.connector.services.connections
    ticket = await begin(stage, grant)
    given = filled_in(ticket, await opened(stage, ticket))
    end = await connections.take_secret(replace(given, **changed))
    assert end is not None
    assert "still works" in end.sentences[1]
    end = await connections.take_secret(given)
    assert end is None or end.ok


async def test_a_wrong_secret_is_said_on_the_page_and_in_private(stage: Stage) -> None:
    ticket = await begin(stage, Grant.CLIENT)
    given = filled_in(ticket, await opened(stage, ticket), SecretStr("wrong"))
    end = await stage.connector.services.connections.take_secret(given)
    assert end is not None
    assert not end.ok
    assert "OAuth Application User" in end.sentences[0]
    await until(lambda: bool(stage.chat.notices))
    notice = stage.chat.notices[0][2]
    assert notice.kind is NoticeKind.CONNECT_REFUSED
    assert end.reference in notice.text


async def test_whoever_is_no_admin_any_more_connects_nothing(stage: Stage) -> None:
    ticket = await begin(stage, Grant.CLIENT)
    given = filled_in(ticket, await opened(stage, ticket))
    stage.people.demoted.add(ADA)
    end = await stage.connector.services.connections.take_secret(given)
    assert end is not None
    assert not end.ok
    assert stage.end.live_tokens == 0
    assert not await known(stage)
