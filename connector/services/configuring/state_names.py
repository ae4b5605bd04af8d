"""Reads a record as its workspace calls and judges its state: the one place where that is done."""

from dataclasses import replace

from connector.servicenow.record import Record
from connector.store import states
from connector.store.database import Transaction
from connector.store.states import StateRow


async def as_named(tx: Transaction, instance: str, record: Record) -> Record:
    """Give a record its state's name and meaning, and remember what state was seen."""
    if not record.state:
        return record
    row = await states.get(tx, instance, record.kind, record.state)
    label, is_active = record.state_label, _is_active(record, row)
    if row is None or (row.label, row.is_active) != (label, is_active):
        await states.see(tx, instance, record.kind, record.state, label, is_active=is_active)
    return record if row is None else _judged(record, row)


def _is_active(record: Record, row: StateRow | None) -> bool:
    # A record whose ``active`` may not be read says nothing new of its state.
    unread = "active" in record.unread
    return row.is_active if unread and row is not None else record.is_open


def _judged(record: Record, row: StateRow) -> Record:
    named = replace(record, state_label=row.name or record.state_label)
    if row.meaning is None:
        return named
    # The meaning decides alone, so that ``active`` need not be readable.
    return replace(named, is_open=row.meaning.is_open, unread=record.unread - {"active"})
