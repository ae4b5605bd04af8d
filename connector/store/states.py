"""The states of tickets: as an instance has them, and as an admin named and judged them."""

from dataclasses import dataclass

from connector.models import Meaning, StateChoice, TicketKind
from connector.store.columns import Row
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """A state that was seen or judged; ``meaning`` is None where no admin chose one."""

    value: str
    label: str
    is_active: bool
    name: str = ""
    meaning: Meaning | None = None


async def known(session: Session, instance: str, kind: TicketKind) -> tuple[StateRow, ...]:
    """Read every state of a kind of ticket."""
    rows = await session.run(
        "SELECT * FROM states WHERE workspace = :workspace AND instance = :instance"
        " AND kind = :kind ORDER BY value",
        instance=instance,
        kind=kind.value,
    )
    return tuple(_state(row) for row in rows)


async def get(session: Session, instance: str, kind: TicketKind, value: str) -> StateRow | None:
    """Read one state."""
    row = await session.first(
        "SELECT * FROM states WHERE workspace = :workspace AND instance = :instance"
        " AND kind = :kind AND value = :value",
        instance=instance,
        kind=kind.value,
        value=value,
    )
    return _state(row) if row else None


async def see(
    tx: Transaction, instance: str, kind: TicketKind, value: str, label: str, *, is_active: bool
) -> None:
    """Keep what a state is called there, and whether a record in it was active."""
    await tx.run(
        "INSERT INTO states (workspace, instance, kind, value, label, is_active)"
        " VALUES (:workspace, :instance, :kind, :value, :label, :is_active)"
        " ON CONFLICT (workspace, instance, kind, value) DO UPDATE SET"
        " label = excluded.label, is_active = excluded.is_active",
        instance=instance,
        kind=kind.value,
        value=value,
        label=label,
        is_active=is_active,
    )


async def judge(
    tx: Transaction, instance: str, kind: TicketKind, label: str, choice: StateChoice
) -> None:
    """Keep an admin's word on a state, and show the tickets in it accordingly from now on.

    ``label`` is the instance's, for a state that was never seen.
    """
    await tx.run(
        "INSERT INTO states (workspace, instance, kind, value, label, is_active, name, meaning)"
        " VALUES (:workspace, :instance, :kind, :value, :label, :is_open, :name, :meaning)"
        " ON CONFLICT (workspace, instance, kind, value) DO UPDATE SET"
        " name = excluded.name, meaning = excluded.meaning",
        instance=instance,
        kind=kind.value,
        value=choice.value,
        label=label,
        name=choice.name,
        meaning=choice.meaning.value,
        is_open=choice.meaning.is_open,
    )
    await tx.run(
        "UPDATE tickets SET state_label = :shown,"
        " is_open = CASE WHEN is_gone = 1 THEN 0 ELSE :is_open END"
        " WHERE workspace = :workspace AND instance = :instance AND kind = :kind"
        " AND state = :value",
        instance=instance,
        kind=kind.value,
        value=choice.value,
        shown=choice.name or label,
        is_open=choice.meaning.is_open,
    )


def _state(row: Row) -> StateRow:
    return StateRow(
        value=row["value"],
        label=row["label"],
        is_active=bool(row["is_active"]),
        name=row["name"],
        meaning=Meaning(row["meaning"]) if row["meaning"] else None,
    )
