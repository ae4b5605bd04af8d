"""What was said in ServiceNow, in the thread of a ticket's card."""

from collections.abc import Sequence
from typing import Final

from bot.views.blocks import Json, Message, context, plain, section
from bot.views.overheard import withheld_from
from bot.views.text import joined, link, moment, pieces, safe
from connector.announcer import Card
from connector.models import JournalElement, JournalEntry

_LONGEST: Final = 2900
_LONGEST_OF_MANY: Final = 400
_MOST: Final = 15
_NOT_FOR_ALL: Final = "internal in ServiceNow"
_SEVERAL: Final = "Several entries, not told apart"


def said(card: Card, entries: Sequence[JournalEntry]) -> Message:
    """Say who said what: one entry at length, or the first of many in short.

    What people wrote is plain text, so that nothing in it is a mention, a link or markup.
    """
    shown, more = entries[:_MOST], len(entries) - _MOST
    limit = _LONGEST if len(entries) == 1 else _LONGEST_OF_MANY
    blocks = [block for entry in shown for block in _entry(card, entry, limit)]
    if more > 0:
        blocks.append(context(joined((f"{more:,} more", _record(card)))))
    return Message(_in_short(card, entries), blocks)


def _entry(card: Card, entry: JournalEntry, limit: int) -> list[Json]:
    if entry.is_withheld:
        return [section(_head(entry)), context(withheld_from(card))]
    first, *rest = pieces(entry.text, limit - 1)
    text = plain(f"{first}…" if rest else first)
    cut = [context(joined(("Cut here", _record(card))))] if rest else []
    return [section(_head(entry)), {"type": "section", "text": {**text, "emoji": False}}, *cut]


def _head(entry: JournalEntry) -> str:
    who = f"*{safe(entry.author, 100)}*" if entry.author else f"_{_SEVERAL}_"
    notes = entry.element is JournalElement.WORK_NOTES
    kind = f"{entry.element.label}, {_NOT_FOR_ALL}" if notes else entry.element.label
    at = moment(entry.at) if entry.at else safe(entry.stamp, 40)
    return joined((who, kind, at))


def _record(card: Card) -> str:
    if card.ticket is None:
        return ""
    return link(card.ticket.link, f"all of it is in {card.ticket.number}")


def _in_short(card: Card, entries: Sequence[JournalEntry]) -> str:
    number = safe(card.ticket.number, 40) if card.ticket else ""
    if len(entries) > 1:
        return f"{number} {len(entries):,} new entries"
    (entry,) = entries
    who = safe(entry.author, 100) or _SEVERAL
    if entry.is_withheld:
        return f"{number} {entry.element.label}, {who}"
    return f"{number} {entry.element.label}, {who}: {safe(entry.text, 300)}"
