"""New tokens: checked before they are saved, saved before they are used, lost by no crash."""

import asyncio

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.errors import Provider, ProviderUnavailableError
from connector.models import ConnectionState
from connector.store import connections
from connector.store.connections import ConnectionRow
from tests.unit.connector.fakes import ACME, until
from tests.unit.connector.stage import Stage

RENEWAL = "POST /oauth_token.do"
USER = accounts.INTEGRATION_USER.user_name


async def kept(stage: Stage) -> ConnectionRow:
    row = await connections.get(stage.connector.database.view(ACME), Provider.SERVICENOW)
    assert row is not None
    return row


async def access(stage: Stage) -> str:
    """Read the access token that is stored."""
    token = stage.connector.access.opened(await kept(stage)).access
    assert token is not None
    return token.get_secret_value()


async def whoami(stage: Stage) -> str:
    desk = await stage.connector.services.following.desks.servicenow(ACME)
    return await desk.ask(lambda client: client.whoami())


def bearer(request: web.Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{}", id="empty"),
        pytest.param("[1]", id="a list"),
        pytest.param('{"access_token": "new"}', id="no lifetime"),
        pytest.param('{"access_token": "", "expires_in": 1800}', id="no token"),
        pytest.param('{"access_token": "a b", "expires_in": 1800}', id="no token's signs"),
        pytest.param('{"access_token": "new", "expires_in": -1}', id="over already"),
        pytest.param(
            '{"access_token": "new", "expires_in": 1800, "refresh_token": ""}',
            id="an empty refresh token",
        ),
        pytest.param('{"access_token": "new", "expires_', id="cut off"),
    ],
)
async def test_garbage_instead_of_tokens_keeps_the_old_ones_and_is_asked_about_again(
    connected: Stage, body: str
) -> None:
    before = await kept(connected)

    async def garble(request: web.Request) -> None:
        if request.path == "/oauth_token.do":
            raise web.HTTPOk(text=body, content_type="application/json")

    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    connected.end.listeners.append(garble)
    with pytest.raises(ProviderUnavailableError):
        await whoami(connected)
    assert (await kept(connected)).sealed == before.sealed
    connected.end.listeners.clear()
    assert await whoami(connected) == USER
    assert (await kept(connected)).connection.state is ConnectionState.CONNECTED


async def test_a_new_token_is_saved_before_it_is_used(connected: Stage) -> None:
    spent = await access(connected)
    used: list[tuple[str, str]] = []

    async def compare(request: web.Request) -> None:
        if "/table/" in request.path and bearer(request) != spent:
            used.append((bearer(request), await access(connected)))

    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    connected.end.listeners.append(compare)
    assert await whoami(connected) == USER
    assert used
    assert all(sent == stored for sent, stored in used)


async def test_a_token_that_was_saved_and_never_used_is_used_after_a_crash(
    connected: Stage,
) -> None:
    spent = await access(connected)
    used: list[str] = []
    crashed = asyncio.Event()

    async def hold(request: web.Request) -> None:
        if "/table/sys_user" in request.path and bearer(request) != spent:
            used.append(bearer(request))
            await crashed.wait()

    connected.end.servicenow.instance.tokens.expire_all(refresh=False)
    connected.end.requests.clear()
    connected.end.listeners.append(hold)
    asked = asyncio.create_task(whoami(connected))
    await until(lambda: bool(used))
    asked.cancel()
    await asyncio.wait({asked})
    await connected.restart()
    crashed.set()
    assert await whoami(connected) == USER
    assert connected.end.requests.count(RENEWAL) == 1
    assert len(set(used)) == 1
