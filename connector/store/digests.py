"""Digests that were asked for, and when each conversation last got one."""

from dataclasses import dataclass
from datetime import datetime

from connector.models import Place, UserId
from connector.store.columns import micros, moment, moment_or_none, place_values
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow:
    """A digest somebody asked for; ``ended_at`` is None until it is posted or cannot be."""

    id: str
    conversation: str
    requested_by: UserId
    requested_at: datetime
    ended_at: datetime | None = None


async def add(tx: Transaction, row: DigestRow) -> None:
    """Keep a request for a digest."""
    await tx.run(
        "INSERT INTO digests (workspace, id, conversation, requested_by, requested_at)"
        " VALUES (:workspace, :id, :conversation, :requested_by, :requested_at)",
        id=row.id,
        conversation=row.conversation,
        requested_by=row.requested_by,
        requested_at=micros(row.requested_at),
    )


async def get(session: Session, digest_id: str) -> DigestRow | None:
    """Read a request for a digest."""
    row = await session.first(
        "SELECT id, conversation, requested_by, requested_at, ended_at FROM digests"
        " WHERE workspace = :workspace AND id = :id",
        id=digest_id,
    )
    if row is None:
        return None
    return DigestRow(
        id=row["id"],
        conversation=row["conversation"],
        requested_by=UserId(row["requested_by"]),
        requested_at=moment(row["requested_at"]),
        ended_at=moment_or_none(row["ended_at"]),
    )


async def end(tx: Transaction, digest_id: str, at: datetime, where: Place | None) -> None:
    """Note that a digest was posted, or that it cannot be."""
    await tx.run(
        "UPDATE digests SET ended_at = :at, place_conversation = :place_conversation,"
        " place_message = :place_message WHERE workspace = :workspace AND id = :id",
        id=digest_id,
        at=micros(at),
        **place_values(where),
    )


async def last_posted(session: Session, conversation: str) -> datetime | None:
    """Read when a digest was last posted into a conversation."""
    row = await session.first(
        "SELECT max(ended_at) AS at FROM digests WHERE workspace = :workspace"
        " AND conversation = :conversation AND place_conversation IS NOT NULL",
        conversation=conversation,
    )
    return moment(row["at"]) if row and row["at"] is not None else None


async def without_work(session: Session) -> tuple[tuple[str, str], ...]:
    """Name the digests (id, conversation) to be posted that no work item posts."""
    rows = await session.run(
        "SELECT d.id, d.conversation FROM digests d"
        " WHERE d.workspace = :workspace AND d.ended_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = d.workspace"
        " AND w.job = 'post digest' AND w.key = d.id)"
    )
    return tuple((row["id"], row["conversation"]) for row in rows)
