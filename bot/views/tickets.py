"""Tickets in lists, and how each one is said in a line."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from bot.identifiers import COMMAND, Callback
from bot.views.blocks import Json, Message, context, divider, modal, section
from bot.views.text import ago, day, joined, link, moment, plural, safe, safe_lines
from bot.views.waiting import until
from connector.models import (
    ChangeType,
    Share,
    ShareState,
    Standing,
    Ticket,
    TicketFilter,
    TicketKind,
)

_AGAIN: Final = "Snowline tries again by itself; do not send it again."
_CONNECT: Final = (
    f"It goes on when an admin has connected ServiceNow again with `{COMMAND} connect`."
)
_ROWS: Final = 20
_STATES: Final = 8
_WAITING: Final = 5
_TITLE: Final = {
    TicketFilter.OPEN: "Open tickets",
    TicketFilter.MINE: "My tickets",
    TicketFilter.OVERDUE: "Overdue tickets",
    TicketFilter.ALL: "All tickets",
}
_EMPTY: Final = {
    TicketFilter.OPEN: f"No ticket is open. `{COMMAND} share` makes one of an action.",
    TicketFilter.MINE: f"You have no tickets yet. `{COMMAND} share` makes one of an action.",
    TicketFilter.OVERDUE: f"Nothing is overdue. `{COMMAND} tickets open` shows what is open.",
    TicketFilter.ALL: f"There are no tickets yet. `{COMMAND} share` makes one of an action.",
}


def tickets(
    tickets: Sequence[Ticket],
    waiting: Sequence[Share],
    which: TicketFilter,
    today: date,
    now: datetime,
    notes: Sequence[str] = (),
) -> Message:
    """List up to 20 tickets, newest first, after the shares that are no tickets yet.

    ``notes`` are sentences of our own about the list; empty ones are left out.
    """
    ahead = f" · not yet tickets: {len(waiting):,}" if waiting else ""
    title = f"{_TITLE[which]}: {len(tickets):,}{ahead}"
    blocks = [section(f"*{title}*"), *_notes(notes), *_waiting(waiting, now)]
    blocks += _rows(tickets, today) if tickets else [section(_EMPTY[which])]
    others = ", ".join(f"`{each}`" for each in TicketFilter if each is not which)
    blocks.append(context(f"`{COMMAND} tickets` also takes {others}"))
    shown = "\n".join(ticket_line(each, today) for each in tickets[:5])
    return Message(f"{title}\n{shown or _EMPTY[which]}", blocks)


def tickets_modal(
    tickets: Sequence[Ticket],
    waiting: Sequence[Share],
    *,
    kind: TicketKind,
    today: date,
    now: datetime,
    notes: Sequence[str] = (),
) -> Json:
    """List the tickets of one kind in a modal, newest first, with the same ``notes``."""
    chosen = [each for each in tickets if each.kind is kind]
    ahead = [each for each in waiting if each.draft.kind is kind]
    blocks = [*_notes(notes), *_waiting(ahead, now)]
    blocks += _rows(chosen, today) if chosen else [section(_EMPTY[TicketFilter.ALL])]
    return modal(Callback.TICKETS, f"{kind.label}s", blocks)


def on_their_way(others: Sequence[Share], kind: TicketKind | None = None) -> str:
    """Count other people's shares, of one kind or all, without a word of what is in them."""
    count = sum(1 for each in others if kind in (None, each.draft.kind))
    if not count:
        return ""
    return f"{plural(count, 'more share')} of others {'is' if count == 1 else 'are'} on the way"


def ticket_line(ticket: Ticket, today: date) -> str:
    """Say number, name, how it stands and what is not usual about its type, in two lines."""
    type_ = "" if ticket.type is ChangeType.NORMAL else ticket.kind_label
    how = joined((standing(ticket, today), type_))
    return f"{numbered(ticket)} *{safe(ticket.name, 100)}*\n{how}"


def numbered(ticket: Ticket) -> str:
    """Name a ticket by its number, linked to ServiceNow."""
    return link(ticket.link, ticket.number, 40)


def standing(ticket: Ticket, today: date) -> str:
    """Say state, priority and due date."""
    return joined(
        (
            "" if ticket.is_open and ticket.is_followed else mark(ticket),
            state(ticket, 40),
            safe(ticket.priority_label, 40),
            due(ticket, today),
            former(ticket),
        )
    )


def mark(ticket: Ticket) -> str:
    """Choose the sign of a ticket that is open, done, or not there or not followed any more."""
    if ticket.is_gone or not ticket.is_followed:
        return "⚪"
    return "🔵" if ticket.is_open else "✅"


def state(ticket: Ticket, longest: int) -> str:
    """Say a ticket's state as ServiceNow calls it, or that it is not there any more."""
    label = safe(ticket.state_label, longest)
    return f"deleted in ServiceNow or hidden, was {label}" if ticket.is_gone else label


def former(ticket: Ticket) -> str:
    """Say of a former instance's ticket whose it is and when it was read; empty for others."""
    if ticket.standing is not Standing.FORMER:
        return ""
    return f"former instance {safe(ticket.instance, 255)}, as of {moment(ticket.read_at)}"


def by_state(counted: Iterable[tuple[str, int]]) -> str:
    """Say how many tickets stand in which state: the most frequent first, then by its name."""
    ordered = sorted(counted, key=lambda each: (-each[1], each[0].casefold()))
    return joined(f"{safe(label, 40)} {count:,}" for label, count in ordered[:_STATES])


def due(ticket: Ticket, today: date) -> str:
    """Say when a ticket is due, marked where it is overdue; empty without a date."""
    if ticket.due is None:
        return ""
    overdue = ticket.is_overdue(today)
    return f"🔴 overdue since {day(ticket.due)}" if overdue else f"due {day(ticket.due)}"


def next_step(share: Share) -> str:
    """Say how a share that is no ticket yet goes on; empty where it does not, or is not late."""
    if share.state is ShareState.REJECTED or share.gave_up or not share.reason:
        return ""
    if share.waits_until is not None:
        return ""
    return _CONNECT if share.parked else _AGAIN


def _notes(notes: Sequence[str]) -> list[Json]:
    return [context(note) for note in notes if note]


def _rows(tickets: Sequence[Ticket], today: date) -> list[Json]:
    blocks = [section(ticket_line(each, today)) for each in tickets[:_ROWS]]
    more = len(tickets) - _ROWS
    if more > 0:
        blocks.append(context(f"{plural(more, 'more ticket')}, all of them in ServiceNow"))
    return blocks


def _waiting(shares: Sequence[Share], now: datetime) -> list[Json]:
    if not shares:
        return []
    lines = [_waiting_line(each, now) for each in shares[:_WAITING]]
    more = len(shares) - _WAITING
    lines += [f"{more:,} more"] if more > 0 else []
    return [section("*Not yet tickets*\n" + "\n".join(lines)), divider()]


def _waiting_line(share: Share, now: datetime) -> str:
    rejected = share.state is ShareState.REJECTED
    mark = "❌" if rejected else "⚠️" if share.reason else "⏳"
    word = "rejected" if rejected else "not confirmed" if share.gave_up else "on its way"
    reason = until(share) or safe_lines(share.reason, 250)
    told = " ".join(filter(None, (reason, next_step(share))))
    why = f"\n>{told}" if told else ""
    asked = f"asked {ago(share.requested_at, now)}"
    return f"{mark} *{safe(share.draft.name, 100)}*  {joined((word, asked))}{why}"
