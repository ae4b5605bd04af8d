"""What people are called in the chat, and who they are in ServiceNow, as last asked."""

from datetime import datetime

from connector.models import RemoteSelf, UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction


async def name_of(session: Session, user: UserId) -> tuple[str, datetime] | None:
    """Read what somebody is called and when that was asked; None where it never was."""
    row = await session.first(
        "SELECT name, read_at FROM person_names WHERE workspace = :workspace AND user_id = :user",
        user=user,
    )
    return (row["name"], moment(row["read_at"])) if row else None


async def keep_name(tx: Transaction, user: UserId, name: str, at: datetime) -> None:
    """Keep what somebody is called."""
    await tx.run(
        "INSERT INTO person_names (workspace, user_id, name, read_at)"
        " VALUES (:workspace, :user, :name, :at) ON CONFLICT (workspace, user_id)"
        " DO UPDATE SET name = excluded.name, read_at = excluded.read_at",
        user=user,
        name=name,
        at=micros(at),
    )


async def remote_self(session: Session, user: UserId, instance: str) -> RemoteSelf | None:
    """Read who somebody is in an instance; None where that was never asked."""
    row = await session.first(
        "SELECT * FROM remote_selves WHERE workspace = :workspace AND user_id = :user"
        " AND instance = :instance",
        user=user,
        instance=instance,
    )
    if row is None:
        return None
    return RemoteSelf(
        user=user,
        instance=instance,
        user_name=row["user_name"],
        name=row["name"],
        read_at=moment(row["read_at"]),
    )


async def keep_remote_self(tx: Transaction, found: RemoteSelf) -> None:
    """Keep who somebody is in an instance."""
    await tx.run(
        "INSERT INTO remote_selves (workspace, user_id, instance, user_name, name, read_at)"
        " VALUES (:workspace, :user, :instance, :user_name, :name, :at)"
        " ON CONFLICT (workspace, user_id, instance) DO UPDATE SET"
        " user_name = excluded.user_name, name = excluded.name, read_at = excluded.read_at",
        user=found.user,
        instance=found.instance,
        user_name=found.user_name,
        name=found.name,
        at=micros(found.read_at),
    )
