"""What became of a test record."""

from bot.identifiers import Callback
from bot.views.blocks import Json, Message, context, modal, section
from bot.views.text import link, safe, safe_lines
from connector.models import FieldOutcome, ShareState, TestRecord, TicketKind

_SHOWN = 25
_TITLE = "Test record"


def making(kind: TicketKind) -> Json:
    """Say that a test record is being made."""
    text = f"Making a test {kind.label.lower()} in ServiceNow… This can take a moment."
    return modal(Callback.TEST_RECORD, _TITLE, [section(text)])


def made_modal(record: TestRecord) -> Json:
    """Show what was kept of a test record, in the modal that waited for it."""
    return modal(Callback.TEST_RECORD, _TITLE, made(record).blocks)


def made(record: TestRecord) -> Message:
    """Show each mapped field of a test record, sent and kept or not, and how it ended."""
    if record.ticket is None:
        text = _none(record)
        return Message(text, [section(text)])
    ticket = record.ticket
    text = f"*{link(ticket.link, ticket.number, 40)}* was made in ServiceNow."
    fields = [section(_field(each)) for each in record.fields[:_SHOWN]]
    ours = [each for each in ticket.not_kept if each not in {f.label for f in record.fields}]
    lost = safe(", ".join(ours), 500)
    return Message(
        text,
        [
            section(text),
            *(fields or [section("No rule fills a further field yet.")]),
            *([context(f"⚠️ ServiceNow did not keep: {lost}.")] if ours else []),
            context(_end(record)),
        ],
    )


def _none(record: TestRecord) -> str:
    reason = safe_lines(record.share.reason, 1000)
    if record.share.state is ShareState.REJECTED:
        return f"❌ ServiceNow made no test record. {reason}"
    return (
        f"⏳ The test record is still on its way. {reason} Its card comes to you as a direct"
        " message and names what was not kept; close the record in ServiceNow then."
    )


def _field(field: FieldOutcome) -> str:
    name, sent, held = safe(field.label, 60), safe(field.sent, 100), safe(field.held, 100)
    if field.kept is None:
        return f"⚪ *{name}*: “{sent}” was sent; what the record holds cannot be read."
    if field.kept:
        return f"✅ *{name}*: “{held or sent}” is kept."
    holds = f"holds “{held}”" if held else "is empty"
    return (
        f"❌ *{name}*: “{sent}” was sent, the record {holds}. Check the value, and that the"
        " integration user may write this field."
    )


def _end(record: TestRecord) -> str:
    if not record.cancel_problem:
        return "The record is cancelled, and may be deleted."
    why = safe_lines(record.cancel_problem, 300)
    return f"⚠️ The record could not be cancelled: {why} Close it in ServiceNow by hand."
