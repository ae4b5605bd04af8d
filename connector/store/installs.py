"""Installations: which workspaces have let Snowline in, and the tokens they gave it."""

from dataclasses import dataclass
from datetime import datetime

from connector.models import ChatInstall, UserId, WorkspaceId
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
class SealedToken:
    """The sealed token of an installation, and when it ends."""

    token: str | None
    refresh: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallRow:
    """An installation and its sealed token; nothing of a ``parked`` workspace is worked on."""

    install: ChatInstall
    sealed: SealedToken
    parked: bool = False


async def put(tx: Transaction, row: InstallRow) -> None:
    """Keep an installation in place of an earlier one; whatever had ended goes on."""
    install, sealed = row.install, row.sealed
    await tx.run(
        "INSERT INTO installs (workspace, name, bot_user, installed_by, installed_at, scopes,"
        " sealed_token, sealed_refresh, expires_at) VALUES (:workspace, :name, :bot_user,"
        " :installed_by, :installed_at, :scopes, :token, :refresh, :expires_at)"
        " ON CONFLICT (workspace) DO UPDATE SET name = excluded.name,"
        " bot_user = excluded.bot_user, installed_by = excluded.installed_by,"
        " installed_at = excluded.installed_at, scopes = excluded.scopes,"
        " sealed_token = excluded.sealed_token, sealed_refresh = excluded.sealed_refresh,"
        " expires_at = excluded.expires_at, ended_at = NULL, erase_at = NULL, problem = '',"
        " parked = 0",
        name=install.name,
        bot_user=install.bot_user,
        installed_by=install.installed_by,
        installed_at=micros(install.installed_at),
        scopes=packed(install.scopes),
        token=sealed.token,
        refresh=sealed.refresh,
        expires_at=micros_or_none(sealed.expires_at),
    )


async def get(session: Session) -> InstallRow | None:
    """Read the workspace's installation, be it over or not."""
    row = await session.first("SELECT * FROM installs WHERE workspace = :workspace")
    return _row(session.workspace, row) if row else None


async def everywhere(session: Session) -> tuple[InstallRow, ...]:
    """Read the installations of all workspaces, the oldest first."""
    rows = await session.run("SELECT * FROM installs ORDER BY installed_at, workspace")
    return tuple(_row(WorkspaceId(row["workspace"]), row) for row in rows)


async def keep_token(tx: Transaction, installed_at: datetime, sealed: SealedToken) -> bool:
    """Replace the token; False where that installation has ended or was made anew."""
    row = await tx.first(
        "UPDATE installs SET sealed_token = :token, sealed_refresh = :refresh,"
        " expires_at = :expires_at, problem = '' WHERE workspace = :workspace"
        " AND installed_at = :installed_at AND ended_at IS NULL RETURNING workspace",
        token=sealed.token,
        refresh=sealed.refresh,
        expires_at=micros_or_none(sealed.expires_at),
        installed_at=micros(installed_at),
    )
    return row is not None


async def forget_refresh(tx: Transaction, installed_at: datetime, problem: str) -> None:
    """Note that the token is not renewed any more, and why; it works until it ends."""
    await tx.run(
        "UPDATE installs SET sealed_refresh = NULL, problem = :problem"
        " WHERE workspace = :workspace AND installed_at = :installed_at AND ended_at IS NULL",
        problem=problem,
        installed_at=micros(installed_at),
    )


async def lose(tx: Transaction, installed_at: datetime) -> bool:
    """Erase a token that opens nothing any more and park the workspace; False where it is."""
    row = await tx.first(
        "UPDATE installs SET sealed_token = NULL, sealed_refresh = NULL, parked = 1"
        " WHERE workspace = :workspace AND installed_at = :installed_at AND parked = 0"
        " RETURNING workspace",
        installed_at=micros(installed_at),
    )
    return row is not None


async def end(tx: Transaction, at: datetime, erase_at: datetime) -> bool:
    """Erase the tokens and park the workspace; False where it had ended before."""
    known = await tx.first(
        "SELECT 1 AS yes FROM installs WHERE workspace = :workspace AND ended_at IS NOT NULL"
    )
    await tx.run(
        "INSERT INTO installs (workspace, installed_at, ended_at, erase_at, parked)"
        " VALUES (:workspace, :at, :at, :erase_at, 1)"
        " ON CONFLICT (workspace) DO UPDATE SET sealed_token = NULL, sealed_refresh = NULL,"
        " expires_at = NULL, parked = 1, ended_at = coalesce(installs.ended_at, excluded.ended_at),"
        " erase_at = coalesce(installs.erase_at, excluded.erase_at)",
        at=micros(at),
        erase_at=micros(erase_at),
    )
    return known is None


async def go_on(tx: Transaction) -> bool:
    """Forget the installation of a workspace whose token is kept elsewhere, and with it its end.

    False where there is none.
    """
    row = await tx.first("DELETE FROM installs WHERE workspace = :workspace RETURNING workspace")
    return row is not None


def _row(workspace: WorkspaceId, row: Row) -> InstallRow:
    install = ChatInstall(
        workspace=workspace,
        name=row["name"],
        bot_user=UserId(row["bot_user"]),
        installed_by=UserId(row["installed_by"]),
        installed_at=moment(row["installed_at"]),
        scopes=tuple(unpacked(row["scopes"])),
        ended_at=moment_or_none(row["ended_at"]),
        erase_at=moment_or_none(row["erase_at"]),
        problem=row["problem"],
    )
    sealed = SealedToken(
        token=row["sealed_token"],
        refresh=row["sealed_refresh"],
        expires_at=moment_or_none(row["expires_at"]),
    )
    return InstallRow(install=install, sealed=sealed, parked=bool(row["parked"]))
