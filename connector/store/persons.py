"""What people are called in the chat and which language they chose there, as last told."""

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


async def language_of(session: Session, user: UserId) -> tuple[str, datetime] | None:
    """Read somebody's language and when that was told; None where it never was."""
    row = await session.first(
        "SELECT language, read_at FROM person_languages"
        " WHERE workspace = :workspace AND user_id = :user",
        user=user,
    )
    return (row["language"], moment(row["read_at"])) if row else None


async def keep_language(tx: Transaction, user: UserId, language: str, at: datetime) -> None:
    """Keep somebody's language."""
    await tx.run(
        "INSERT INTO person_languages (workspace, user_id, language, read_at)"
        " VALUES (:workspace, :user, :language, :at) ON CONFLICT (workspace, user_id)"
        " DO UPDATE SET language = excluded.language, read_at = excluded.read_at",
        user=user,
        language=language,
        at=micros(at),
    )
