"""The same click or form, delivered again: Slack retries, and what was captured can be replayed."""

import asyncio
import time
from contextlib import suppress

import pytest
from aiohttp import web

from connector.errors import OvertakenError, Provider, ProviderError, SignInExpiredError
from connector.models import Connection, ShareState, TicketDraft
from connector.store import connections
from tests.unit.connector.fakes import ACME, ADA, until
from tests.unit.connector.stage import FORM, MICROSOFT_FORM, Stage, come_back


async def connection_to(stage: Stage, provider: Provider) -> Connection | None:
    every = await stage.connector.services.connections.all(ACME)
    return next((each for each in every if each.provider is provider), None)


async def end(stage: Stage, connection: Connection) -> None:
    await stage.connector.services.connections.disconnect(
        ACME, ADA, connection.provider, connection.connected_at
    )


async def test_ending_a_connection_twice_is_no_error(connected: Stage) -> None:
    connection = await connection_to(connected, Provider.SERVICENOW)
    assert connection is not None
    await asyncio.gather(*(end(connected, connection) for _ in range(4)))
    await end(connected, connection)
    assert await connection_to(connected, Provider.SERVICENOW) is None
    assert sum("oauth_revoke" in each for each in connected.end.requests) == 2
    assert not connected.end.live_tokens


async def test_what_ended_one_connection_does_not_end_the_next(connected: Stage) -> None:
    old = await connection_to(connected, Provider.SERVICENOW)
    assert old is not None
    await end(connected, old)
    assert (await connected.connect()).ok
    with pytest.raises(OvertakenError) as caught:
        await end(connected, old)
    assert "connected anew" in caught.value.user_message
    assert "`/snow disconnect`" in caught.value.user_message
    new = await connection_to(connected, Provider.SERVICENOW)
    assert new is not None
    assert connected.end.live_tokens
    await end(connected, new)
    assert await connection_to(connected, Provider.SERVICENOW) is None


async def test_a_connection_made_while_another_ends_is_kept(connected: Stage) -> None:
    old = await connection_to(connected, Provider.SERVICENOW)
    assert old is not None
    finish = connected.connector.services.connections.finish_sign_in
    for _ in range(5):
        callback = await come_back(connected.connector)
        made, ended = await asyncio.gather(
            finish(callback), end(connected, old), return_exceptions=True
        )
        assert not isinstance(made, BaseException)
        assert made.ok
        assert ended is None or isinstance(ended, OvertakenError)
        now = await connection_to(connected, Provider.SERVICENOW)
        assert now is not None
        assert now.connected_at > old.connected_at
        old = now


async def test_a_servicenow_form_delivered_twice_is_one_sign_in(stage: Stage) -> None:
    connections = stage.connector.services.connections
    begun = await asyncio.gather(
        *(connections.begin_servicenow(ACME, ADA, FORM, "sent-1") for _ in range(3))
    )
    begun.append(await connections.begin_servicenow(ACME, ADA, FORM, "sent-1"))
    (url,) = {each.url for each in begun}
    view = stage.connector.database.view(ACME)
    rows = await view.run("SELECT * FROM sign_ins WHERE workspace = :workspace")
    assert len(rows) == 1
    assert await connections.start_sign_in(url.rsplit("/", 1)[1]) is not None
    other = await connections.begin_servicenow(ACME, ADA, FORM, "sent-2")
    assert other.url != url


async def test_a_servicenow_form_delivered_again_opens_no_way_that_was_used(stage: Stage) -> None:
    connections = stage.connector.services.connections
    assert (
        await connections.finish_sign_in(await come_back(stage.connector, delivery="sent-1"))
    ).ok
    again = await connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    assert await connections.start_sign_in(again.url.rsplit("/", 1)[1]) is None


async def test_the_link_that_is_given_again_is_sealed(stage: Stage) -> None:
    begun = await stage.connector.services.connections.begin_servicenow(ACME, ADA, FORM, "sent-1")
    view = stage.connector.database.view(ACME)
    (row,) = await view.run("SELECT made FROM deliveries WHERE workspace = :workspace")
    assert begun.url.rsplit("/", 1)[1] not in row["made"]


async def test_a_microsoft_form_delivered_twice_is_one_connection(stage: Stage) -> None:
    connect = stage.connector.services.connections.connect_microsoft
    made = await asyncio.gather(*(connect(ACME, ADA, MICROSOFT_FORM, "sent-1") for _ in range(3)))
    stage.clock.jump(60)
    made.append(await connect(ACME, ADA, MICROSOFT_FORM, "sent-1"))
    assert len({each.connected_at for each in made}) == 1
    known = await connection_to(stage, Provider.MICROSOFT)
    assert known is not None
    assert known.connected_at == made[0].connected_at


async def test_a_microsoft_form_delivered_again_does_not_connect_anew(stage: Stage) -> None:
    connect = stage.connector.services.connections.connect_microsoft
    await end(stage, await connect(ACME, ADA, MICROSOFT_FORM, "sent-1"))
    with pytest.raises(OvertakenError) as caught:
        await connect(ACME, ADA, MICROSOFT_FORM, "sent-1")
    assert "`/snow connect microsoft`" in caught.value.user_message
    assert await connection_to(stage, Provider.MICROSOFT) is None
    newer = await connect(ACME, ADA, MICROSOFT_FORM, "sent-2")
    with pytest.raises(OvertakenError):
        await connect(ACME, ADA, MICROSOFT_FORM, "sent-1")
    assert await connection_to(stage, Provider.MICROSOFT) == newer


@pytest.mark.parametrize("ends", ["badly", "well"])
async def test_what_was_asked_of_a_former_connection_says_nothing_of_the_new_one(
    connected: Stage, ends: str
) -> None:
    async def connect_anew(_when: str) -> None:
        connected.end.boundary = None
        assert (await connected.connect()).ok
        await note("unlike any other")
        if ends == "badly":
            raise web.HTTPServiceUnavailable

    async def note(problem: str) -> None:
        async with connected.connector.database.transaction(ACME) as tx:
            row = await connections.get(tx, Provider.SERVICENOW)
            assert row is not None
            await connections.note_problem(tx, row.connection, problem)

    await connected.connector.worker.stop(grace=0)
    connected.end.boundary = connect_anew
    with suppress(ProviderError):
        await connected.connector.services.following.sync(ACME, "incident")
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.problem == "unlike any other"


async def test_connecting_anew_revokes_what_opened_the_former_connection(
    connected: Stage,
) -> None:
    live = connected.end.live_tokens
    assert (await connected.connect()).ok
    await until(lambda: connected.end.live_tokens == live)
    await connected.disconnect(Provider.SERVICENOW)
    assert connected.end.live_tokens == 0


async def test_a_sign_in_that_has_ended_leaves_no_refresh_token_alive(connected: Stage) -> None:
    async def refuse(request: web.Request) -> None:
        if request.path == "/oauth_token.do":
            body = '{"error": "server_error", "error_description": "access_denied"}'
            raise web.HTTPUnauthorized(text=body, content_type="application/json")

    tokens = connected.end.servicenow.instance.tokens
    tokens.expire_all(refresh=False)
    connected.end.listeners.append(refuse)
    with pytest.raises(SignInExpiredError):
        await connected.connector.services.connections.prove(ACME, Provider.SERVICENOW)
    await until(lambda: all(each.expires_at <= time.time() for each in tokens.refresh.values()))


async def test_a_token_that_was_just_renewed_and_is_refused_ends_no_sign_in(
    connected: Stage, draft: TicketDraft
) -> None:
    async def refuse(request: web.Request) -> None:
        if "/table/" in request.path:
            raise web.HTTPUnauthorized

    connected.end.listeners.append(refuse)
    share_id = await connected.ask(draft)
    record = await connected.until_failed(share_id)
    assert "the token it has just given" in record.share.reason
    assert not record.share.parked
    connected.end.listeners.clear()
    assert (await connected.until_done(share_id)).share.state is ShareState.ANNOUNCED
