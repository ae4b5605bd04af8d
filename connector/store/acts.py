"""Acts: rows with a state, from the click to the outcome; those of a ticket in their order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from connector.models import Act, ActDraft, ActId, ActState, ShareId
from connector.store.columns import (
    Row,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    packed,
    unpacked,
)
from connector.store.database import Session, Transaction

_DRAFT: Final = TypeAdapter(ActDraft)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecord:
    """An act with what only its work needs.

    ``entry`` is what it writes into a journal, as ``column`` and text; empty where it writes
    nothing. ``attempts`` counts the requests that left, ``doubted`` tells that the outcome of
    one was unknown, and ``told`` that whoever asked knows the outcome.
    """

    act: Act
    entry: str = ""
    attempts: int = 0
    failures: int = 0
    doubted: bool = False
    ended_at: datetime | None = None
    told: bool = False


async def add(tx: Transaction, record: ActRecord) -> None:
    """Keep a new act."""
    act = record.act
    await tx.run(
        "INSERT INTO acts (workspace, id, share, draft, entry, state, requested_at)"
        " VALUES (:workspace, :id, :share, :draft, :entry, :state, :requested_at)",
        id=act.id,
        share=act.draft.ticket,
        draft=_DRAFT.dump_json(act.draft).decode(),
        entry=record.entry,
        state=act.state.value,
        requested_at=micros(act.requested_at),
    )


async def get(session: Session, act_id: str) -> ActRecord | None:
    """Read an act."""
    row = await session.first(
        "SELECT * FROM acts WHERE workspace = :workspace AND id = :id", id=act_id
    )
    return _record(session, row) if row else None


async def first_open(session: Session, share: str) -> ActRecord | None:
    """Read a ticket's oldest act that is not decided: the others wait for it."""
    row = await session.first(
        "SELECT * FROM acts WHERE workspace = :workspace AND share = :share"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
        " ORDER BY number LIMIT 1",
        share=share,
    )
    return _record(session, row) if row else None


async def save(tx: Transaction, record: ActRecord) -> None:
    """Keep how far an act has come."""
    act = record.act
    await tx.run(
        "UPDATE acts SET state = :state, entry = :entry, attempts = :attempts,"
        " failures = :failures, doubted = :doubted, ended_at = :ended_at, reason = :reason,"
        " parked = :parked, wanted = :wanted, not_kept = :not_kept, gave_up = :gave_up"
        " WHERE workspace = :workspace AND id = :id",
        id=act.id,
        state=act.state.value,
        entry=record.entry,
        attempts=record.attempts,
        failures=record.failures,
        doubted=record.doubted,
        ended_at=micros_or_none(record.ended_at),
        reason=act.reason,
        parked=act.parked,
        wanted=packed(act.wanted),
        not_kept=packed(act.not_kept),
        gave_up=act.gave_up,
    )


async def keep_told(tx: Transaction, act_id: str) -> None:
    """Note that whoever asked knows what came of an act."""
    await tx.run("UPDATE acts SET told = 1 WHERE workspace = :workspace AND id = :id", id=act_id)


async def count_written(session: Session, share: ShareId, entry: str) -> int:
    """Count the acts that have written this very entry into a ticket's journal."""
    row = await session.first(
        "SELECT count(*) AS n FROM acts WHERE workspace = :workspace AND share = :share"
        " AND state = 'done' AND entry = :entry",
        share=share,
        entry=entry,
    )
    return int(row["n"]) if row else 0


async def is_under_way(session: Session, share: ShareId) -> bool:
    """Tell whether a request for a ticket has left whose outcome is not kept yet."""
    row = await session.first(
        "SELECT 1 AS yes FROM acts WHERE workspace = :workspace AND share = :share"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
        " AND (state <> 'received' OR doubted = 1)",
        share=share,
    )
    return row is not None


async def unfinished(session: Session) -> tuple[ShareId, ...]:
    """Name the tickets with acts that are not decided."""
    rows = await session.run(
        "SELECT DISTINCT share FROM acts WHERE workspace = :workspace"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
    )
    return tuple(ShareId(row["share"]) for row in rows)


async def without_work(session: Session) -> tuple[ShareId, ...]:
    """Name the tickets whose acts want another step and that no work item moves."""
    rows = await session.run(
        "SELECT DISTINCT share FROM acts a WHERE a.workspace = :workspace"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = a.workspace"
        " AND w.job = 'advance act' AND w.key = a.share)"
    )
    return tuple(ShareId(row["share"]) for row in rows)


async def untold(session: Session) -> tuple[ActId, ...]:
    """Name the acts whose outcome is to be told and that no work item tells."""
    rows = await session.run(
        "SELECT id FROM acts a WHERE a.workspace = :workspace AND a.told = 0"
        " AND (a.state = 'rejected' OR a.gave_up = 1 OR (a.state = 'done' AND a.not_kept <> '[]'))"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = a.workspace"
        " AND w.job = 'tell act' AND w.key = a.id)"
    )
    return tuple(ActId(row["id"]) for row in rows)


async def ticket_numbered(session: Session, number: str) -> ShareId | None:
    """Find the ticket of a number: with several instances the followed one, else the newest."""
    row = await session.first(
        "SELECT share FROM tickets WHERE workspace = :workspace AND number = :number"
        " ORDER BY CASE standing WHEN 'followed' THEN 0 ELSE 1 END, created_at DESC LIMIT 1",
        number=number,
    )
    return ShareId(row["share"]) if row else None


def _record(session: Session, row: Row) -> ActRecord:
    act = Act(
        id=ActId(row["id"]),
        workspace=session.workspace,
        draft=_DRAFT.validate_json(row["draft"]),
        state=ActState(row["state"]),
        requested_at=moment(row["requested_at"]),
        reason=row["reason"],
        parked=bool(row["parked"]),
        wanted=tuple(unpacked(row["wanted"])),
        not_kept=tuple(unpacked(row["not_kept"])),
        gave_up=bool(row["gave_up"]),
    )
    return ActRecord(
        act=act,
        entry=row["entry"],
        attempts=row["attempts"],
        failures=row["failures"],
        doubted=bool(row["doubted"]),
        ended_at=moment_or_none(row["ended_at"]),
        told=bool(row["told"]),
    )
