"""Bulks: what was shared together, and the one message that tells how far it is."""

from dataclasses import dataclass
from datetime import datetime

from connector.models import Bulk, BulkId, Place, UserId
from connector.store.columns import (
    Row,
    micros,
    micros_or_none,
    moment,
    place,
    place_values,
    thread,
    thread_values,
)
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """A bulk without its shares; ``shown`` is what its message last told, in our shorthand.

    It ``is_announced`` once its message stands, or nobody can be reached: then its cards follow.
    """

    bulk: Bulk
    is_announced: bool = False
    shown: str = ""


async def add(tx: Transaction, bulk: Bulk) -> None:
    """Keep a new bulk; its shares are kept by themselves."""
    await tx.run(
        "INSERT INTO bulks (workspace, id, requester, destination, thread_conversation,"
        " thread_message, requested_at) VALUES (:workspace, :id, :requester, :destination,"
        " :thread_conversation, :thread_message, :requested_at)",
        id=bulk.id,
        requester=bulk.requester,
        destination=bulk.destination,
        requested_at=micros(bulk.requested_at),
        **thread_values(bulk.thread),
    )


async def get(session: Session, bulk_id: str) -> BulkRow | None:
    """Read a bulk."""
    row = await session.first(
        "SELECT * FROM bulks WHERE workspace = :workspace AND id = :id", id=bulk_id
    )
    return _row(session, row) if row else None


async def keep_shown(
    tx: Transaction, bulk_id: BulkId, shown: str, where: Place | None, ended_at: datetime | None
) -> None:
    """Keep what a bulk's message tells and where it stands; None where nobody can be reached."""
    await tx.run(
        "UPDATE bulks SET shown = :shown, is_announced = 1, ended_at = :ended_at,"
        " place_conversation = :place_conversation, place_message = :place_message"
        " WHERE workspace = :workspace AND id = :id",
        id=bulk_id,
        shown=shown,
        ended_at=micros_or_none(ended_at),
        **place_values(where),
    )


async def leave_thread(tx: Transaction, bulk_id: BulkId) -> None:
    """Forget the thread in which a bulk was asked for, for its message and its cards."""
    await tx.run(
        "UPDATE bulks SET thread_conversation = NULL, thread_message = NULL"
        " WHERE workspace = :workspace AND id = :bulk",
        bulk=bulk_id,
    )
    await tx.run(
        "UPDATE shares SET thread_conversation = NULL, thread_message = NULL"
        " WHERE workspace = :workspace AND bulk = :bulk",
        bulk=bulk_id,
    )


async def gather(tx: Transaction, bulk_id: BulkId, where: Place) -> None:
    """Have the cards of a bulk stand in the thread of its message, unless that stands in one.

    A thread in another conversation than the message cannot be written to any more.
    """
    await tx.run(
        "UPDATE shares SET thread_conversation = :conversation, thread_message = :message"
        " WHERE workspace = :workspace AND bulk = :bulk AND (thread_message IS NULL"
        " OR thread_conversation <> :conversation)",
        bulk=bulk_id,
        conversation=where.conversation,
        message=where.message,
    )


async def without_work(session: Session) -> tuple[BulkRow, ...]:
    """Read the bulks whose message is still to tell something and that no work item tells."""
    rows = await session.run(
        "SELECT * FROM bulks b WHERE b.workspace = :workspace AND b.ended_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = b.workspace"
        " AND w.job = 'show bulk' AND w.key = b.id)"
    )
    return tuple(_row(session, row) for row in rows)


def _row(session: Session, row: Row) -> BulkRow:
    bulk = Bulk(
        id=BulkId(row["id"]),
        workspace=session.workspace,
        requester=UserId(row["requester"]),
        destination=row["destination"],
        requested_at=moment(row["requested_at"]),
        thread=thread(row),
        place=place(row),
    )
    return BulkRow(bulk=bulk, is_announced=bool(row["is_announced"]), shown=row["shown"])
