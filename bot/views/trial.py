"""What became of a test record."""

from typing import Final

from bot.identifiers import Callback
from bot.views.blocks import Json, Message, context, modal, section
from bot.views.text import link, safe, safe_lines
from connector.models import FieldOutcome, ShareState, TestRecord, TicketKind, spoken_names
from connector.words import later, tr

_SHOWN = 25
_TITLE: Final = later("Test record")
_OTHER: Final = later(
    "❌ *{name}*: “{sent}” was sent, the record holds “{held}”. Check the value, and that the"
    " integration user may write this field."
)
_EMPTY: Final = later(
    "❌ *{name}*: “{sent}” was sent, the record is empty. Check the value, and that the integration"
    " user may write this field."
)
_MAKING: Final = {
    TicketKind.INCIDENT: later("Making a test incident in ServiceNow… This can take a moment."),
    TicketKind.CHANGE_REQUEST: later(
        "Making a test change request in ServiceNow… This can take a moment."
    ),
}


def making(kind: TicketKind) -> Json:
    """Say that a test record is being made."""
    text = tr(_MAKING[kind])
    return modal(Callback.TEST_RECORD, tr(_TITLE), [section(text)])


def made_modal(record: TestRecord) -> Json:
    """Show what was kept of a test record, in the modal that waited for it."""
    return modal(Callback.TEST_RECORD, tr(_TITLE), made(record).blocks)


def made(record: TestRecord) -> Message:
    """Show each mapped field of a test record, sent and kept or not, and how it ended."""
    if record.ticket is None:
        text = _none(record)
        return Message(text, [section(text)])
    ticket = record.ticket
    text = tr("*{number}* was made in ServiceNow.", number=link(ticket.link, ticket.number, 40))
    fields = [section(_field(each)) for each in record.fields[:_SHOWN]]
    ours = [each for each in ticket.not_kept if each not in {f.label for f in record.fields}]
    lost = safe(spoken_names(ours), 500)
    return Message(
        text,
        [
            section(text),
            *(fields or [section(tr("No rule fills a further field yet."))]),
            *([context(tr("⚠️ ServiceNow did not keep: {lost}.", lost=lost))] if ours else []),
            context(_end(record)),
        ],
    )


def _none(record: TestRecord) -> str:
    reason = safe_lines(record.share.reason, 1000)
    if record.share.state is ShareState.REJECTED:
        return tr("❌ ServiceNow made no test record. {reason}", reason=reason)
    return tr(
        "⏳ The test record is still on its way. {reason} Its card comes to you as a direct"
        " message and names what was not kept; close the record in ServiceNow then.",
        reason=reason,
    )


def _field(field: FieldOutcome) -> str:
    name, sent, held = safe(field.label, 60), safe(field.sent, 100), safe(field.held, 100)
    if field.kept is None:
        return tr(
            "⚪ *{name}*: “{sent}” was sent; what the record holds cannot be read.",
            name=name,
            sent=sent,
        )
    if field.kept:
        return tr("✅ *{name}*: “{held}” is kept.", name=name, held=held or sent)
    return tr(_OTHER if held else _EMPTY, name=name, sent=sent, held=held)


def _end(record: TestRecord) -> str:
    if not record.cancel_problem:
        return tr("The record is cancelled, and may be deleted.")
    why = safe_lines(record.cancel_problem, 300)
    return tr("⚠️ The record could not be cancelled: {why} Close it in ServiceNow by hand.", why=why)
