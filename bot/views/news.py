"""What happened to somebody's tickets, in one direct message."""

from collections.abc import Sequence
from typing import Final

from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, Message, button, context, section
from bot.views.text import fill, joined, moment, safe
from bot.views.tickets import mark, numbered
from bot.views.why import news_footer
from connector.models import (
    Because,
    FieldChange,
    JournalElement,
    TicketChange,
    TicketNews,
    spoken_change,
)
from connector.words import tr, trn

_TICKETS: Final = 8
_CHANGES: Final = 8
_FIELDS: Final = 6
_SECTION: Final = 650


def news(news: Sequence[TicketNews]) -> Message:
    """Tell what happened, the first tickets at length and the rest by their number."""
    shown, more = news[:_TICKETS], len(news) - _TICKETS
    blocks = [_ticket(each) for each in shown]
    if more > 0:
        blocks.append(context(_others(more)))
    blocks += news_footer(frozenset(each.because for each in news))
    return Message(_in_short(news), blocks)


def _ticket(of: TicketNews) -> Json:
    ticket = of.ticket
    head = f"{mark(ticket)} {numbered(ticket)}  *{safe(ticket.name, 150)}*"
    told = [line for each in of.changes[-_CHANGES:] for line in _change(each)]
    stop = button(tr("Unfollow"), Action.UNFOLLOW, ticket.share)
    followed = of.because is Because.FOLLOWED
    return section(f"{head}\n{fill(told, _SECTION, _CHANGES * 2)}", stop if followed else None)


def _change(change: TicketChange) -> list[str]:
    fields = [_field(each) for each in change.fields[:_FIELDS]]
    return [*fields, f"_{joined((_who(change), moment(change.at)))}_"]


def _field(each: FieldChange) -> str:
    said = spoken_change(each)
    internal = each.field == JournalElement.WORK_NOTES.label
    field = tr("Work note, internal in ServiceNow") if internal else safe(said.field, 40)
    after = safe(said.after, 200) or "–"
    if said.before:
        before = safe(said.before, 60)
        return tr("{field}: {before} → {after}", field=field, before=before, after=after)
    return tr("{field}: {after}", field=field, after=after)


def _who(change: TicketChange) -> str:
    by = safe(change.by, 100)
    if change.from_chat:
        return tr("{by}, from Slack", by=by) if by else tr("From Slack")
    return tr("{by}, in ServiceNow", by=by) if by else tr("In ServiceNow")


def _others(more: int) -> str:
    return trn(
        "One more ticket changed. `{command} tickets all` lists it.",
        "{count} more tickets changed. `{command} tickets all` lists them.",
        more,
        command=COMMAND,
    )


def _in_short(news: Sequence[TicketNews]) -> str:
    first = news[0].ticket
    if len(news) == 1:
        number, name = safe(first.number, 40), safe(first.name, 150)
        return tr("{number} changed: {name}", number=number, name=name)
    return trn("{count} ticket changed", "{count} tickets changed", len(news))
