"""What was already taken on: the same delivery of a request has one effect."""

from datetime import datetime, timedelta
from typing import Final

from connector.store.columns import micros
from connector.store.database import Session, Transaction

KEPT: Final = timedelta(days=7)


async def claim(tx: Transaction, key: str, made: str, at: datetime) -> str:
    """Note that delivery ``key`` makes ``made``; return what it made the first time."""
    row = await tx.first(
        "INSERT INTO deliveries (workspace, key, made, at) VALUES (:workspace, :key, :made, :at)"
        " ON CONFLICT (workspace, key) DO UPDATE SET key = excluded.key RETURNING made",
        key=key,
        made=made,
        at=micros(at),
    )
    return str(row["made"]) if row else made


async def is_known(session: Session, key: str) -> bool:
    """Tell whether a delivery was noted."""
    row = await session.first(
        "SELECT 1 AS yes FROM deliveries WHERE workspace = :workspace AND key = :key", key=key
    )
    return row is not None


async def purge(tx: Transaction, now: datetime) -> None:
    """Forget deliveries that are too old to come again."""
    await tx.run(
        "DELETE FROM deliveries WHERE workspace = :workspace AND at < :before",
        before=micros(now - KEPT),
    )
