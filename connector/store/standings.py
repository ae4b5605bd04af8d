"""What became of the tickets of a former instance, and what is to become of them."""

from connector.models import LeftBehind, ShareId, Standing
from connector.store.database import Session, Transaction


async def left_behind(session: Session, instance: str) -> LeftBehind | None:
    """Count the followed tickets of other instances than ``instance``; None without any."""
    rows = await session.run(
        "SELECT instance, count(*) AS tickets, sum(is_open) AS open FROM tickets"
        " WHERE workspace = :workspace AND instance <> :instance AND standing = :followed"
        " GROUP BY instance ORDER BY instance",
        instance=instance,
        followed=Standing.FOLLOWED.value,
    )
    if not rows:
        return None
    return LeftBehind(
        instances=tuple(row["instance"] for row in rows),
        tickets=sum(row["tickets"] for row in rows),
        open=sum(row["open"] for row in rows),
    )


async def keep_answer(tx: Transaction, instance: str, becomes: Standing) -> None:
    """Keep what other instances' tickets become once ``instance`` is connected; the last counts."""
    await tx.run(
        "INSERT INTO moves (workspace, instance, becomes) VALUES (:workspace, :instance, :becomes)"
        " ON CONFLICT (workspace, instance) DO UPDATE SET becomes = excluded.becomes",
        instance=instance,
        becomes=becomes.value,
    )


async def move(tx: Transaction, instance: str) -> tuple[ShareId, ...]:
    """Follow the tickets of ``instance`` and no others; name those that this changes.

    What was answered before becomes of the others, and is used up; without an answer they are
    kept as they are. What was forgotten stays forgotten.
    """
    answer = await tx.first(
        "DELETE FROM moves WHERE workspace = :workspace AND instance = :instance RETURNING becomes",
        instance=instance,
    )
    resumed = await tx.run(
        "UPDATE tickets SET standing = :followed WHERE workspace = :workspace"
        " AND instance = :instance AND standing = :former RETURNING share",
        instance=instance,
        followed=Standing.FOLLOWED.value,
        former=Standing.FORMER.value,
    )
    left = await tx.run(
        "UPDATE tickets SET standing = :becomes WHERE workspace = :workspace"
        " AND instance <> :instance AND standing = :followed RETURNING share",
        instance=instance,
        becomes=answer["becomes"] if answer else Standing.FORMER.value,
        followed=Standing.FOLLOWED.value,
    )
    return tuple(ShareId(row["share"]) for row in (*resumed, *left))
