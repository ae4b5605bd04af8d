"""Private words still to be said."""

from dataclasses import dataclass
from datetime import datetime

from connector.announcer import NoticeKind
from connector.errors import Provider
from connector.models import UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice to one user, about the connection to ``provider`` or a ``conversation``, if any."""

    id: str
    user: UserId
    kind: NoticeKind
    text: str
    provider: Provider | None
    planned_at: datetime
    conversation: str = ""


async def add(tx: Transaction, row: NoticeRow) -> None:
    """Keep a notice until it is told."""
    await tx.run(
        "INSERT INTO notices (workspace, id, user_id, kind, text, provider, planned_at,"
        " conversation) VALUES (:workspace, :id, :user_id, :kind, :text, :provider, :planned_at,"
        " :conversation)",
        id=row.id,
        user_id=row.user,
        kind=row.kind.value,
        text=row.text,
        provider=row.provider.value if row.provider else None,
        planned_at=micros(row.planned_at),
        conversation=row.conversation,
    )


async def get(session: Session, notice_id: str) -> NoticeRow | None:
    """Read a notice that is still to be told."""
    row = await session.first(
        "SELECT * FROM notices WHERE workspace = :workspace AND id = :id", id=notice_id
    )
    if row is None:
        return None
    return NoticeRow(
        id=row["id"],
        user=UserId(row["user_id"]),
        kind=NoticeKind(row["kind"]),
        text=row["text"],
        provider=Provider(row["provider"]) if row["provider"] else None,
        planned_at=moment(row["planned_at"]),
        conversation=row["conversation"],
    )


async def remove(tx: Transaction, notice_id: str) -> None:
    """Forget a notice that was told or cannot be."""
    await tx.run("DELETE FROM notices WHERE workspace = :workspace AND id = :id", id=notice_id)


async def withdraw(tx: Transaction, kind: NoticeKind, provider: Provider) -> None:
    """Forget what is still to be told of a connection that another has taken the place of."""
    await tx.run(
        "DELETE FROM notices WHERE workspace = :workspace AND kind = :kind"
        " AND provider = :provider",
        kind=kind.value,
        provider=provider.value,
    )


async def without_work(session: Session) -> tuple[str, ...]:
    """Name the notices to be told that no work item tells."""
    rows = await session.run(
        "SELECT n.id FROM notices n WHERE n.workspace = :workspace"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = n.workspace"
        " AND w.job = 'tell notice' AND w.key = n.id)"
    )
    return tuple(row["id"] for row in rows)
