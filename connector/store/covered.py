"""Which improvement actions were shared already, as which tickets."""

from typing import Final

from connector.models import ShareId
from connector.store.database import Session

_COVERING: Final = (
    "SELECT c.action, c.share, t.number, t.state_label FROM covered c"
    " JOIN shares s ON s.workspace = c.workspace AND s.id = c.share"
    " LEFT JOIN tickets t ON t.workspace = c.workspace AND t.share = c.share"
    " WHERE c.workspace = :workspace AND s.sent_again_as = ''"
    " AND ((t.share IS NOT NULL AND t.instance = :instance AND t.is_gone = 0"
    " AND t.standing = 'followed')"
    " OR (t.share IS NULL AND s.state IN ('received', 'sending', 'unknown')))"
)


async def covering(session: Session, instance: str, action: str) -> tuple[ShareId, ...]:
    """Name up to 50 shares that an action was shared by: what is open or on its way, then newest.

    Tickets of other instances, deleted ones, and what surely never became one are left out.
    """
    rows = await session.run(
        f"{_COVERING} AND c.action = :action"
        " ORDER BY coalesce(t.is_open, 1) DESC, s.requested_at DESC, s.id LIMIT 50",
        instance=instance,
        action=action,
    )
    return tuple(ShareId(row["share"]) for row in rows)


async def marked(session: Session, instance: str) -> tuple[tuple[str, str, str], ...]:
    """Read action, number and state of all that is open or on its way; newest last.

    Number and state are empty for what is on its way.
    """
    rows = await session.run(
        f"{_COVERING} AND (t.share IS NULL OR t.is_open = 1) ORDER BY s.requested_at, s.id",
        instance=instance,
    )
    return tuple((r["action"], r["number"] or "", r["state_label"] or "") for r in rows)
