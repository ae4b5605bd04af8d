"""What people are called in the chat, as last asked."""

from datetime import datetime

from connector.models import UserId
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
