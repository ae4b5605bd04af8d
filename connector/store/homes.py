"""Who has opened App Home lately, and when it was last shown to them."""

from datetime import datetime, timedelta
from typing import Final

from connector.models import UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction

KEPT: Final = timedelta(days=30)


async def note_opened(tx: Transaction, user: UserId, now: datetime) -> None:
    """Keep that somebody opened App Home; forget who has not for a month."""
    await tx.run(
        "INSERT INTO homes (workspace, user_id, opened_at) VALUES (:workspace, :user, :now)"
        " ON CONFLICT (workspace, user_id) DO UPDATE SET opened_at = excluded.opened_at",
        user=user,
        now=micros(now),
    )
    await tx.run(
        "DELETE FROM homes WHERE workspace = :workspace AND opened_at < :since",
        since=micros(now - KEPT),
    )


async def note_shown(tx: Transaction, user: UserId, now: datetime) -> None:
    """Keep that App Home was shown to somebody as it is now."""
    await tx.run(
        "UPDATE homes SET shown_at = :now WHERE workspace = :workspace AND user_id = :user",
        user=user,
        now=micros(now),
    )


async def opened_since(
    session: Session, since: datetime, most: int
) -> tuple[tuple[UserId, datetime], ...]:
    """Read who opened App Home since then, at most so many, and when it was last shown to each."""
    rows = await session.run(
        "SELECT user_id, shown_at FROM homes WHERE workspace = :workspace AND opened_at >= :since"
        " ORDER BY opened_at DESC, user_id LIMIT :most",
        since=micros(since),
        most=most,
    )
    return tuple((UserId(row["user_id"]), moment(row["shown_at"])) for row in rows)


async def opened_at(session: Session, user: UserId) -> datetime | None:
    """Tell when somebody opened App Home last."""
    row = await session.first(
        "SELECT opened_at FROM homes WHERE workspace = :workspace AND user_id = :user", user=user
    )
    return moment(row["opened_at"]) if row else None
