"""Connections, with their sealed secrets, and the form an admin filled in last."""

from dataclasses import dataclass
from datetime import datetime

from connector.errors import Provider
from connector.models import Connection, ConnectionState, Grant, UserId
from connector.store.columns import (
    Row,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    packed,
    unpacked,
)
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What opens the remote, each sealed by the vault; ``renew_at`` is when to ask for more."""

    secret: str | None
    access: str | None
    refresh: str | None
    renew_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """A connection with what only its desk needs.

    ``warned`` tells which warnings of the sign-in's end were given, by days before it; a
    connection that is put in place has had none.
    """

    connection: Connection
    client_id: str
    sealed: Sealed
    warned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """What an admin typed last to connect ServiceNow, without the secret."""

    instance: str
    integration_user: str
    client_id: str
    grant: Grant = Grant.CODE


async def put(tx: Transaction, row: ConnectionRow) -> None:
    """Keep a connection in place of any other of that provider."""
    connection, sealed = row.connection, row.sealed
    await tx.run(
        "INSERT INTO connections (workspace, provider, remote, identity, client_id, state,"
        " connected_by, connected_at, last_success_at, signs_out_at, sign_out_assumed, problem,"
        " sealed_secret, sealed_access, sealed_refresh, renew_at, grant_type)"
        " VALUES (:workspace, :provider,"
        " :remote, :identity, :client_id, :state, :connected_by, :connected_at, :last_success_at,"
        " :signs_out_at, :sign_out_assumed, :problem, :sealed_secret, :sealed_access,"
        " :sealed_refresh, :renew_at, :grant_type)"
        " ON CONFLICT (workspace, provider) DO UPDATE SET remote = excluded.remote,"
        " identity = excluded.identity, client_id = excluded.client_id, state = excluded.state,"
        " connected_by = excluded.connected_by, connected_at = excluded.connected_at,"
        " last_success_at = excluded.last_success_at, signs_out_at = excluded.signs_out_at,"
        " sign_out_assumed = excluded.sign_out_assumed, warned = '[]',"
        " problem = excluded.problem, sealed_secret = excluded.sealed_secret,"
        " sealed_access = excluded.sealed_access, sealed_refresh = excluded.sealed_refresh,"
        " renew_at = excluded.renew_at, grant_type = excluded.grant_type",
        provider=connection.provider.value,
        remote=connection.remote,
        identity=connection.identity,
        client_id=row.client_id,
        state=connection.state.value,
        connected_by=connection.connected_by,
        connected_at=micros(connection.connected_at),
        last_success_at=micros_or_none(connection.last_success_at),
        signs_out_at=micros_or_none(connection.signs_out_at),
        sign_out_assumed=int(connection.sign_out_assumed),
        problem=connection.problem,
        sealed_secret=sealed.secret,
        sealed_access=sealed.access,
        sealed_refresh=sealed.refresh,
        renew_at=micros_or_none(sealed.renew_at),
        grant_type=connection.grant.value,
    )


async def get(session: Session, provider: Provider) -> ConnectionRow | None:
    """Read the connection to a provider."""
    row = await session.first(
        "SELECT * FROM connections WHERE workspace = :workspace AND provider = :provider",
        provider=provider.value,
    )
    return _connection(session, row) if row else None


async def all_of(session: Session) -> tuple[Connection, ...]:
    """Read the workspace's connections, ServiceNow first."""
    rows = await session.run(
        "SELECT * FROM connections WHERE workspace = :workspace ORDER BY provider DESC"
    )
    return tuple(_connection(session, row).connection for row in rows)


async def keep_tokens(tx: Transaction, connection: Connection, sealed: Sealed) -> bool:
    """Replace a connection's tokens, but not its secret; False where it is gone or made anew."""
    row = await tx.first(
        "UPDATE connections SET sealed_access = :access, sealed_refresh = :refresh,"
        " renew_at = :renew_at WHERE workspace = :workspace AND provider = :provider"
        " AND connected_at = :connected_at RETURNING provider",
        access=sealed.access,
        refresh=sealed.refresh,
        renew_at=micros_or_none(sealed.renew_at),
        provider=connection.provider.value,
        connected_at=micros(connection.connected_at),
    )
    return row is not None


async def keep_seals(tx: Transaction, provider: Provider, sealed: Sealed) -> None:
    """Replace how a connection's secret and tokens are sealed; they stay what they are."""
    await tx.run(
        "UPDATE connections SET sealed_secret = :secret, sealed_access = :access,"
        " sealed_refresh = :refresh WHERE workspace = :workspace AND provider = :provider",
        secret=sealed.secret,
        access=sealed.access,
        refresh=sealed.refresh,
        provider=provider.value,
    )


async def expire(tx: Transaction, connection: Connection, problem: str) -> bool:
    """Mark a connection as expired; False where it is already, or was made anew meanwhile."""
    row = await tx.first(
        "UPDATE connections SET state = :expired, problem = :problem, sealed_access = NULL,"
        " sealed_refresh = NULL WHERE workspace = :workspace AND provider = :provider"
        " AND state = :connected AND connected_at = :connected_at RETURNING provider",
        expired=ConnectionState.EXPIRED.value,
        connected=ConnectionState.CONNECTED.value,
        problem=problem,
        provider=connection.provider.value,
        connected_at=micros(connection.connected_at),
    )
    return row is not None


async def keep_warned(tx: Transaction, connection: Connection, warned: tuple[int, ...]) -> None:
    """Keep which warnings of its end were given, unless it was connected anew since."""
    await tx.run(
        "UPDATE connections SET warned = :warned WHERE workspace = :workspace"
        " AND provider = :provider AND connected_at = :connected_at",
        warned=packed(warned),
        provider=connection.provider.value,
        connected_at=micros(connection.connected_at),
    )


async def note_success(tx: Transaction, connection: Connection, at: datetime) -> None:
    """Note that the remote has just done what was asked, unless it was connected anew since."""
    await tx.run(
        "UPDATE connections SET last_success_at = :at, problem = ''"
        " WHERE workspace = :workspace AND provider = :provider AND state = :connected"
        " AND connected_at = :connected_at",
        at=micros(at),
        connected=ConnectionState.CONNECTED.value,
        provider=connection.provider.value,
        connected_at=micros(connection.connected_at),
    )


async def note_problem(tx: Transaction, connection: Connection, problem: str) -> None:
    """Note why the remote does not do what is asked, unless it was connected anew since."""
    await tx.run(
        "UPDATE connections SET problem = :problem"
        " WHERE workspace = :workspace AND provider = :provider AND state = :connected"
        " AND connected_at = :connected_at",
        problem=problem,
        connected=ConnectionState.CONNECTED.value,
        provider=connection.provider.value,
        connected_at=micros(connection.connected_at),
    )


async def remove(tx: Transaction, provider: Provider) -> None:
    """Erase a connection with its secrets."""
    await tx.run(
        "DELETE FROM connections WHERE workspace = :workspace AND provider = :provider",
        provider=provider.value,
    )


async def keep_form(tx: Transaction, form: FormRow) -> None:
    """Keep what was typed, to fill it in next time."""
    await tx.run(
        "INSERT INTO forms (workspace, instance, integration_user, client_id, grant_type)"
        " VALUES (:workspace, :instance, :integration_user, :client_id, :grant_type)"
        " ON CONFLICT (workspace) DO UPDATE SET instance = excluded.instance,"
        " integration_user = excluded.integration_user, client_id = excluded.client_id,"
        " grant_type = excluded.grant_type",
        instance=form.instance,
        integration_user=form.integration_user,
        client_id=form.client_id,
        grant_type=form.grant.value,
    )


async def last_form(session: Session) -> FormRow | None:
    """Read what was typed last."""
    row = await session.first(
        "SELECT instance, integration_user, client_id, grant_type FROM forms"
        " WHERE workspace = :workspace"
    )
    if row is None:
        return None
    return FormRow(
        instance=row["instance"],
        integration_user=row["integration_user"],
        client_id=row["client_id"],
        grant=Grant(row["grant_type"]),
    )


def _connection(session: Session, row: Row) -> ConnectionRow:
    connection = Connection(
        workspace=session.workspace,
        provider=Provider(row["provider"]),
        remote=row["remote"],
        identity=row["identity"],
        state=ConnectionState(row["state"]),
        connected_by=UserId(row["connected_by"]),
        connected_at=moment(row["connected_at"]),
        last_success_at=moment_or_none(row["last_success_at"]),
        signs_out_at=moment_or_none(row["signs_out_at"]),
        sign_out_assumed=bool(row["sign_out_assumed"]),
        problem=row["problem"],
        grant=Grant(row["grant_type"]),
    )
    sealed = Sealed(
        secret=row["sealed_secret"],
        access=row["sealed_access"],
        refresh=row["sealed_refresh"],
        renew_at=moment_or_none(row["renew_at"]),
    )
    return ConnectionRow(
        connection=connection,
        client_id=row["client_id"],
        sealed=sealed,
        warned=tuple(unpacked(row["warned"])),
    )
