"""What an instance was seen to do with what we send, for each kind of ticket."""

from dataclasses import dataclass

from connector.models import TicketKind
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Which of our marks the newest record of an instance carried.

    ``keeps_description`` tells that the description carried the share's reference.
    """

    keeps_sys_id: bool
    keeps_correlation_id: bool
    keeps_description: bool

    @property
    def can_be_found(self) -> bool:
        """Tell whether a record could be found again, so that finding none proves something."""
        return self.keeps_sys_id or self.keeps_correlation_id or self.keeps_description

    @property
    def keeps_only_description(self) -> bool:
        """Tell whether a record can be found by nothing but its text."""
        return self.keeps_description and not (self.keeps_sys_id or self.keeps_correlation_id)


async def get(session: Session, instance: str, kind: TicketKind) -> Habits | None:
    """Read what was seen; None where no record was."""
    row = await session.first(
        "SELECT * FROM habits"
        " WHERE workspace = :workspace AND instance = :instance AND kind = :kind",
        instance=instance,
        kind=kind.value,
    )
    if row is None:
        return None
    return Habits(
        keeps_sys_id=bool(row["keeps_sys_id"]),
        keeps_correlation_id=bool(row["keeps_correlation_id"]),
        keeps_description=bool(row["keeps_description"]),
    )


async def learn(tx: Transaction, instance: str, kind: TicketKind, seen: Habits) -> None:
    """Keep what was seen last."""
    await tx.run(
        "INSERT INTO habits (workspace, instance, kind, keeps_sys_id, keeps_correlation_id,"
        " keeps_description) VALUES (:workspace, :instance, :kind, :sys_id, :correlation_id,"
        " :description) ON CONFLICT (workspace, instance, kind) DO UPDATE SET"
        " keeps_sys_id = excluded.keeps_sys_id,"
        " keeps_correlation_id = excluded.keeps_correlation_id,"
        " keeps_description = excluded.keeps_description",
        instance=instance,
        kind=kind.value,
        sys_id=seen.keeps_sys_id,
        correlation_id=seen.keeps_correlation_id,
        description=seen.keeps_description,
    )


async def trust_less(tx: Transaction, instance: str) -> None:
    """Forget that an instance keeps sys_ids, but nothing that forbids sending again."""
    await tx.run(
        "UPDATE habits SET keeps_sys_id = 0 WHERE workspace = :workspace AND instance = :instance",
        instance=instance,
    )
