"""Cards that do not show what has been kept since, and are to be drawn anew."""

from connector.models import Share, ShareId
from connector.store import shares
from connector.store.database import Session, Transaction


async def want(tx: Transaction, share: ShareId) -> None:
    """Note that a card is to be drawn anew, once more than was noted before."""
    await tx.run(
        "INSERT INTO redraws (workspace, share) VALUES (:workspace, :share)"
        " ON CONFLICT (workspace, share) DO UPDATE SET wanted = wanted + 1",
        share=share,
    )


async def wanted(session: Session, share: ShareId) -> int:
    """Tell how often it was noted; 0 where a card shows everything."""
    row = await session.first(
        "SELECT wanted FROM redraws WHERE workspace = :workspace AND share = :share", share=share
    )
    return int(row["wanted"]) if row else 0


async def settle(tx: Transaction, share: ShareId, times: int) -> None:
    """Forget it after a card was drawn, unless it was noted more than so many ``times``."""
    await tx.run(
        "DELETE FROM redraws WHERE workspace = :workspace AND share = :share AND wanted = :times",
        share=share,
        times=times,
    )


async def without_work(session: Session) -> tuple[Share, ...]:
    """Read the shares whose cards are to be drawn anew and that no work item draws."""
    rows = await session.run(
        "SELECT r.share FROM redraws r WHERE r.workspace = :workspace"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = r.workspace"
        " AND w.job = 'redraw card' AND w.key = r.share)"
    )
    found = [await shares.get(session, row["share"]) for row in rows]
    return tuple(each.share for each in found if each is not None)
