"""Tickets as last read, what was changed on them, and how far reading has come."""

from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from connector.models import (
    FieldChange,
    ShareId,
    Standing,
    Ticket,
    TicketChange,
    TicketFilter,
    TicketKind,
    UserId,
    type_kept,
)
from connector.store.columns import (
    Row,
    Value,
    day,
    day_text,
    micros,
    moment,
    place,
    unpacked,
)
from connector.store.database import Session, Transaction
from connector.store.shares import DRAFT

LISTED: Final = 200
_FIELDS: Final = TypeAdapter(tuple[FieldChange, ...])
_SELECT: Final = (
    "SELECT t.*, s.draft, s.not_kept, s.place_conversation, s.place_message FROM tickets t"
    " JOIN shares s ON s.workspace = t.workspace AND s.id = t.share"
    " WHERE t.workspace = :workspace"
)
_STILL_OPEN: Final = " AND t.is_open = 1 AND t.standing = 'followed'"
_KNOWN: Final = " AND t.standing <> 'forgotten'"
_WHICH: Final = {
    TicketFilter.OPEN: _STILL_OPEN,
    TicketFilter.MINE: f" AND s.requester = :user{_KNOWN}",
    TicketFilter.OVERDUE: f"{_STILL_OPEN} AND t.due < :today",
    TicketFilter.ALL: _KNOWN,
}


async def put(tx: Transaction, ticket: Ticket) -> None:
    """Keep a ticket as it was read just now.

    What is made while another instance is connected, by a request of before, is not followed.
    """
    await tx.run(
        "INSERT INTO tickets (workspace, share, kind, instance, sys_id, number, link, name,"
        " state, state_label, priority, priority_label, due, assigned_to, is_open, is_gone,"
        " created_at, updated_at, read_at, standing)"
        " VALUES (:workspace, :share, :kind, :instance, :sys_id,"
        " :number, :link, :name, :state, :state_label, :priority, :priority_label, :due,"
        " :assigned_to, :is_open, :is_gone, :created_at, :updated_at, :read_at,"
        " CASE WHEN EXISTS (SELECT 1 FROM connections c WHERE c.workspace = :workspace"
        " AND c.provider = 'ServiceNow' AND c.remote <> :instance)"
        " THEN 'former' ELSE 'followed' END)"
        " ON CONFLICT (workspace, share) DO UPDATE SET number = excluded.number,"
        " name = excluded.name, state = excluded.state, state_label = excluded.state_label,"
        " priority = excluded.priority, priority_label = excluded.priority_label,"
        " due = excluded.due, assigned_to = excluded.assigned_to, is_open = excluded.is_open,"
        " is_gone = excluded.is_gone,"
        " updated_at = excluded.updated_at, read_at = excluded.read_at",
        **_values(ticket),
    )


async def get(session: Session, share: ShareId) -> Ticket | None:
    """Read the ticket of a share."""
    row = await session.first(f"{_SELECT} AND t.share = :share", share=share)
    return _ticket(session, row) if row else None


async def by_sys_id(
    session: Session, instance: str, kind: TicketKind, sys_id: str
) -> Ticket | None:
    """Read the ticket that a ServiceNow record is."""
    row = await session.first(
        f"{_SELECT} AND t.instance = :instance AND t.kind = :kind AND t.sys_id = :sys_id",
        instance=instance,
        kind=kind.value,
        sys_id=sys_id,
    )
    return _ticket(session, row) if row else None


async def listed(
    session: Session, which: TicketFilter, user: UserId, now: datetime
) -> tuple[Ticket, ...]:
    """Read the newest tickets of a filter, at most ``LISTED``."""
    rows = await session.run(
        f"{_SELECT}{_WHICH[which]} ORDER BY t.created_at DESC, t.share LIMIT {LISTED}",
        user=user,
        today=day_text(now.date()),
    )
    return tuple(_ticket(session, row) for row in rows)


async def every(session: Session, *, created_since: datetime | None = None) -> tuple[Ticket, ...]:
    """Read all open tickets, or all that were made since a time of ours; oldest first."""
    if created_since is None:
        rows = await session.run(f"{_SELECT}{_STILL_OPEN} ORDER BY t.created_at")
    else:
        rows = await session.run(
            f"{_SELECT}{_KNOWN} AND s.ended_at >= :since ORDER BY t.created_at",
            since=micros(created_since),
        )
    return tuple(_ticket(session, row) for row in rows)


async def asked_for_in(session: Session, conversation: str) -> frozenset[ShareId]:
    """Name the shares asked for in a conversation, wherever their cards are."""
    rows = await session.run(
        "SELECT id FROM shares WHERE workspace = :workspace AND destination = :conversation",
        conversation=conversation,
    )
    return frozenset(ShareId(row["id"]) for row in rows)


async def newest(session: Session, instance: str, kind: TicketKind, most: int) -> tuple[str, ...]:
    """Read the sys_ids of an instance's last tickets, newest first."""
    rows = await session.run(
        "SELECT sys_id FROM tickets WHERE workspace = :workspace AND instance = :instance"
        " AND kind = :kind ORDER BY created_at DESC, share LIMIT :most",
        instance=instance,
        kind=kind.value,
        most=most,
    )
    return tuple(row["sys_id"] for row in rows)


async def newest_open(session: Session, instance: str, kind: TicketKind) -> str | None:
    """Read the sys_id of an instance's last ticket that is open and followed."""
    row = await session.first(
        f"{_SELECT}{_STILL_OPEN} AND t.instance = :instance AND t.kind = :kind"
        " ORDER BY t.created_at DESC, t.share LIMIT 1",
        instance=instance,
        kind=kind.value,
    )
    return str(row["sys_id"]) if row else None


async def sys_ids(
    session: Session, instance: str, kind: TicketKind, *, lacking: str = ""
) -> tuple[str, ...]:
    """Read the sys_ids of an instance's followed tickets, newest first.

    With ``lacking``, of those only for which that field was not kept.
    """
    rows = await session.run(
        f"{_SELECT} AND t.standing = 'followed' AND t.instance = :instance AND t.kind = :kind"
        " ORDER BY t.created_at DESC, t.share",
        instance=instance,
        kind=kind.value,
    )
    return tuple(
        row["sys_id"] for row in rows if not lacking or lacking in unpacked(row["not_kept"])
    )


async def next_to_ask(
    session: Session, instance: str, kind: TicketKind, most: int, now: datetime
) -> tuple[str, ...]:
    """Read the sys_ids of the followed tickets that were not asked for by name for longest.

    What was asked for after ``now``, by a clock that was ahead, counts as never asked for.
    """
    rows = await session.run(
        "SELECT sys_id FROM tickets WHERE workspace = :workspace AND instance = :instance"
        " AND kind = :kind AND standing = 'followed'"
        " ORDER BY CASE WHEN asked_at > :now THEN 0 ELSE asked_at END,"
        " created_at, share LIMIT :most",
        instance=instance,
        kind=kind.value,
        most=most,
        now=micros(now),
    )
    return tuple(row["sys_id"] for row in rows)


async def note_asked(
    tx: Transaction, instance: str, kind: TicketKind, sys_ids: tuple[str, ...], at: datetime
) -> None:
    """Keep when tickets were asked for by name."""
    for sys_id in sys_ids:
        await tx.run(
            "UPDATE tickets SET asked_at = :at WHERE workspace = :workspace"
            " AND instance = :instance AND kind = :kind AND sys_id = :sys_id",
            at=micros(at),
            instance=instance,
            kind=kind.value,
            sys_id=sys_id,
        )


async def ask_next(tx: Transaction, share: ShareId) -> None:
    """Have a ticket asked for by name next, with those that never were."""
    await tx.run(
        "UPDATE tickets SET asked_at = 0 WHERE workspace = :workspace AND share = :share",
        share=share,
    )


async def add_change(tx: Transaction, change: TicketChange, seen_at: datetime) -> None:
    """Keep a change that is still to be announced; its id is given by the store."""
    await tx.run(
        "INSERT INTO changes (workspace, share, number, at, seen_at, changed_by, from_chat, fields)"
        " VALUES (:workspace, :share, :number, :at, :seen_at, :changed_by, :from_chat, :fields)",
        share=change.ticket,
        number=change.number,
        at=micros(change.at),
        seen_at=micros(seen_at),
        changed_by=change.by,
        from_chat=change.from_chat,
        fields=_FIELDS.dump_json(change.fields).decode(),
    )


async def unannounced(session: Session, share: ShareId) -> tuple[TicketChange, ...]:
    """Read a ticket's changes nobody was told of yet, oldest first."""
    rows = await session.run(
        "SELECT * FROM changes WHERE workspace = :workspace AND share = :share"
        " AND announced = 0 ORDER BY id",
        share=share,
    )
    return tuple(_change(row) for row in rows)


async def changes_since(session: Session, since: datetime) -> tuple[TicketChange, ...]:
    """Read all changes seen since a time, oldest first."""
    rows = await session.run(
        "SELECT * FROM changes WHERE workspace = :workspace AND seen_at >= :since ORDER BY id",
        since=micros(since),
    )
    return tuple(_change(row) for row in rows)


async def mark_announced(tx: Transaction, change_id: int) -> None:
    """Note that people were told of a change."""
    await tx.run(
        "UPDATE changes SET announced = 1 WHERE workspace = :workspace AND id = :id", id=change_id
    )


async def without_work(session: Session) -> tuple[ShareId, ...]:
    """Name the announced tickets with changes to tell and no work item that tells them."""
    rows = await session.run(
        "SELECT DISTINCT c.share FROM changes c"
        " JOIN shares s ON s.workspace = c.workspace AND s.id = c.share"
        " WHERE c.workspace = :workspace AND c.announced = 0 AND s.state = 'announced'"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = c.workspace"
        " AND w.job = 'announce ticket' AND w.key = c.share)"
    )
    return tuple(ShareId(row["share"]) for row in rows)


async def watermark(session: Session, instance: str, kind: TicketKind) -> datetime | None:
    """Read up to when an instance's records were read, by its own clock."""
    row = await session.first(
        "SELECT through FROM watermarks"
        " WHERE workspace = :workspace AND instance = :instance AND kind = :kind",
        instance=instance,
        kind=kind.value,
    )
    return moment(row["through"]) if row else None


async def advance_watermark(
    tx: Transaction, instance: str, kind: TicketKind, through: datetime
) -> None:
    """Keep up to when records were read; it never goes back."""
    await tx.run(
        "INSERT INTO watermarks (workspace, instance, kind, through)"
        " VALUES (:workspace, :instance, :kind, :through)"
        " ON CONFLICT (workspace, instance, kind) DO UPDATE SET through = excluded.through"
        " WHERE watermarks.through < excluded.through",
        instance=instance,
        kind=kind.value,
        through=micros(through),
    )


async def oldest(session: Session, instance: str, kind: TicketKind) -> datetime | None:
    """Read the earliest time a ticket of an instance was last updated, by its clock."""
    row = await session.first(
        "SELECT min(updated_at) AS at FROM tickets"
        " WHERE workspace = :workspace AND instance = :instance AND kind = :kind",
        instance=instance,
        kind=kind.value,
    )
    return moment(row["at"]) if row and row["at"] is not None else None


def _values(ticket: Ticket) -> dict[str, Value]:
    return {
        "share": ticket.share,
        "kind": ticket.kind.value,
        "instance": ticket.instance,
        "sys_id": ticket.sys_id,
        "number": ticket.number,
        "link": ticket.link,
        "name": ticket.name,
        "state": ticket.state,
        "state_label": ticket.state_label,
        "priority": ticket.priority,
        "priority_label": ticket.priority_label,
        "due": day_text(ticket.due),
        "assigned_to": ticket.assigned_to,
        "is_open": ticket.is_open,
        "is_gone": ticket.is_gone,
        "created_at": micros(ticket.created_at),
        "updated_at": micros(ticket.updated_at),
        "read_at": micros(ticket.read_at),
    }


def _ticket(session: Session, row: Row) -> Ticket:
    draft, not_kept = DRAFT.validate_json(row["draft"]), tuple(unpacked(row["not_kept"]))
    return Ticket(
        workspace=session.workspace,
        share=ShareId(row["share"]),
        kind=TicketKind(row["kind"]),
        instance=row["instance"],
        sys_id=row["sys_id"],
        number=row["number"],
        link=row["link"],
        name=row["name"],
        state=row["state"],
        state_label=row["state_label"],
        priority=row["priority"],
        priority_label=row["priority_label"],
        due=day(row["due"]),
        assigned_to=row["assigned_to"],
        is_open=bool(row["is_open"]),
        is_gone=bool(row["is_gone"]),
        standing=Standing(row["standing"]),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        read_at=moment(row["read_at"]),
        requester=draft.requester,
        requester_name=draft.requester_name,
        category=draft.category,
        source=draft.source,
        action_id=draft.action_id,
        action_link=draft.action_link,
        gain=draft.gain,
        place=place(row),
        not_kept=not_kept,
        type=type_kept(draft, not_kept),
        covers=draft.covers,
    )


def _change(row: Row) -> TicketChange:
    return TicketChange(
        id=row["id"],
        ticket=ShareId(row["share"]),
        number=row["number"],
        at=moment(row["at"]),
        by=row["changed_by"],
        from_chat=bool(row["from_chat"]),
        fields=_FIELDS.validate_json(row["fields"]),
    )
