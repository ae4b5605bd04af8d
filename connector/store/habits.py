"""What an instance was seen to do with what we send, for each kind of ticket."""

from connector.models import TicketKind
from connector.store.database import Session, Transaction


async def keeps_sys_id(session: Session, instance: str, kind: TicketKind) -> bool | None:
    """Tell whether the newest record of an instance kept the sys_id chosen for it.

    None where there was none since the instance was connected.
    """
    row = await session.first(
        "SELECT keeps_sys_id FROM habits"
        " WHERE workspace = :workspace AND instance = :instance AND kind = :kind",
        instance=instance,
        kind=kind.value,
    )
    return None if row is None else bool(row["keeps_sys_id"])


async def learn(tx: Transaction, instance: str, kind: TicketKind, *, keeps_sys_id: bool) -> None:
    """Keep what was seen last."""
    await tx.run(
        "INSERT INTO habits (workspace, instance, kind, keeps_sys_id)"
        " VALUES (:workspace, :instance, :kind, :keeps_sys_id)"
        " ON CONFLICT (workspace, instance, kind) DO UPDATE SET"
        " keeps_sys_id = excluded.keeps_sys_id",
        instance=instance,
        kind=kind.value,
        keeps_sys_id=keeps_sys_id,
    )


async def forget(tx: Transaction, instance: str) -> None:
    """Forget what an instance does: it may have been changed."""
    await tx.run(
        "DELETE FROM habits WHERE workspace = :workspace AND instance = :instance",
        instance=instance,
    )
