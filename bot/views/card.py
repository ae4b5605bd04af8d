"""The card of a share: one message that always shows the latest state, and its thread."""

from datetime import date, datetime
from typing import Final

from bot.views.acts import controls, from_chat
from bot.views.blocks import Json, Message, context, fields, plain, section
from bot.views.resend import edit_button
from bot.views.text import (
    day,
    fill,
    joined,
    link,
    moment,
    pieces,
    plural,
    points,
    safe,
    safe_lines,
)
from bot.views.tickets import due, mark, next_step, numbered, standing, state
from bot.views.waiting import until
from bot.views.why import card_footer, with_footer
from connector.announcer import Card
from connector.models import Share, ShareState, Standing, Ticket, TicketChange, TicketDraft

_PIECE: Final = 2900
_CHANGES: Final = 10
_COVERED: Final = 10
_UNFOLLOWED: Final = {
    Standing.FORMER: "⚪ Of a former instance: Snowline follows another one now. This ticket stays"
    " as last read, and is followed again once its instance is connected again.",
    Standing.FORGOTTEN: "⚪ Snowline no longer follows this ticket. In ServiceNow it is untouched.",
}
_NUMBER: Final = "This card will show the number."


def card(card: Card, now: datetime, *, moved: bool = False) -> Message:
    """Show how far a share has come; once there is a ticket, show the ticket.

    ``moved`` tells that it could not be posted where it was asked for.
    """
    footer = card_footer(card, moved=moved)
    if card.ticket is not None:
        return _ticket(card.ticket, now.date(), [*controls(card.ticket, card.mute), footer])
    return with_footer(_shared(card), footer)


def _shared(card: Card) -> Message:
    if card.share.state is ShareState.REJECTED:
        return _rejected(card)
    if card.share.state is ShareState.UNKNOWN:
        return _unsure(card.share)
    return _late(card.share) if card.share.reason else _on_its_way(card.share)


def change(card: Card, change: TicketChange) -> Message:
    """Say in the card's thread what was changed, when, by whom, and where if not from here."""
    if change.from_chat:
        return from_chat(change, card.share.draft.name)
    told = fill(
        [
            f"*{safe(each.field, 40)}:* {_value(each.before)} → {_value(each.after)}"
            for each in change.fields
        ],
        _PIECE,
        _CHANGES,
    )
    by = f"{safe(change.by, 100)} in ServiceNow" if change.by else "In ServiceNow"
    name = safe(card.share.draft.name, 100)
    return Message(
        f"{safe(change.number, 40)} {name}\n{told}",
        [section(told), context(f"{by}, {moment(change.at)}")],
    )


def with_name(card: Card, message: Message) -> Message:
    """Head what is said of a ticket with its number, for a thread in which others stand, too."""
    if card.ticket is None:
        return message
    head = context(f"{numbered(card.ticket)} *{safe(card.ticket.name, 150)}*")
    return Message(message.text, [head, *message.blocks])


def details(ticket: Ticket, now: datetime) -> Message:
    """Show one ticket to somebody who asked for it, as its card does."""
    by = safe(ticket.requester_name, 100)
    read = joined(
        (f"As read from ServiceNow {moment(ticket.read_at)}", f"asked for by {by}" if by else "")
    )
    last = [*controls(ticket, on_card=False), context(read)]
    return _ticket(ticket, now.date(), last)


def _on_its_way(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    return Message(
        f"On its way to ServiceNow: {name}",
        [section(f"⏳ *{name}*\nOn its way to ServiceNow"), _asked(share.draft)],
    )


def _late(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    reason = until(share) or safe_lines(share.reason, 1000)
    stand = "Waiting" if share.parked or share.waits_until else "On its way, but late"
    return Message(
        f"{stand}: {name}. {reason}",
        [
            section(f"⚠️ *{name}*\n{stand}. {reason}"),
            _asked(share.draft),
            context(" ".join(filter(None, ("Nothing is lost.", next_step(share), _NUMBER)))),
        ],
    )


def _unsure(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    reason = until(share) or safe_lines(share.reason or "ServiceNow did not confirm.", 1000)
    return Message(
        f"{name}: {reason}",
        [
            section(f"⚠️ *{name}*\n{reason}"),
            _asked(share.draft),
            *(_written(share.draft) if share.gave_up else []),
            context(joined((next_step(share), _reference(share)))),
        ],
    )


def _rejected(card: Card) -> Message:
    share = card.share
    draft, name = share.draft, safe(share.draft.name, 500)
    reason = safe_lines(share.reason or "ServiceNow did not say why.", 1000)
    return Message(
        f"No ticket was made: {name}. {reason}",
        [
            section(f"❌ *{name}*\nNo ticket was made. {reason}"),
            _asked(draft),
            *_covered(draft),
            *_written(draft),
            *([edit_button(share)] if card.may_be_sent_again else []),
            context(_reference(share)),
        ],
    )


def _reference(share: Share) -> str:
    return f"Reference `{safe(share.correlation_id, 60)}`"


def _written(draft: TicketDraft) -> list[Json]:
    # Plain text, so that what is copied from here is what was typed.
    return [
        {"type": "section", "text": {**plain(piece), "emoji": False}}
        for piece in pieces(draft.description, _PIECE)
    ]


def _asked(draft: TicketDraft) -> Json:
    return context(
        joined(
            (
                draft.kind_label,
                draft.priority.label,
                f"due {day(draft.due)}" if draft.due else "",
                _gain(draft.gain),
                *_origin(draft),
            )
        )
    )


def _ticket(ticket: Ticket, today: date, last: list[Json]) -> Message:
    name = safe(ticket.name, 500)
    blocks = [
        section(f"{mark(ticket)} {numbered(ticket)}  *{name}*"),
        fields(_facts(ticket, today)),
        context(joined((ticket.kind_label, _gain(ticket.gain), ticket.source, ticket.category))),
    ]
    blocks += _covered(ticket)
    blocks += [context(_UNFOLLOWED[ticket.standing])] if not ticket.is_followed else []
    if ticket.not_kept:
        lost = safe(", ".join(ticket.not_kept), 500)
        blocks.append(context(f"⚠️ ServiceNow did not keep: {lost}. Set it there by hand."))
    blocks += last
    text = f"{safe(ticket.number, 40)} {ticket.kind_label}: {name}. {standing(ticket, today)}"
    return Message(text, blocks)


def _covered(about: Ticket | TicketDraft) -> list[Json]:
    """Name the actions of a grouped ticket, those that win most first."""
    if not about.covers:
        return []
    ordered = sorted(about.covers, key=lambda each: -each.gain)
    lines = [f"• {link(each.link, each.title, 80)} +{points(each.gain)}" for each in ordered]
    title = f"*{plural(len(lines), 'improvement action')}*"
    return [section(fill([title, *lines], _PIECE, _COVERED + 1))]


def _facts(ticket: Ticket, today: date) -> list[str]:
    told = (
        ("State", state(ticket, 100)),
        ("Priority", safe(ticket.priority_label, 100)),
        ("Due", due(ticket, today).removeprefix("due ")),
        ("Assigned to", safe(ticket.assigned_to, 100) or "nobody yet"),
    )
    return [f"*{label}*\n{value}" for label, value in told if value]


def _origin(draft: TicketDraft) -> tuple[str, ...]:
    action = link(draft.action_link, "improvement action") if draft.action_link else ""
    return (draft.category, action)


def _gain(gain: float | None) -> str:
    return "" if gain is None else f"+{points(gain)}"


def _value(text: str) -> str:
    return safe(text, 100) or "_empty_"
