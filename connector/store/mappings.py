"""Which further columns tickets are filled with, and what was sent for each share."""

from typing import Final

from pydantic import TypeAdapter

from connector.models import FieldRule, RuleSource, SentValue, ShareId, TicketKind
from connector.store.database import Session, Transaction

_SOURCE: Final[TypeAdapter[RuleSource]] = TypeAdapter(RuleSource)
_SENT: Final = TypeAdapter(tuple[SentValue, ...])


async def rules(session: Session, instance: str, kind: TicketKind) -> tuple[FieldRule, ...]:
    """Read the rules for a kind of ticket, by the column's label."""
    rows = await session.run(
        "SELECT column_name, label, source FROM field_rules WHERE workspace = :workspace"
        " AND instance = :instance AND kind = :kind ORDER BY label, column_name",
        instance=instance,
        kind=kind.value,
    )
    return tuple(
        FieldRule(
            column=row["column_name"],
            label=row["label"],
            source=_SOURCE.validate_json(row["source"]),
        )
        for row in rows
    )


async def put(tx: Transaction, instance: str, kind: TicketKind, rule: FieldRule) -> None:
    """Keep a rule; one column has one."""
    await tx.run(
        "INSERT INTO field_rules (workspace, instance, kind, column_name, label, source)"
        " VALUES (:workspace, :instance, :kind, :column_name, :label, :source)"
        " ON CONFLICT (workspace, instance, kind, column_name) DO UPDATE SET"
        " label = excluded.label, source = excluded.source",
        instance=instance,
        kind=kind.value,
        column_name=rule.column,
        label=rule.label,
        source=_SOURCE.dump_json(rule.source).decode(),
    )


async def remove(tx: Transaction, instance: str, kind: TicketKind, column: str) -> None:
    """Forget the rule of a column."""
    await tx.run(
        "DELETE FROM field_rules WHERE workspace = :workspace AND instance = :instance"
        " AND kind = :kind AND column_name = :column_name",
        instance=instance,
        kind=kind.value,
        column_name=column,
    )


async def sent(session: Session, instance: str, share: ShareId) -> tuple[SentValue, ...] | None:
    """Read what the rules made of a share; None where it was never sent with any."""
    row = await session.first(
        "SELECT sent FROM sent_values"
        " WHERE workspace = :workspace AND share = :share AND instance = :instance",
        share=share,
        instance=instance,
    )
    return None if row is None else _SENT.validate_json(row["sent"])


async def keep_sent(
    tx: Transaction, instance: str, share: ShareId, values: tuple[SentValue, ...]
) -> None:
    """Keep what is sent for a share; what was kept first stays."""
    await tx.run(
        "INSERT INTO sent_values (workspace, share, instance, sent)"
        " VALUES (:workspace, :share, :instance, :sent)"
        " ON CONFLICT (workspace, share, instance) DO NOTHING",
        share=share,
        instance=instance,
        sent=_SENT.dump_json(values).decode(),
    )
