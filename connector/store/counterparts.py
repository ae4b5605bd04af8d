"""Which ServiceNow user has somebody's verified e-mail address; the address is not kept."""

from connector.models import Counterpart, UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction


async def get(session: Session, user: UserId) -> Counterpart | None:
    """Read what was last found; None where nobody asked yet."""
    row = await session.first(
        "SELECT instance, sys_id, user_name, name, asked_at FROM counterparts"
        " WHERE workspace = :workspace AND user_id = :user",
        user=user,
    )
    if row is None:
        return None
    return Counterpart(
        instance=row["instance"],
        sys_id=row["sys_id"],
        user_name=row["user_name"],
        name=row["name"],
        asked_at=moment(row["asked_at"]),
    )


async def keep(tx: Transaction, user: UserId, found: Counterpart) -> None:
    """Keep what was found."""
    await tx.run(
        "INSERT INTO counterparts (workspace, user_id, instance, sys_id, user_name, name,"
        " asked_at) VALUES (:workspace, :user, :instance, :sys_id, :user_name, :name, :asked_at)"
        " ON CONFLICT (workspace, user_id) DO UPDATE SET instance = excluded.instance,"
        " sys_id = excluded.sys_id, user_name = excluded.user_name, name = excluded.name,"
        " asked_at = excluded.asked_at",
        user=user,
        instance=found.instance,
        sys_id=found.sys_id,
        user_name=found.user_name,
        name=found.name,
        asked_at=micros(found.asked_at),
    )


async def sys_id(session: Session, user: UserId) -> str:
    """Read the sys_id of somebody's user at the instance that is connected; empty if unknown."""
    row = await session.first(
        "SELECT k.sys_id FROM counterparts k JOIN connections c ON c.workspace = k.workspace"
        " AND c.provider = 'ServiceNow' AND c.remote = k.instance"
        " WHERE k.workspace = :workspace AND k.user_id = :user",
        user=user,
    )
    return str(row["sys_id"]) if row else ""
