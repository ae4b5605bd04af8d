"""Where a message stands: elsewhere than asked for, perhaps twice, or nowhere any more."""

from typing import Final

from bot.views.blocks import Message, context, section
from bot.views.text import conversation, safe
from connector.announcer import Notice
from connector.words import tr

_ARCHIVED: Final = frozenset({"is_archived", "is_inactive"})
_CLOSED: Final = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})


def moved_sentence() -> str:
    """Say why a message is not where it was asked for."""
    return tr(
        "Posted here because Snowline is not a member of the conversation that this was asked for"
        " in, or may not write there."
    )


def repeated(message: Message) -> Message:
    """Add that a message may be there twice."""
    note = tr(
        "This may be here twice: Slack did not confirm that it had posted it the first time. Only"
        " this one is kept up to date."
    )
    return _with_note(message, note)


def lost(notice: Notice) -> Message:
    """Tell that a conversation can no longer be written to, why, and what to do."""
    where = conversation(notice.conversation)
    if notice.text in _ARCHIVED:
        text = tr(
            "⚠️ {where} cannot be written to any more: it is archived. Its cards and digests go to"
            " those who asked for them. Once it is unarchived, new ones are posted there again.",
            where=where,
        )
    elif notice.text in _CLOSED:
        text = tr(
            "⚠️ {where} cannot be written to any more: it was deleted, or it is private and"
            " Snowline is not in it. Its cards and digests go to those who asked for them. Type"
            " `/invite @Snowline` there, and new ones are posted there again.",
            where=where,
        )
    else:
        text = tr(
            "⚠️ {where} cannot be written to any more: Slack says “{why}”. Its cards and digests go"
            " to those who asked for them. Once Snowline may write there, new ones are posted there"
            " again.",
            where=where,
            why=safe(notice.text, 80),
        )
    return Message(text, [section(text)])


def _with_note(message: Message, note: str) -> Message:
    return Message(message.text, [*message.blocks, context(note)])
