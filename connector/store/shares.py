"""Shares: what was asked for, how far it has come, and what its card shows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from connector.models import Place, Share, ShareId, ShareState, TicketDraft, UserId
from connector.store.columns import (
    Row,
    Value,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    packed,
    place,
    place_values,
    thread,
    thread_values,
    unpacked,
)
from connector.store.database import Session, Transaction

DRAFT: Final = TypeAdapter(TicketDraft)
ENDED_LISTED: Final = timedelta(days=7)


class Shown(StrEnum):
    """What the card of a share was last made to show."""

    NOTHING = ""
    ON_ITS_WAY = "on its way"
    LATE = "late"
    REJECTED = "rejected"
    GIVEN_UP = "given up"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord:
    """A share with what only its machine needs.

    ``unsure_at`` is when the last request left whose outcome is unknown, ``doubted`` tells that
    there ever was one, ``made`` that the record was made although it was not seen, ``failures``
    how often in a row nothing happened, ``sent_as`` the integration user of the last request.
    ``shown`` and ``shown_reason`` tell what the card shows:
    ``save`` leaves them alone, as it does the place.
    """

    share: Share
    failures: int = 0
    unsure_at: datetime | None = None
    doubted: bool = False
    made: bool = False
    sent_as: str = ""
    ended_at: datetime | None = None
    shown: Shown = Shown.NOTHING
    shown_reason: str = ""


async def add(tx: Transaction, share: Share, position: int = 0) -> None:
    """Keep a new share and which actions it is about; ``position`` is its place in a bulk."""
    await tx.run(
        "INSERT INTO shares (workspace, id, state, draft, requester, destination, instance,"
        " sys_id, correlation_id, requested_at, bulk, position, thread_conversation,"
        " thread_message) VALUES (:workspace, :id, :state, :draft, :requester, :destination,"
        " :instance, :sys_id, :correlation_id, :requested_at, :bulk, :position,"
        " :thread_conversation, :thread_message)",
        id=share.id,
        state=share.state.value,
        draft=DRAFT.dump_json(share.draft).decode(),
        requester=share.draft.requester,
        destination=share.destination,
        instance=share.instance,
        sys_id=share.sys_id,
        correlation_id=share.correlation_id,
        requested_at=micros(share.requested_at),
        bulk=share.bulk,
        position=position,
        **thread_values(share.thread),
    )
    for action in share.draft.action_ids:
        await tx.run(
            "INSERT INTO covered (workspace, share, action) VALUES (:workspace, :share, :action)",
            share=share.id,
            action=action,
        )


async def get(session: Session, share_id: str) -> ShareRecord | None:
    """Read a share."""
    row = await session.first(
        "SELECT * FROM shares WHERE workspace = :workspace AND id = :id", id=share_id
    )
    return _record(session, row) if row else None


async def save(tx: Transaction, record: ShareRecord) -> None:
    """Keep how far a share has come."""
    await tx.run(
        "UPDATE shares SET state = :state, instance = :instance, sys_id = :sys_id,"
        " attempts = :attempts, failures = :failures, sent_at = :sent_at,"
        " unsure_at = :unsure_at, doubted = :doubted, made = :made, sent_as = :sent_as,"
        " ended_at = :ended_at,"
        " reason = :reason, parked = :parked, not_kept = :not_kept, gave_up = :gave_up,"
        " waits_until = :waits_until"
        " WHERE workspace = :workspace AND id = :id",
        **_share_values(record.share),
        failures=record.failures,
        unsure_at=micros_or_none(record.unsure_at),
        doubted=record.doubted,
        made=record.made,
        sent_as=record.sent_as,
        ended_at=micros_or_none(record.ended_at),
    )


async def keep_shown(
    tx: Transaction, share_id: ShareId, shown: Shown, reason: str, where: Place | None
) -> None:
    """Keep what a share's card shows and where; a ticket that is shown is announced."""
    await tx.run(
        "UPDATE shares SET shown = :shown, shown_reason = :reason,"
        " place_conversation = :place_conversation, place_message = :place_message,"
        " state = CASE WHEN state = 'created' AND :shown = 'ticket' THEN 'announced'"
        " ELSE state END WHERE workspace = :workspace AND id = :id",
        id=share_id,
        shown=shown.value,
        reason=reason,
        **place_values(where),
    )


async def keep_place(tx: Transaction, share_id: ShareId, where: Place) -> None:
    """Keep where a share's card is."""
    await tx.run(
        "UPDATE shares SET place_conversation = :place_conversation,"
        " place_message = :place_message WHERE workspace = :workspace AND id = :id",
        id=share_id,
        **place_values(where),
    )


async def keep_requester_name(tx: Transaction, share_id: ShareId, name: str) -> None:
    """Keep what whoever asked for a ticket is called."""
    record = await get(tx, share_id)
    if record is not None:
        draft = replace(record.share.draft, requester_name=name)
        await tx.run(
            "UPDATE shares SET draft = :draft WHERE workspace = :workspace AND id = :id",
            draft=DRAFT.dump_json(draft).decode(),
            id=share_id,
        )


async def add_not_kept(tx: Transaction, share_id: ShareId, name: str) -> None:
    """Keep that ServiceNow does not keep a field of a share any more."""
    record = await get(tx, share_id)
    if record is not None and name not in record.share.not_kept:
        await tx.run(
            "UPDATE shares SET not_kept = :not_kept WHERE workspace = :workspace AND id = :id",
            not_kept=packed((*record.share.not_kept, name)),
            id=share_id,
        )


async def waiting(session: Session, user: UserId, now: datetime) -> tuple[Share, ...]:
    """Read at most 200 shares that are not tickets: one's own first, then newest first.

    What was rejected or given up on is among them for seven days, unless it was sent again.
    """
    rows = await session.run(
        "SELECT * FROM shares WHERE workspace = :workspace"
        " AND ((state IN ('received', 'sending', 'unknown') AND gave_up = 0)"
        " OR ((state = 'rejected' OR gave_up = 1) AND sent_again_as = ''"
        " AND ended_at >= :since))"
        " ORDER BY CASE requester WHEN :user THEN 0 ELSE 1 END, requested_at DESC LIMIT 200",
        user=user,
        since=micros(now - ENDED_LISTED),
    )
    return tuple(_record(session, row).share for row in rows)


async def of_bulk(session: Session, bulk: str) -> tuple[Share, ...]:
    """Read the shares of a bulk in their order; one that was sent again is the newer one."""
    rows = await session.run(
        "SELECT * FROM shares WHERE workspace = :workspace AND bulk = :bulk AND bulk <> ''"
        " AND sent_again_as = '' ORDER BY position, id",
        bulk=bulk,
    )
    return tuple(_record(session, row).share for row in rows)


async def latest(session: Session, instance: str, most: int) -> tuple[ShareRecord, ...]:
    """Read the last shares for an instance, newest first."""
    rows = await session.run(
        "SELECT * FROM shares WHERE workspace = :workspace AND instance = :instance"
        " ORDER BY requested_at DESC, id LIMIT :most",
        instance=instance,
        most=most,
    )
    return tuple(_record(session, row) for row in rows)


async def unfinished(session: Session) -> tuple[Share, ...]:
    """Read the shares that may still become tickets."""
    rows = await session.run(
        "SELECT * FROM shares WHERE workspace = :workspace"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
    )
    return tuple(_record(session, row).share for row in rows)


async def count_unfinished(session: Session) -> int:
    """Count the shares that may still become tickets."""
    row = await session.first(
        "SELECT count(*) AS n FROM shares WHERE workspace = :workspace"
        " AND state IN ('received', 'sending', 'unknown') AND gave_up = 0"
    )
    return int(row["n"]) if row else 0


async def without_work(session: Session) -> tuple[Share, ...]:
    """Read the shares that want another step and that no work item moves."""
    rows = await session.run(
        "SELECT * FROM shares s WHERE s.workspace = :workspace"
        " AND s.state IN ('received', 'sending', 'unknown') AND s.gave_up = 0"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = s.workspace"
        " AND w.job = 'advance share' AND w.key = s.id)"
    )
    return tuple(_record(session, row).share for row in rows)


async def without_card(session: Session) -> tuple[Share, ...]:
    """Read the shares whose card is behind and that no work item shows."""
    rows = await session.run(
        "SELECT * FROM shares s WHERE s.workspace = :workspace"
        " AND (s.shown IN ('', 'on its way') OR s.state = 'created'"
        " OR (s.state = 'rejected' AND s.shown <> 'rejected')"
        " OR (s.gave_up = 1 AND s.shown <> 'given up'))"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = s.workspace"
        " AND w.job = 'show share' AND w.key = s.id)"
    )
    return tuple(_record(session, row).share for row in rows)


def _share_values(share: Share) -> dict[str, Value]:
    return {
        "id": share.id,
        "state": share.state.value,
        "instance": share.instance,
        "sys_id": share.sys_id,
        "attempts": share.attempts,
        "sent_at": micros_or_none(share.sent_at),
        "reason": share.reason,
        "parked": share.parked,
        "not_kept": packed(share.not_kept),
        "gave_up": share.gave_up,
        "waits_until": micros_or_none(share.waits_until),
    }


def _record(session: Session, row: Row) -> ShareRecord:
    share = Share(
        id=ShareId(row["id"]),
        workspace=session.workspace,
        state=ShareState(row["state"]),
        draft=DRAFT.validate_json(row["draft"]),
        destination=row["destination"],
        instance=row["instance"],
        sys_id=row["sys_id"],
        correlation_id=row["correlation_id"],
        requested_at=moment(row["requested_at"]),
        attempts=row["attempts"],
        sent_at=moment_or_none(row["sent_at"]),
        place=place(row),
        reason=row["reason"],
        parked=bool(row["parked"]),
        not_kept=tuple(unpacked(row["not_kept"])),
        gave_up=bool(row["gave_up"]),
        waits_until=moment_or_none(row["waits_until"]),
        bulk=row["bulk"],
        thread=thread(row),
    )
    return ShareRecord(
        share=share,
        failures=row["failures"],
        unsure_at=moment_or_none(row["unsure_at"]),
        doubted=bool(row["doubted"]),
        made=bool(row["made"]),
        sent_as=row["sent_as"],
        ended_at=moment_or_none(row["ended_at"]),
        shown=Shown(row["shown"]),
        shown_reason=row["shown_reason"],
    )
