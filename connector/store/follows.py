"""Who follows which ticket."""

from datetime import datetime

from connector.models import Followed, ShareId, Ticket, UserId
from connector.store import tickets
from connector.store.columns import micros
from connector.store.database import Session, Transaction


async def add(tx: Transaction, share: ShareId, user: UserId, at: datetime) -> bool:
    """Keep that somebody follows a ticket; tell whether that is new."""
    rows = await tx.run(
        "INSERT INTO follows (workspace, share, user_id, at)"
        " VALUES (:workspace, :share, :user, :at) ON CONFLICT DO NOTHING RETURNING share",
        share=share,
        user=user,
        at=micros(at),
    )
    return bool(rows)


async def remove(tx: Transaction, share: ShareId, user: UserId) -> bool:
    """Keep that somebody does not follow a ticket any more; tell whether they did."""
    rows = await tx.run(
        "DELETE FROM follows WHERE workspace = :workspace AND share = :share"
        " AND user_id = :user RETURNING share",
        share=share,
        user=user,
    )
    return bool(rows)


async def count(session: Session, user: UserId) -> int:
    """Count the tickets that somebody follows."""
    row = await session.first(
        "SELECT count(*) AS n FROM follows WHERE workspace = :workspace AND user_id = :user",
        user=user,
    )
    return int(row["n"]) if row else 0


async def listed(session: Session, user: UserId, most: int, skipped: int) -> Followed:
    """Read the tickets that somebody follows, those followed last first."""
    rows = await session.run(
        "SELECT share FROM follows WHERE workspace = :workspace AND user_id = :user"
        " ORDER BY at DESC, share LIMIT :most OFFSET :skipped",
        user=user,
        most=most,
        skipped=skipped,
    )
    found: list[Ticket] = []
    for row in rows:
        ticket = await tickets.get(session, ShareId(row["share"]))
        if ticket is not None:
            found.append(ticket)
    return Followed(tickets=tuple(found), count=await count(session, user))
