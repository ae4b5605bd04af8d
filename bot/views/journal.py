"""What was said in ServiceNow, in the thread of a ticket's card."""

from collections.abc import Sequence
from typing import Final

from bot.views.blocks import Json, Message, context, plain, section
from bot.views.overheard import withheld_from
from bot.views.text import joined, link, moment, more, pieces, safe
from connector.announcer import Card
from connector.models import JournalElement, JournalEntry
from connector.words import later, tr, trn

_LONGEST: Final = 2900
_LONGEST_OF_MANY: Final = 400
_MOST: Final = 15
_SEVERAL: Final = later("Several entries, not told apart")


def said(card: Card, entries: Sequence[JournalEntry]) -> Message:
    """Say who said what: one entry at length, or the first of many in short.

    What people wrote is plain text, so that nothing in it is a mention, a link or markup.
    """
    shown, left = entries[:_MOST], len(entries) - _MOST
    limit = _LONGEST if len(entries) == 1 else _LONGEST_OF_MANY
    blocks = [block for entry in shown for block in _entry(card, entry, limit)]
    if left > 0:
        blocks.append(context(joined((more(left), _record(card)))))
    return Message(_in_short(card, entries), blocks)


def _entry(card: Card, entry: JournalEntry, limit: int) -> list[Json]:
    if entry.is_withheld:
        return [section(_head(entry)), context(withheld_from(card))]
    first, *rest = pieces(entry.text, limit - 1)
    text = plain(f"{first}…" if rest else first)
    cut = [context(joined((tr("Cut here"), _record(card))))] if rest else []
    return [section(_head(entry)), {"type": "section", "text": {**text, "emoji": False}}, *cut]


def _head(entry: JournalEntry) -> str:
    who = f"*{safe(entry.author, 100)}*" if entry.author else f"_{tr(_SEVERAL)}_"
    notes = entry.element is JournalElement.WORK_NOTES
    kind = tr("Work note, internal in ServiceNow") if notes else tr(entry.element.label)
    at = moment(entry.at) if entry.at else safe(entry.stamp, 40)
    return joined((who, kind, at))


def _record(card: Card) -> str:
    if card.ticket is None:
        return ""
    return link(card.ticket.link, tr("all of it is in {number}", number=card.ticket.number))


def _in_short(card: Card, entries: Sequence[JournalEntry]) -> str:
    ticket = safe(card.ticket.number, 40) if card.ticket else ""
    if len(entries) > 1:
        several = len(entries)
        return trn(
            "{ticket} {count} new entry", "{ticket} {count} new entries", several, ticket=ticket
        )
    (entry,) = entries
    kind, who = tr(entry.element.label), safe(entry.author, 100) or tr(_SEVERAL)
    if entry.is_withheld:
        return tr("{ticket} {kind}, {who}", ticket=ticket, kind=kind, who=who)
    text = safe(entry.text, 300)
    return tr("{ticket} {kind}, {who}: {text}", ticket=ticket, kind=kind, who=who, text=text)
