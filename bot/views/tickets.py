"""How a ticket is said in a line."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from bot.identifiers import COMMAND
from bot.views.text import day, joined, link, moment, safe
from connector.models import ChangeType, Share, ShareState, Standing, Ticket, spoken_priority
from connector.words import later, number, tr

_AGAIN: Final = later("Snowline tries again by itself; do not send it again.")
_CONNECT: Final = later(
    "It goes on when an admin has connected ServiceNow again with `{command} connect`."
)
_STATES: Final = 8


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
            safe(spoken_priority(ticket.priority_label), 40),
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
    if ticket.is_gone:
        return tr("deleted in ServiceNow or hidden, was {state}", state=label)
    return label


def former(ticket: Ticket) -> str:
    """Say of a former instance's ticket whose it is and when it was read; empty for others."""
    if ticket.standing is not Standing.FORMER:
        return ""
    return tr(
        "former instance {instance}, as of {at}",
        instance=safe(ticket.instance, 255),
        at=moment(ticket.read_at),
    )


def by_state(counted: Iterable[tuple[str, int]]) -> str:
    """Say how many tickets stand in which state: the most frequent first, then by its name."""
    ordered = sorted(counted, key=lambda each: (-each[1], each[0].casefold()))
    return joined(f"{safe(label, 40)} {number(count)}" for label, count in ordered[:_STATES])


def due(ticket: Ticket, today: date) -> str:
    """Say when a ticket is due, marked where it is overdue; empty without a date."""
    if ticket.due is None:
        return ""
    said = due_day(ticket, today)
    return said if ticket.is_overdue(today) else tr("due {day}", day=said)


def due_day(ticket: Ticket, today: date) -> str:
    """Say the day that a ticket is due, marked where it is overdue; empty without a date."""
    if ticket.due is None:
        return ""
    said = day(ticket.due)
    return tr("🔴 overdue since {day}", day=said) if ticket.is_overdue(today) else said


def next_step(share: Share) -> str:
    """Say how a share that is no ticket yet goes on; empty where it does not, or is not late."""
    if share.state is ShareState.REJECTED or share.gave_up or not share.reason:
        return ""
    if share.waits_until is not None:
        return ""
    return tr(_CONNECT, command=COMMAND) if share.parked else tr(_AGAIN)
