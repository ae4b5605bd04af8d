"""Which entries of a journal are news, and what of them is told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connector.models import JournalElement, JournalEntry, ShareId
from connector.servicenow.entries import Piece, fresh
from connector.servicenow.journal import Journal, Written
from connector.servicenow.record import Record
from connector.store.journal import JournalRow
from connector.text import is_signed, without_code

_LONGEST_ENTRY: Final = 8000
LONGEST_AUTHOR: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An entry that was not known, by its key; ``by`` is a user name, where that is known."""

    key: str
    entry: JournalEntry
    is_signed: bool
    by: str = ""


def is_touched(row: JournalRow | None, record: Record) -> bool:
    """Tell whether a ticket was updated since its journal was read."""
    if row is None:
        # Nobody has said anything on a ticket that is as it was made.
        return bool(record.updates) or record.updated_at > record.created_at
    if row.updated_at != record.updated_at:
        return True
    return None not in {row.updates, record.updates} and row.updates != record.updates


def in_text(journal: Journal, row: JournalRow, known: frozenset[str]) -> list[News]:
    """Find the news in a journal's text, the oldest first."""
    return [
        _from_piece(piece, element, journal, row.share)
        for element, pieces in journal.pieces.items()
        for piece in reversed(_of_text(pieces, journal, row, known))
    ]


def in_rows(
    written: Sequence[Written], journal: Journal, row: JournalRow, known: frozenset[str]
) -> list[News]:
    """Find the news among a journal's rows, the oldest first; nothing can be mistaken there."""
    names = _names(written, journal)
    # Of one second the rows come in any order, and the text in the right one.
    age = {each.key: at for pieces in journal.pieces.values() for at, each in enumerate(pieces)}
    return [
        _from_row(each, names.get(each.by, each.by), row.share)
        for each in sorted(written, key=lambda each: (each.at, -age.get(each.key, 0)))
        if each.key not in known and (row.is_begun or each.at == journal.updated_at)
    ]


def _of_text(
    pieces: Sequence[Piece], journal: Journal, row: JournalRow, known: frozenset[str]
) -> tuple[Piece, ...]:
    if row.is_begun:
        return fresh(pieces, known, _most(journal, row))
    # Of a journal that was never read only what was said with the newest update is news.
    now = [each for each in pieces if each.stamp == journal.updated_shown]
    return fresh(now, known, None)


def _most(journal: Journal, row: JournalRow) -> int | None:
    """Tell how many entries of one element can be new: an update brings one of each at most.

    What a rule of the instance wrote while the ticket was made is not counted: together with
    others it is told as one entry.
    """
    before = 0 if row.updated_at is None else row.updates
    if journal.updates is None or before is None:
        return None
    return journal.updates - before


def _names(written: Sequence[Written], journal: Journal) -> dict[str, str]:
    """Learn from a journal's text how people are named who are known by their user names."""
    authors = {each.key: each.author for pieces in journal.pieces.values() for each in pieces}
    return {each.by: authors[each.key] for each in written if each.key in authors}


def _from_piece(piece: Piece, element: JournalElement, journal: Journal, ticket: ShareId) -> News:
    is_last = piece.stamp == journal.updated_shown
    entry = JournalEntry(
        id=0,
        ticket=ticket,
        element=element,
        author=piece.author[:LONGEST_AUTHOR],
        text=without_code(piece.text, _LONGEST_ENTRY),
        at=journal.updated_at if is_last else None,
        stamp="" if is_last else piece.stamp,
    )
    return News(key=piece.key, entry=entry, is_signed=is_signed(piece.text))


def _from_row(written: Written, author: str, ticket: ShareId) -> News:
    entry = JournalEntry(
        id=0,
        ticket=ticket,
        element=written.element,
        author=author[:LONGEST_AUTHOR],
        text=without_code(written.text, _LONGEST_ENTRY),
        at=written.at,
        stamp="",
    )
    return News(key=written.key, entry=entry, is_signed=is_signed(written.text), by=written.by)
