"""Who asked for a right, what was answered, and what each approver was shown of it."""

from datetime import datetime, timedelta
from typing import Final

from connector.models import (
    RequestCopy,
    RequestState,
    Right,
    RightRequest,
    UserId,
    WorkspaceId,
)
from connector.store.columns import (
    Row,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    place,
    place_values,
)
from connector.store.database import Session, Transaction

KEPT: Final = timedelta(days=90)


async def add(tx: Transaction, request: RightRequest) -> None:
    """Keep a request."""
    await tx.run(
        "INSERT INTO right_requests (workspace, id, user_id, right_name, asked_at, state)"
        " VALUES (:workspace, :id, :user_id, :right_name, :asked_at, :state)",
        id=request.id,
        user_id=request.user,
        right_name=request.right.value,
        asked_at=micros(request.asked_at),
        state=request.state.value,
    )


async def get(session: Session, request_id: str) -> RightRequest | None:
    """Read a request."""
    row = await session.first(
        "SELECT * FROM right_requests WHERE workspace = :workspace AND id = :id", id=request_id
    )
    return _request(row) if row else None


async def last(session: Session, user: UserId, right: Right) -> RightRequest | None:
    """Read somebody's newest request for a right."""
    row = await session.first(
        "SELECT * FROM right_requests WHERE workspace = :workspace AND user_id = :user_id"
        " AND right_name = :right_name ORDER BY asked_at DESC, id LIMIT 1",
        user_id=user,
        right_name=right.value,
    )
    return _request(row) if row else None


async def pending(session: Session, user: UserId, right: Right) -> tuple[str, ...]:
    """Name somebody's requests for a right that nobody has answered."""
    rows = await session.run(
        "SELECT id FROM right_requests WHERE workspace = :workspace AND user_id = :user_id"
        " AND right_name = :right_name AND state = 'pending'",
        user_id=user,
        right_name=right.value,
    )
    return tuple(row["id"] for row in rows)


async def decide(
    tx: Transaction, request_id: str, state: RequestState, by: UserId, at: datetime | None
) -> None:
    """Keep what became of a request that was still pending; another one stays as it is."""
    await tx.run(
        "UPDATE right_requests SET state = :state, decided_by = :by, decided_at = :at"
        " WHERE workspace = :workspace AND id = :id AND state = 'pending'",
        id=request_id,
        state=state.value,
        by=by,
        at=micros_or_none(at),
    )


async def is_told(session: Session, request_id: str) -> bool:
    """Tell whether whoever asked was told the answer."""
    row = await session.first(
        "SELECT told FROM right_requests WHERE workspace = :workspace AND id = :id", id=request_id
    )
    return bool(row and row["told"])


async def keep_told(tx: Transaction, request_id: str) -> None:
    """Note that whoever asked was told the answer."""
    await tx.run(
        "UPDATE right_requests SET told = 1 WHERE workspace = :workspace AND id = :id",
        id=request_id,
    )


async def copies(session: Session, request_id: str) -> tuple[RequestCopy, ...]:
    """Read what each approver was shown of a request."""
    rows = await session.run(
        "SELECT * FROM right_request_copies WHERE workspace = :workspace AND request = :request"
        " ORDER BY approver",
        request=request_id,
    )
    return tuple(
        RequestCopy(
            approver=UserId(row["approver"]), place=place(row), shown=RequestState(row["shown"])
        )
        for row in rows
    )


async def keep_copy(tx: Transaction, request_id: str, copy: RequestCopy) -> None:
    """Keep what an approver is shown, and where."""
    await tx.run(
        "INSERT INTO right_request_copies (workspace, request, approver, place_conversation,"
        " place_message, shown) VALUES (:workspace, :request, :approver, :place_conversation,"
        " :place_message, :shown) ON CONFLICT (workspace, request, approver) DO UPDATE SET"
        " place_conversation = excluded.place_conversation,"
        " place_message = excluded.place_message, shown = excluded.shown",
        request=request_id,
        approver=copy.approver,
        shown=copy.shown.value,
        **place_values(copy.place),
    )


async def purge(tx: Transaction, now: datetime) -> None:
    """Forget old requests that were answered; what nobody answered still can be."""
    before = micros(now - KEPT)
    await tx.run(
        "DELETE FROM right_request_copies WHERE workspace = :workspace AND request IN"
        " (SELECT id FROM right_requests WHERE workspace = :workspace AND state <> 'pending'"
        " AND asked_at < :before)",
        before=before,
    )
    await tx.run(
        "DELETE FROM right_requests WHERE workspace = :workspace AND state <> 'pending'"
        " AND asked_at < :before",
        before=before,
    )


async def without_work(session: Session) -> tuple[str, ...]:
    """Name the requests of which somebody is still to be told and that no work item tells."""
    rows = await session.run(
        "SELECT r.id FROM right_requests r WHERE r.workspace = :workspace AND ("
        " (r.state IN ('allowed', 'declined', 'unheard') AND r.told = 0)"
        " OR (r.state = 'pending' AND NOT EXISTS (SELECT 1 FROM right_request_copies c"
        " WHERE c.workspace = r.workspace AND c.request = r.id))"
        " OR EXISTS (SELECT 1 FROM right_request_copies c WHERE c.workspace = r.workspace"
        " AND c.request = r.id AND c.shown <> r.state AND c.place_message IS NOT NULL))"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = r.workspace"
        " AND w.job = 'tell right request' AND w.key = r.id)"
    )
    return tuple(row["id"] for row in rows)


def _request(row: Row) -> RightRequest:
    return RightRequest(
        id=row["id"],
        workspace=WorkspaceId(row["workspace"]),
        user=UserId(row["user_id"]),
        right=Right(row["right_name"]),
        asked_at=moment(row["asked_at"]),
        state=RequestState(row["state"]),
        decided_by=UserId(row["decided_by"]),
        decided_at=moment_or_none(row["decided_at"]),
    )
