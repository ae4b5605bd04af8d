"""An improvement action that has a ticket already: what it has, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from bot.forms import Origin, TicketForm
from bot.identifiers import Action, Callback
from bot.views.blocks import Json, actions, button, context, divider, modal, section
from bot.views.defaults import PLAIN
from bot.views.improvement_actions import action_facts
from bot.views.share import card_fields, ticket_form, written_fields
from bot.views.text import ago, joined, link, moment, safe, safe_lines
from bot.views.tickets import numbered, standing
from connector.models import (
    Covering,
    FormDefaults,
    ImprovementAction,
    TicketKind,
)
from connector.words import later, tr, trn

_SHOWN: Final = 3
_CHOOSE: Final = later(
    "*It has been shared already.* Update the ticket, or make another one. Nothing has been sent"
    " yet."
)
_MEANWHILE: Final = later(
    "⚠️ *Meanwhile this action has got a ticket.* Nothing was sent. Update that one, or press"
    " *Create ticket* again to make another; all that you wrote is still here."
)
_ANOTHER: Final = later("This makes another ticket. The action has already:")


def shared_before(
    action: ImprovementAction, known: Sequence[Covering], origin: Origin, now: datetime
) -> Json:
    """Show the tickets that an action has, before anything is sent, with what can be done."""
    about = joined(
        (action_facts(action), link(action.deep_link, tr("Open it in the Microsoft portal")))
    )
    return modal(
        Callback.SHARED_BEFORE,
        tr("Shared already"),
        [
            section(f"*{safe(action.title)}*\n{about}"),
            section(tr(_CHOOSE)),
            divider(),
            *_known(action, known, now),
            divider(),
            actions(button(tr("Make another ticket"), Action.SHARE_ANEW, action.key)),
        ],
        close=tr("Cancel"),
        metadata=seeing(origin, known).metadata(),
    )


def another_form(
    action: ImprovementAction,
    known: Sequence[Covering],
    origin: Origin,
    today: date,
    *,
    note: str,
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Let a user describe another ticket for an action that has some; the form names them."""
    view = ticket_form(
        action,
        channel=origin.channel,
        where=origin.where,
        today=today,
        note=note,
        defaults=defaults,
    )
    lines = "\n".join(f"• {_line(each, today)}" for each in known[:_SHOWN])
    told = [section(f"{tr(_ANOTHER)}\n{lines}")] if known else []
    return _with(view, told, seeing(origin, known))


def overtaken_form(
    action: ImprovementAction,
    known: Sequence[Covering],
    form: TicketForm,
    now: datetime,
    *,
    defaults: FormDefaults = PLAIN,
) -> Json:
    """Ask once more where the action has got a ticket since the form was opened."""
    origin = form.origin
    view = ticket_form(action, channel=origin.channel, where=origin.where, today=now.date())
    fields = [
        *written_fields(form.draft, defaults),
        *card_fields(defaults, None, origin.channel, origin.where, form.channel),
    ]
    told = [section(tr(_MEANWHILE)), *_known(action, known, now), divider()]
    about = view["blocks"][0]
    return _with(view | {"blocks": [about, *told, *fields]}, [], seeing(origin, known))


def seeing(origin: Origin, known: Sequence[Covering]) -> Origin:
    """Remember which shares of the same action were shown; what is done with needs no asking."""
    return replace(origin, seen=tuple(each.share.id for each in known if each.is_live))


def shared_again(action: ImprovementAction) -> str:
    """Write what an update of a ticket begins with; people edit it before it is sent."""
    # It is written into ServiceNow, where everybody reads it.
    return f"Shared again: {' '.join(action.title.split())}, worth {action.gain:g} points now."


def _with(view: Json, told: list[Json], origin: Origin) -> Json:
    remembered = replace(Origin.read(view), seen=origin.seen)
    return view | {"blocks": [*told, *view["blocks"]], "private_metadata": remembered.metadata()}


def _known(action: ImprovementAction, known: Sequence[Covering], now: datetime) -> list[Json]:
    blocks: list[Json] = []
    for each in known[:_SHOWN]:
        blocks += _ticket(action, each, now)
    more = len(known) - _SHOWN
    return [*blocks, *([context(_older(more))] if more > 0 else [])]


def _older(count: int) -> str:
    return trn("{count} older ticket not shown", "{count} older tickets not shown", count)


def _ticket(action: ImprovementAction, known: Covering, now: datetime) -> list[Json]:
    said = section(_line(known, now.date()))
    ticket = known.ticket
    if ticket is None:
        asked = tr(
            "Asked for {ago}; its card shows how far it is.",
            ago=ago(known.share.requested_at, now),
        )
        return [said, context(asked)]
    reopens = ticket.kind is TicketKind.INCIDENT and not ticket.is_open
    update = button(
        tr("Update {number}", number=ticket.number),
        Action.SHARE_UPDATE,
        f"{ticket.share} {action.key}",
    )
    first = (
        button(tr("Reopen {number}", number=ticket.number), Action.ACT_STATE, ticket.share)
        if reopens
        else update
    )
    more: list[dict[str, Any]] = [update] if reopens else []
    made = context(
        tr("Made {made_at} for {whom}", made_at=moment(ticket.created_at), whom=_whom(known))
    )
    return [said, made, actions(first | {"style": "primary"}, *more)]


def _line(known: Covering, today: date) -> str:
    draft, ticket = known.share.draft, known.ticket
    group = _group(len(draft.covers)) if draft.covers else ""
    if ticket is None:
        how = joined((tr("On its way to ServiceNow"), group))
        return f"⏳ *{safe(draft.name, 100)}*\n{how}"
    name = safe(ticket.name, 100)
    return f"{numbered(ticket)} *{name}*\n{joined((standing(ticket, today), group))}"


def _group(count: int) -> str:
    return trn("about {count} action together", "about {count} actions together", count)


def _whom(known: Covering) -> str:
    return safe_lines(safe(known.share.draft.requester_name, 80) or tr("somebody"), 120)
