"""How far tickets' journals were read, and which of their entries were told."""

from dataclasses import dataclass
from datetime import datetime

from connector.models import JournalElement, JournalEntry, ShareId, Ticket, TicketKind
from connector.store import tickets
from connector.store.columns import Row, micros_or_none, moment_or_none
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """How far a ticket's journal was read: as it stood after ``updates`` updates.

    ``updated_at`` is ServiceNow's time of the last of them (aware UTC), None where it was never
    read. ``is_begun`` is false for a ticket from before journals were read: what was said on it
    by then is unknown, and was told to nobody.
    """

    share: ShareId
    updated_at: datetime | None
    updates: int | None
    is_begun: bool = True


async def get(session: Session, share: ShareId) -> JournalRow | None:
    """Read how far a ticket's journal was read; None where it never was to be read."""
    row = await session.first(
        "SELECT * FROM journals WHERE workspace = :workspace AND share = :share", share=share
    )
    return _row(row) if row else None


async def want(tx: Transaction, share: ShareId, version: str) -> None:
    """Note that a ticket's journal is to be read, as of a version of the ticket or later."""
    await tx.run(
        "INSERT INTO journals (workspace, share, wanted) VALUES (:workspace, :share, :version)"
        " ON CONFLICT (workspace, share) DO UPDATE SET wanted = excluded.wanted",
        share=share,
        version=version,
    )


async def wanted(
    session: Session, instance: str, kind: TicketKind, most: int
) -> tuple[tuple[Ticket, str], ...]:
    """Choose followed tickets whose journals are to be read, each with the version noted."""
    rows = await session.run(
        "SELECT j.share, j.wanted FROM journals j"
        " JOIN tickets t ON t.workspace = j.workspace AND t.share = j.share"
        " WHERE j.workspace = :workspace AND j.wanted <> '' AND t.instance = :instance"
        " AND t.standing = 'followed'"
        " AND t.kind = :kind ORDER BY j.share LIMIT :most",
        instance=instance,
        kind=kind.value,
        most=most,
    )
    found = [(await tickets.get(session, ShareId(row["share"])), row["wanted"]) for row in rows]
    return tuple((ticket, version) for ticket, version in found if ticket is not None)


async def keep_read(tx: Transaction, row: JournalRow) -> None:
    """Keep how far a ticket's journal was read now."""
    await tx.run(
        "UPDATE journals SET updated_at = :updated_at, updates = :updates, is_begun = 1"
        " WHERE workspace = :workspace AND share = :share",
        share=row.share,
        updated_at=micros_or_none(row.updated_at),
        updates=row.updates,
    )


async def settle(tx: Transaction, share: ShareId, version: str) -> None:
    """Forget that a journal was to be read, unless a later version was noted meanwhile."""
    await tx.run(
        "UPDATE journals SET wanted = ''"
        " WHERE workspace = :workspace AND share = :share AND wanted = :version",
        share=share,
        version=version,
    )


async def known(session: Session, share: ShareId) -> frozenset[str]:
    """Read the keys of a ticket's entries that were read before."""
    rows = await session.run(
        "SELECT key FROM journal_entries WHERE workspace = :workspace AND share = :share",
        share=share,
    )
    return frozenset(row["key"] for row in rows)


async def know(tx: Transaction, share: ShareId, element: JournalElement, key: str) -> None:
    """Keep that an entry was read, of which nobody is to be told."""
    await tx.run(
        "INSERT INTO journal_entries (workspace, share, element, key, told)"
        " VALUES (:workspace, :share, :element, :key, 1)"
        " ON CONFLICT (workspace, share, key) DO NOTHING",
        share=share,
        element=element.value,
        key=key,
    )


async def add(tx: Transaction, entry: JournalEntry, key: str) -> None:
    """Keep an entry that is still to be told; its id is given by the store."""
    await tx.run(
        "INSERT INTO journal_entries"
        " (workspace, share, element, key, told, author, text, at, stamp)"
        " VALUES (:workspace, :share, :element, :key, 0, :author, :text, :at, :stamp)"
        " ON CONFLICT (workspace, share, key) DO NOTHING",
        share=entry.ticket,
        element=entry.element.value,
        key=key,
        author=entry.author,
        text=entry.text,
        at=micros_or_none(entry.at),
        stamp=entry.stamp,
    )


async def untold(session: Session, share: ShareId) -> tuple[JournalEntry, ...]:
    """Read a ticket's entries nobody was told of yet, in the order in which they were kept."""
    rows = await session.run(
        "SELECT * FROM journal_entries WHERE workspace = :workspace AND share = :share"
        " AND told = 0 ORDER BY id",
        share=share,
    )
    return tuple(_entry(row) for row in rows)


async def mark_told(tx: Transaction, entry_id: int) -> None:
    """Keep that an entry was told; what it said is not kept any longer."""
    await tx.run(
        "UPDATE journal_entries SET told = 1, author = '', text = '', stamp = ''"
        " WHERE workspace = :workspace AND id = :id",
        id=entry_id,
    )


async def untold_without_work(session: Session) -> tuple[ShareId, ...]:
    """Name the announced tickets with entries to tell and no work item that tells them."""
    rows = await session.run(
        "SELECT DISTINCT e.share FROM journal_entries e"
        " JOIN shares s ON s.workspace = e.workspace AND s.id = e.share"
        " WHERE e.workspace = :workspace AND e.told = 0 AND s.state = 'announced'"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = e.workspace"
        " AND w.job = 'tell journal' AND w.key = e.share)"
    )
    return tuple(ShareId(row["share"]) for row in rows)


async def wanted_without_work(session: Session) -> tuple[tuple[TicketKind, str], ...]:
    """Name kind and instance of the journals that are to be read and that no work item reads."""
    rows = await session.run(
        "SELECT DISTINCT t.kind, t.instance FROM journals j"
        " JOIN tickets t ON t.workspace = j.workspace AND t.share = j.share"
        " JOIN connections c ON c.workspace = t.workspace AND c.remote = t.instance"
        " WHERE j.workspace = :workspace AND j.wanted <> '' AND c.state = 'connected'"
        " AND t.standing = 'followed'"
        " AND NOT EXISTS (SELECT 1 FROM work w WHERE w.workspace = j.workspace"
        " AND w.job = 'read journals' AND w.key = t.kind)"
    )
    return tuple((TicketKind(row["kind"]), row["instance"]) for row in rows)


def _row(row: Row) -> JournalRow:
    return JournalRow(
        share=ShareId(row["share"]),
        updated_at=moment_or_none(row["updated_at"]),
        updates=row["updates"],
        is_begun=bool(row["is_begun"]),
    )


def _entry(row: Row) -> JournalEntry:
    return JournalEntry(
        id=row["id"],
        ticket=ShareId(row["share"]),
        element=JournalElement(row["element"]),
        author=row["author"],
        text=row["text"],
        at=moment_or_none(row["at"]),
        stamp=row["stamp"],
    )
