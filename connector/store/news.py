"""What people are still to be told of in private, one row for each change and person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from connector.models import Because, ShareId, TicketChange, Told, Turn, UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction

_CHANGE: Final = TypeAdapter(TicketChange)
_SPREAD: Final = (
    "INSERT INTO news (workspace, user_id, share, because, change, at)"
    " SELECT f.workspace, f.user_id, f.share, 'followed', :change, :at FROM follows f"
    " LEFT JOIN personal_news p ON p.workspace = f.workspace AND p.user_id = f.user_id"
    " WHERE f.workspace = :workspace AND f.share = :share AND f.user_id <> :by"
    " AND coalesce(p.followed, 'all') IN ('all', :states, :done)"
)
_SPREAD_ASKED: Final = (
    "INSERT INTO news (workspace, user_id, share, because, change, at)"
    " SELECT p.workspace, p.user_id, :share, 'asked', :change, :at FROM personal_news p"
    " WHERE p.workspace = :workspace AND p.user_id = :requester AND p.user_id <> :by"
    " AND p.asked IN ('all', :states, :done)"
    " AND NOT (p.followed IN ('all', :states, :done) AND EXISTS (SELECT 1 FROM follows f"
    " WHERE f.workspace = p.workspace AND f.share = :share AND f.user_id = p.user_id))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRow:
    """One change that one person is still to be told of, since when."""

    id: int
    at: datetime
    share: ShareId
    because: Because
    change: TicketChange


async def spread(
    tx: Transaction, change: TicketChange, requester: UserId | None, at: datetime
) -> None:
    """Keep a change for everybody who wants to be told of it, but for whoever made it.

    ``requester`` is None where the ticket's own card tells them.
    """
    wanted = {
        "share": change.ticket,
        "change": _CHANGE.dump_json(change).decode(),
        "by": change.by_user or "",
        "at": micros(at),
        "states": Told.STATES.value if change.is_of_state else "",
        "done": Told.DONE.value if change.turn is not Turn.NONE else "",
    }
    await tx.run(_SPREAD, **wanted)
    if requester is not None:
        await tx.run(_SPREAD_ASKED, requester=requester, **wanted)


async def waiting(session: Session, user: UserId, most: int) -> tuple[NewsRow, ...]:
    """Read what somebody is still to be told, oldest first."""
    rows = await session.run(
        "SELECT * FROM news WHERE workspace = :workspace AND user_id = :user"
        " ORDER BY id LIMIT :most",
        user=user,
        most=most,
    )
    return tuple(
        NewsRow(
            id=row["id"],
            at=moment(row["at"]),
            share=ShareId(row["share"]),
            because=Because(row["because"]),
            change=_CHANGE.validate_json(row["change"]),
        )
        for row in rows
    )


async def forget(tx: Transaction, user: UserId, through: int) -> None:
    """Forget what somebody was told, up to the row of that id."""
    await tx.run(
        "DELETE FROM news WHERE workspace = :workspace AND user_id = :user AND id <= :through",
        user=user,
        through=through,
    )


async def withdraw(tx: Transaction, user: UserId, share: ShareId) -> None:
    """Forget what somebody was still to be told of a ticket because they followed it."""
    await tx.run(
        "DELETE FROM news WHERE workspace = :workspace AND user_id = :user AND share = :share"
        " AND because = 'followed'",
        user=user,
        share=share,
    )


async def people_without_work(session: Session, most: int, after: str = "") -> tuple[UserId, ...]:
    """Name people ``after`` one, by their ids, who are to be told something and will not be yet.

    Whoever is being told just now may have been read for already, and is among them.
    """
    rows = await session.run(
        "SELECT DISTINCT n.user_id FROM news n WHERE n.workspace = :workspace"
        " AND n.user_id > :after AND NOT EXISTS (SELECT 1 FROM work w"
        " WHERE w.workspace = n.workspace AND w.job = 'tell news' AND w.key = n.user_id"
        " AND w.due_at IS NOT NULL) ORDER BY n.user_id LIMIT :most",
        most=most,
        after=after,
    )
    return tuple(UserId(row["user_id"]) for row in rows)
