"""How an instance was seen to make priorities of impact and urgency."""

from dataclasses import dataclass
from datetime import datetime

from connector.store.columns import micros, moment, packed, unpacked
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """Priorities by impact and urgency, as read at a time (aware UTC); empty if unreadable."""

    matrix: dict[tuple[str, str], str]
    read_at: datetime


async def get(session: Session, instance: str) -> MatrixRow | None:
    """Read what is known of an instance."""
    row = await session.first(
        "SELECT matrix, read_at FROM matrices"
        " WHERE workspace = :workspace AND instance = :instance",
        instance=instance,
    )
    if row is None:
        return None
    cells = {(impact, urgency): made for impact, urgency, made in unpacked(row["matrix"])}
    return MatrixRow(matrix=cells, read_at=moment(row["read_at"]))


async def put(tx: Transaction, instance: str, row: MatrixRow) -> None:
    """Keep what was read of an instance just now."""
    await tx.run(
        "INSERT INTO matrices (workspace, instance, matrix, read_at)"
        " VALUES (:workspace, :instance, :matrix, :read_at)"
        " ON CONFLICT (workspace, instance) DO UPDATE SET"
        " matrix = excluded.matrix, read_at = excluded.read_at",
        instance=instance,
        matrix=packed([[*pair, made] for pair, made in sorted(row.matrix.items())]),
        read_at=micros(row.read_at),
    )


async def forget(tx: Transaction, instance: str) -> None:
    """Forget what was read of an instance: it does something else."""
    await tx.run(
        "DELETE FROM matrices WHERE workspace = :workspace AND instance = :instance",
        instance=instance,
    )
