"""Who has opened App Home lately, and when it was last shown to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connector.models import UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction

KEPT: Final = timedelta(days=30)
LATELY: Final = timedelta(hours=1)
"""For how long somebody who has opened it is taken to look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Somebody's App Home: when it was last shown, and whether it is going to be anyway."""

    user: UserId
    shown_at: datetime
    is_planned: bool


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


async def opened_since(session: Session, since: datetime, most: int) -> tuple[Opened, ...]:
    """Read who opened App Home since then, the last of them first, at most so many."""
    rows = await session.run(
        "SELECT h.user_id, h.shown_at, EXISTS (SELECT 1 FROM work w"
        " WHERE w.workspace = h.workspace AND w.job = 'show home' AND w.key = h.user_id"
        " AND w.due_at IS NOT NULL) AS planned"
        " FROM homes h WHERE h.workspace = :workspace AND h.opened_at >= :since"
        " ORDER BY h.opened_at DESC, h.user_id LIMIT :most",
        since=micros(since),
        most=most,
    )
    return tuple(
        Opened(
            user=UserId(row["user_id"]),
            shown_at=moment(row["shown_at"]),
            is_planned=bool(row["planned"]),
        )
        for row in rows
    )


async def without_work(session: Session, now: datetime) -> tuple[UserId, ...]:
    """Name who opened App Home lately, has not been shown it, and will not be by any work."""
    rows = await session.run(
        "SELECT h.user_id FROM homes h WHERE h.workspace = :workspace"
        " AND h.opened_at >= :since AND h.shown_at < h.opened_at"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = h.workspace"
        " AND w.job = 'show home' AND w.key = h.user_id) ORDER BY h.user_id",
        since=micros(now - LATELY),
    )
    return tuple(UserId(row["user_id"]) for row in rows)


async def opened_at(session: Session, user: UserId) -> datetime | None:
    """Tell when somebody opened App Home last."""
    row = await session.first(
        "SELECT opened_at FROM homes WHERE workspace = :workspace AND user_id = :user", user=user
    )
    return moment(row["opened_at"]) if row else None
