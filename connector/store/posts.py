"""Posts that may have been made: what was begun and is not known to have ended."""

from dataclasses import dataclass
from datetime import datetime

from connector.store.columns import micros, moment_or_none
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post: ``begun_at`` is set while its outcome is open.

    ``repeated`` tells that it was begun again while the outcome before was open.
    """

    begun_at: datetime | None
    repeated: bool


async def begin(tx: Transaction, key: str, at: datetime) -> bool:
    """Note that a post is about to be made; tell whether it may have been made before."""
    row = await tx.first(
        "INSERT INTO posts (workspace, key, begun_at) VALUES (:workspace, :key, :at)"
        " ON CONFLICT (workspace, key) DO UPDATE SET begun_at = excluded.begun_at,"
        " repeated = max(repeated, begun_at IS NOT NULL) RETURNING repeated",
        key=key,
        at=micros(at),
    )
    return bool(row and row["repeated"])


async def get(session: Session, key: str) -> PostRow | None:
    """Read what is known of a post; None where nothing is open and nothing was repeated."""
    row = await session.first(
        "SELECT begun_at, repeated FROM posts WHERE workspace = :workspace AND key = :key",
        key=key,
    )
    if row is None:
        return None
    return PostRow(begun_at=moment_or_none(row["begun_at"]), repeated=bool(row["repeated"]))


async def settle(tx: Transaction, key: str, at: datetime) -> None:
    """Note that what became of the last post is known and kept, or that it was not made."""
    await tx.run(
        "DELETE FROM posts WHERE workspace = :workspace AND key = :key AND repeated = 0", key=key
    )
    await tx.run(
        "UPDATE posts SET begun_at = NULL, settled_at = :at"
        " WHERE workspace = :workspace AND key = :key",
        key=key,
        at=micros(at),
    )


async def purge(tx: Transaction, before: datetime) -> None:
    """Forget of which posts it was known ``before`` what became of them."""
    await tx.run(
        "DELETE FROM posts WHERE workspace = :workspace AND begun_at IS NULL"
        " AND coalesce(settled_at, 0) < :before",
        before=micros(before),
    )
