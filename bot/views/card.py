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
    points,
    safe,
    safe_lines,
)
from bot.views.tickets import due_day, mark, next_step, numbered, standing, state
from bot.views.waiting import until
from bot.views.why import card_footer, with_footer
from connector.announcer import Card
from connector.models import (
    FieldChange,
    Share,
    ShareState,
    Standing,
    Ticket,
    TicketChange,
    TicketDraft,
    spoken_change,
    spoken_names,
    spoken_priority,
)
from connector.words import later, tr, trn

_PIECE: Final = 2900
_CHANGES: Final = 10
_COVERED: Final = 10
_UNFOLLOWED: Final = {
    Standing.FORMER: later(
        "⚪ Of a former instance: Snowline follows another one now. This ticket stays as last read,"
        " and is followed again once its instance is connected again."
    ),
    Standing.FORGOTTEN: later(
        "⚪ Snowline no longer follows this ticket. In ServiceNow it is untouched."
    ),
}
_NUMBER: Final = later("This card will show the number.")


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
    told = fill([_changed(spoken_change(each)) for each in change.fields], _PIECE, _CHANGES)
    at = moment(change.at)
    who = (
        tr("{by} in ServiceNow, {at}", by=safe(change.by, 100), at=at)
        if change.by
        else tr("In ServiceNow, {at}", at=at)
    )
    name = safe(card.share.draft.name, 100)
    return Message(
        f"{safe(change.number, 40)} {name}\n{told}",
        [section(told), context(who)],
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
        (
            tr("As read from ServiceNow {at}", at=moment(ticket.read_at)),
            tr("asked for by {by}", by=by) if by else "",
        )
    )
    last = [*controls(ticket, on_card=False), context(read)]
    return _ticket(ticket, now.date(), last)


def _on_its_way(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    return Message(
        tr("On its way to ServiceNow: {name}", name=name),
        [section(tr("⏳ *{name}*\nOn its way to ServiceNow", name=name)), _asked(share.draft)],
    )


def _late(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    reason = until(share) or safe_lines(share.reason, 1000)
    if share.parked or share.waits_until:
        text = tr("Waiting: {name}. {reason}", name=name, reason=reason)
        told = tr("⚠️ *{name}*\nWaiting. {reason}", name=name, reason=reason)
    else:
        text = tr("On its way, but late: {name}. {reason}", name=name, reason=reason)
        told = tr("⚠️ *{name}*\nOn its way, but late. {reason}", name=name, reason=reason)
    further = (tr("Nothing is lost."), next_step(share), tr(_NUMBER))
    return Message(
        text, [section(told), _asked(share.draft), context(" ".join(filter(None, further)))]
    )


def _unsure(share: Share) -> Message:
    name = safe(share.draft.name, 500)
    reason = until(share) or safe_lines(share.reason or tr("ServiceNow did not confirm."), 1000)
    return Message(
        tr("{name}: {reason}", name=name, reason=reason),
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
    reason = safe_lines(share.reason or tr("ServiceNow did not say why."), 1000)
    return Message(
        tr("No ticket was made: {name}. {reason}", name=name, reason=reason),
        [
            section(tr("❌ *{name}*\nNo ticket was made. {reason}", name=name, reason=reason)),
            _asked(draft),
            *_covered(draft),
            *_written(draft),
            *([edit_button(share)] if card.may_be_sent_again else []),
            context(_reference(share)),
        ],
    )


def _reference(share: Share) -> str:
    return tr("Reference `{reference}`", reference=safe(share.correlation_id, 60))


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
                tr("due {day}", day=day(draft.due)) if draft.due else "",
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
        context(
            joined(
                (
                    ticket.kind_label,
                    _gain(ticket.gain),
                    tr(ticket.source),
                    tr(ticket.category),
                )
            )
        ),
    ]
    blocks += _covered(ticket)
    blocks += [context(tr(_UNFOLLOWED[ticket.standing]))] if not ticket.is_followed else []
    if ticket.not_kept:
        lost = safe(spoken_names(ticket.not_kept), 500)
        note = tr("⚠️ ServiceNow did not keep: {lost}. Set it there by hand.", lost=lost)
        blocks.append(context(note))
    blocks += last
    text = tr(
        "{number} {kind}: {name}. {standing}",
        number=safe(ticket.number, 40),
        kind=ticket.kind_label,
        name=name,
        standing=standing(ticket, today),
    )
    return Message(text, blocks)


def _covered(about: Ticket | TicketDraft) -> list[Json]:
    """Name the actions of a grouped ticket, those that win most first."""
    if not about.covers:
        return []
    ordered = sorted(about.covers, key=lambda each: -each.gain)
    lines = [f"• {link(each.link, each.title, 80)} +{points(each.gain)}" for each in ordered]
    title = trn("{count} improvement action", "{count} improvement actions", len(lines))
    return [section(fill([f"*{title}*", *lines], _PIECE, _COVERED + 1))]


def _facts(ticket: Ticket, today: date) -> list[str]:
    told = (
        (tr("State"), state(ticket, 100)),
        (tr("Priority"), safe(spoken_priority(ticket.priority_label), 100)),
        (tr("Due"), due_day(ticket, today)),
        (tr("Assigned to"), safe(ticket.assigned_to, 100) or tr("nobody yet")),
    )
    return [f"*{label}*\n{value}" for label, value in told if value]


def _origin(draft: TicketDraft) -> tuple[str, ...]:
    action = link(draft.action_link, tr("improvement action")) if draft.action_link else ""
    return (tr(draft.category), action)


def _gain(gain: float | None) -> str:
    return "" if gain is None else f"+{points(gain)}"


def _changed(each: FieldChange) -> str:
    return tr(
        "*{field}:* {before} → {after}",
        field=safe(each.field, 40),
        before=_value(each.before),
        after=_value(each.after),
    )


def _value(text: str) -> str:
    return safe(text, 100) or tr("_empty_")
