"""Tokens of connections: what a renewal keeps, and for which connection."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pydantic import SecretStr

from connector.errors import NotConnectedError, Provider, ProviderUnavailableError
from connector.models import Connection, ConnectionState, WorkspaceId
from connector.oauth.tokens import Tokens
from connector.services.connecting.access import Access, Keys
from connector.services.connecting.leases import Leases
from connector.services.languages import Languages
from connector.services.notices import NoticeService
from connector.services.rights.leavers import Leavers
from connector.store import connections
from connector.store.connections import ConnectionRow
from connector.store.database import Database
from connector.vault import Vault, new_key
from connector.work import Work
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, Chat, Clock, People

SN = Provider.SERVICENOW


@dataclass
class FarSide:
    """Answers renewals with a new access token, and with ``refresh``; ``meanwhile`` runs first."""

    clock: Clock
    refresh: str | None = None
    revoked: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    asked: list[str] = field(default_factory=list)

    async def renew(self, _connection: Connection, _client_id: str, keys: Keys) -> Tokens:
        assert keys.refresh is not None
        self.asked.append(keys.refresh.get_secret_value())
        if self.meanwhile is not None:
            await self.meanwhile()
        return tokens(self.clock, f"access-{len(self.asked)}", self.refresh)

    async def revoke(self, connection: Connection, token: SecretStr) -> None:
        self.revoked.append((connection.remote, token.get_secret_value()))


@dataclass
class Here:
    """Access to connections that a test puts into the store."""

    access: Access
    far: FarSide
    clock: Clock

    async def put(self, name: str, workspace: WorkspaceId = ACME) -> ConnectionRow:
        """Store a connection whose tokens bear its name."""
        now = self.clock()
        connection = Connection(
            workspace=workspace,
            provider=SN,
            remote=f"{name}.service-now.com",
            identity="snowline.integration",
            state=ConnectionState.CONNECTED,
            connected_by=ADA,
            connected_at=now,
            last_success_at=now,
        )
        made = tokens(self.clock, f"{name}-access", f"{name}-refresh")
        sealed = self.access.sealed(connection, SecretStr(f"{name}-secret"), made)
        row = ConnectionRow(connection=connection, client_id=name, sealed=sealed)
        async with self.access.database.transaction(workspace) as tx:
            await connections.put(tx, row)
        return row

    async def kept(self, workspace: WorkspaceId = ACME) -> tuple[str, str, str]:
        """Read the secret, the access token and the refresh token as they are stored."""
        keys = self.access.opened(await self.access.row(workspace, SN))
        assert keys.secret is not None
        assert keys.access is not None
        assert keys.refresh is not None
        secret, access, refresh = keys.secret, keys.access, keys.refresh
        return secret.get_secret_value(), access.get_secret_value(), refresh.get_secret_value()


def tokens(clock: Clock, access: str, refresh: str | None) -> Tokens:
    return Tokens(
        access=SecretStr(access),
        refresh=None if refresh is None else SecretStr(refresh),
        expires_at=clock() + timedelta(minutes=30),
    )


@pytest.fixture
def here(database: Database, work: Work, leavers: Leavers, clock: Clock) -> Here:
    far = FarSide(clock)
    access = Access(
        database=database,
        vault=Vault(SecretStr(new_key())),
        notices=NoticeService(
            database=database,
            work=work,
            leavers=leavers,
            announcer=Chat(),
            clock=clock,
        ),
        languages=Languages(database=database, directory=People(), clock=clock),
        clock=clock,
        renewals={SN: far.renew},
        revoke=far.revoke,
        leases=Leases(database=database, clock=clock, lasting=timedelta(seconds=20)),
    )
    return Here(access, far, clock)


@pytest.mark.parametrize(
    ("answered", "kept"),
    [
        pytest.param(None, "acme-refresh", id="without a refresh token"),
        pytest.param("acme-new", "acme-new", id="with another refresh token"),
    ],
)
async def test_the_refresh_token_stays_where_a_renewal_brings_none(
    here: Here, answered: str | None, kept: str
) -> None:
    here.far.refresh = answered
    row = await here.put("acme")
    assert (
        await here.access.renewed(row, SecretStr("acme-access"))
    ).get_secret_value() == "access-1"
    assert await here.kept() == ("acme-secret", "access-1", kept)
    await here.access.renewed(row, SecretStr("access-1"))
    assert here.far.asked == ["acme-refresh", kept]


async def test_a_renewal_that_dies_before_its_answer_is_kept_is_begun_again_with_the_same_token(
    here: Here,
) -> None:
    async def die() -> None:
        raise asyncio.CancelledError

    row = await here.put("acme")
    here.far.meanwhile = die
    with pytest.raises(asyncio.CancelledError):
        await here.access.renewed(row, SecretStr("acme-access"))
    assert await here.kept() == ("acme-secret", "acme-access", "acme-refresh")
    here.far.meanwhile = None
    await here.access.renewed(row, SecretStr("acme-access"))
    assert here.far.asked == ["acme-refresh", "acme-refresh"]
    assert await here.kept() == ("acme-secret", "access-2", "acme-refresh")


async def test_a_renewed_token_is_kept_for_the_connection_it_was_asked_for_alone(
    here: Here,
) -> None:
    async def connect_anew() -> None:
        here.clock.jump(1)
        await here.put("newer")

    row = await here.put("acme")
    here.far.meanwhile = connect_anew
    with pytest.raises(ProviderUnavailableError):
        await here.access.renewed(row, SecretStr("acme-access"))
    assert here.far.asked == ["acme-refresh"]
    assert here.far.revoked == [("acme.service-now.com", "access-1")]
    assert await here.kept() == ("newer-secret", "newer-access", "newer-refresh")


async def test_a_renewed_token_brings_no_ended_connection_back(here: Here) -> None:
    async def end() -> None:
        async with here.access.database.transaction(ACME) as tx:
            await connections.remove(tx, SN)

    row = await here.put("acme")
    here.far.meanwhile = end
    with pytest.raises(NotConnectedError):
        await here.access.renewed(row, SecretStr("acme-access"))
    with pytest.raises(NotConnectedError):
        await here.access.row(ACME, SN)


async def test_a_token_that_is_renewed_while_its_connection_ends_opens_nothing(here: Here) -> None:
    async def end() -> None:
        async with here.access.database.transaction(ACME) as tx:
            await connections.remove(tx, SN)

    row = await here.put("acme")
    here.far.meanwhile = end
    with pytest.raises(NotConnectedError):
        await here.access.renewed(row, SecretStr("acme-access"))
    assert here.far.revoked == [("acme.service-now.com", "access-1")]


async def test_a_workspace_has_its_own_connection_and_no_other(here: Here) -> None:
    await here.put("globex", GLOBEX)
    with pytest.raises(NotConnectedError):
        await here.access.row(ACME, SN)
    await here.put("acme")
    row = await here.access.row(ACME, SN)
    assert await here.kept(ACME) == ("acme-secret", "acme-access", "acme-refresh")
    assert await here.kept(GLOBEX) == ("globex-secret", "globex-access", "globex-refresh")
    await here.access.renewed(row, SecretStr("acme-access"))
    assert (await here.kept(ACME))[1] == "access-1"
    assert (await here.kept(GLOBEX))[1] == "globex-access"
