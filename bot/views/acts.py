"""What people do with a ticket: its controls, what came of it, and what its thread says."""

from enum import StrEnum
from typing import Final

from bot.identifiers import Action, Callback
from bot.views.blocks import Json, Message, actions, button, context, modal, option, section
from bot.views.overheard import withheld
from bot.views.text import fill, link, moment, safe, safe_lines, web_address
from connector.models import (
    Act,
    ActKind,
    ActState,
    FieldChange,
    Mute,
    Ticket,
    TicketChange,
    TicketKind,
    spoken_change,
    spoken_names,
)
from connector.words import later, tr

_SAID: Final = 2000
_PIECE: Final = 2900
_FIELDS: Final = 10
_DOING: Final = {
    ActKind.COMMENT: later("Comment"),
    ActKind.NOTE: later("Work note"),
    ActKind.STATE: later("Change of state"),
    ActKind.ASSIGN: later("Assignment"),
    ActKind.DUE: later("Due date"),
    ActKind.FILE: later("Attachment"),
    ActKind.UPDATE: later("Update"),
}
_LATER: Final = later(
    "Nothing is lost: the card's thread shows it when ServiceNow has it. If that goes wrong,"
    " Snowline tells you in a direct message."
)


class More(StrEnum):
    """What the menu of a ticket offers beside forms."""

    FOLLOW = "follow"
    MUTE = "mute"
    UNMUTE = "unmute"
    NOTIFICATIONS = "notifications"


def controls(ticket: Ticket, mute: Mute | None = None, *, on_card: bool = True) -> list[Json]:
    """Offer what can be done with a ticket; only to open it where it is not to be followed.

    Its thread can be muted where its card stands, not where somebody only looked at it.
    """
    if ticket.is_gone or not ticket.is_followed:
        links = _links(ticket)
        return [actions(*links)] if links else []
    menu = {"type": "overflow", "action_id": Action.ACT_MORE}
    row = (*_buttons(ticket), *_links(ticket))
    return [actions(*row, menu | {"options": _menu(ticket, mute, on_card=on_card)})]


def _buttons(ticket: Ticket) -> list[Json]:
    reopens = ticket.kind is TicketKind.INCIDENT and not ticket.is_open
    row = [
        button(tr("Comment"), Action.ACT_COMMENT, ticket.share),
        button(tr("Reopen") if reopens else tr("Change state"), Action.ACT_STATE, ticket.share),
    ]
    if ticket.is_open:
        row += [
            button(tr("Assign to me"), Action.ACT_ASSIGN_TO_ME, ticket.share),
            button(tr("Due date"), Action.ACT_DUE, ticket.share),
        ]
    return row


def _links(ticket: Ticket) -> list[Json]:
    led = (
        (tr("Open in ServiceNow"), Action.OPEN_SERVICENOW, web_address(ticket.link)),
        (tr("Open in Microsoft Defender"), Action.OPEN_DEFENDER, web_address(ticket.action_link)),
    )
    return [button(label, action, url=url) for label, action, url in led if url]


def _menu(ticket: Ticket, mute: Mute | None, *, on_card: bool) -> list[Json]:
    share = ticket.share
    offered = [option(tr("Assign…"), f"{ActKind.ASSIGN.name} {share}")] if ticket.is_open else []
    offered += [
        option(tr("Work note…"), f"{ActKind.NOTE.name} {share}"),
        option(tr("Follow"), f"{More.FOLLOW} {share}"),
    ]
    if on_card:
        muting = (tr("Mute here"), More.MUTE) if mute is None else (tr("Unmute here"), More.UNMUTE)
        offered.append(option(muting[0], f"{muting[1]} {share}"))
    return [*offered, option(tr("Notifications…"), f"{More.NOTIFICATIONS} {share}")]


def outcome(act: Act, ticket: Ticket) -> Message:
    """Tell whoever acted what came of it."""
    title, blocks = _outcome(act, ticket)
    text = tr(
        "{title}: {number}. {reason}",
        title=title,
        number=safe(ticket.number, 40),
        reason=safe_lines(act.reason, 900),
    )
    return Message(text, blocks)


def outcome_modal(act: Act, ticket: Ticket) -> Json:
    """Tell it in the place of the form."""
    title, blocks = _outcome(act, ticket)
    return modal(Callback.ACT_OUTCOME, title, blocks)


def from_chat(change: TicketChange, name: str) -> Message:
    """Say in the card's thread what somebody did from here."""
    told = fill([_line(spoken_change(each)) for each in change.fields], _PIECE, _FIELDS)
    by = safe(change.by, 100) or tr("Somebody")
    return Message(
        f"{safe(change.number, 40)} {safe(name, 100)}\n{told}",
        [section(told), context(tr("{by}, from Slack, {at}", by=by, at=moment(change.at)))],
    )


def _line(each: FieldChange) -> str:
    field = safe(each.field, 40)
    if each.is_withheld:
        return tr("*{field}:* {after}", field=field, after=withheld())
    if each.before:
        before, after = safe(each.before, 100), safe(each.after, 100) or tr("_empty_")
        return tr("*{field}:* {before} → {after}", field=field, before=before, after=after)
    if "\n" not in each.after and len(each.after) <= _FIELDS * _FIELDS:
        after = safe(each.after, 150) or tr("_empty_")
        return tr("*{field}:* {after}", field=field, after=after)
    quoted = safe_lines(each.after, _SAID).replace("\n", "\n>")
    return tr("*{field}:*\n>{quoted}", field=field, quoted=quoted)


def _outcome(act: Act, ticket: Ticket) -> tuple[str, list[Json]]:
    about = tr(
        "{deed}: {number} {name}",
        deed=tr(_DOING[act.draft.kind]),
        number=link(ticket.link, ticket.number, 40),
        name=safe(ticket.name, 150),
    )
    reason = safe_lines(act.reason, 1500)
    if act.state is ActState.DONE:
        return tr("Done"), [section(f"✅ {about}"), *_not_kept(act)]
    if act.state is ActState.REJECTED:
        edit = button(tr("Edit and send again"), Action.ACT_EDIT, act.id)
        # A file has no form of its own: it is chosen at its message.
        again = [] if act.draft.file else [actions(edit)]
        return tr("Not done"), [section(f"❌ {about}\n{reason}"), *again]
    if act.gave_up:
        return tr("Not confirmed"), [section(f"⚠️ {about}\n{reason}")]
    return tr("On its way"), [
        section("\n".join(filter(None, (f"⏳ {about}", reason)))),
        context(tr(_LATER)),
    ]


def _not_kept(act: Act) -> list[Json]:
    if not act.not_kept:
        return []
    lost = safe(spoken_names(act.not_kept), 300)
    return [context(tr("⚠️ ServiceNow did not keep: {lost}. Set it there by hand.", lost=lost))]
