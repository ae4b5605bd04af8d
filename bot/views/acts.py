"""What people do with a ticket: its controls, what came of it, and what its thread says."""

from typing import Final

from bot.identifiers import Action, Callback
from bot.views.blocks import Json, Message, actions, button, context, modal, option, section
from bot.views.text import fill, link, moment, safe, safe_lines
from connector.models import Act, ActKind, ActState, FieldChange, Ticket, TicketChange, TicketKind

TO_ME: Final = "me"
"""The menu's entry that assigns the ticket to whoever chooses it, at once."""
_SAID: Final = 2000
_PIECE: Final = 2900
_FIELDS: Final = 10
_DOING: Final = {
    ActKind.COMMENT: "Comment",
    ActKind.NOTE: "Work note",
    ActKind.STATE: "Change of state",
    ActKind.ASSIGN: "Assignment",
    ActKind.DUE: "Due date",
    ActKind.FILE: "Attachment",
    ActKind.UPDATE: "Update",
}
_LATER: Final = (
    "Nothing is lost: the card's thread shows it when ServiceNow has it. If that goes wrong,"
    " Snowline tells you in a direct message."
)


def controls(ticket: Ticket) -> list[Json]:
    """Offer what can be done with a ticket; nothing where it is not to be followed."""
    if ticket.is_gone or not ticket.is_followed:
        return []
    reopens = ticket.kind is TicketKind.INCIDENT and not ticket.is_open
    menu = {
        "type": "overflow",
        "action_id": Action.ACT_MORE,
        "options": [
            option("Assign to me", f"{TO_ME} {ticket.share}"),
            option("Assign…", f"{ActKind.ASSIGN.name} {ticket.share}"),
            option("Due date…", f"{ActKind.DUE.name} {ticket.share}"),
            option("Work note…", f"{ActKind.NOTE.name} {ticket.share}"),
        ],
    }
    return [
        actions(
            button("Comment", Action.ACT_COMMENT, ticket.share),
            button("Reopen" if reopens else "Change state", Action.ACT_STATE, ticket.share),
            menu,
        )
    ]


def outcome(act: Act, ticket: Ticket) -> Message:
    """Tell whoever acted what came of it."""
    title, blocks = _outcome(act, ticket)
    return Message(f"{title}: {safe(ticket.number, 40)}. {safe_lines(act.reason, 900)}", blocks)


def outcome_modal(act: Act, ticket: Ticket) -> Json:
    """Tell it in the place of the form."""
    title, blocks = _outcome(act, ticket)
    return modal(Callback.ACT_OUTCOME, title, blocks)


def from_chat(change: TicketChange, name: str) -> Message:
    """Say in the card's thread what somebody did from here."""
    told = fill([_line(each) for each in change.fields], _PIECE, _FIELDS)
    by = safe(change.by, 100) or "Somebody"
    return Message(
        f"{safe(change.number, 40)} {safe(name, 100)}\n{told}",
        [section(told), context(f"{by}, from Slack, {moment(change.at)}")],
    )


def _line(each: FieldChange) -> str:
    field = f"*{safe(each.field, 40)}:*"
    if each.before:
        return f"{field} {safe(each.before, 100)} → {safe(each.after, 100) or '_empty_'}"
    if "\n" not in each.after and len(each.after) <= _FIELDS * _FIELDS:
        return f"{field} {safe(each.after, 150) or '_empty_'}"
    quoted = safe_lines(each.after, _SAID).replace("\n", "\n>")
    return f"{field}\n>{quoted}"


def _outcome(act: Act, ticket: Ticket) -> tuple[str, list[Json]]:
    about = f"{_DOING[act.draft.kind]}: {link(ticket.link, ticket.number, 40)}"
    about += f" {safe(ticket.name, 150)}"
    reason = safe_lines(act.reason, 1500)
    if act.state is ActState.DONE:
        return "Done", [section(f"✅ {about}"), *_not_kept(act)]
    if act.state is ActState.REJECTED:
        edit = button("Edit and send again", Action.ACT_EDIT, act.id)
        # A file has no form of its own: it is chosen at its message.
        again = [] if act.draft.file else [actions(edit)]
        return "Not done", [section(f"❌ {about}\n{reason}"), *again]
    if act.gave_up:
        return "Not confirmed", [section(f"⚠️ {about}\n{reason}")]
    return "On its way", [
        section("\n".join(filter(None, (f"⏳ {about}", reason)))),
        context(_LATER),
    ]


def _not_kept(act: Act) -> list[Json]:
    if not act.not_kept:
        return []
    lost = safe(", ".join(act.not_kept), 300)
    return [context(f"⚠️ ServiceNow did not keep: {lost}. Set it there by hand.")]
