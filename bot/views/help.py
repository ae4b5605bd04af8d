"""What can be typed after the command."""

from typing import Final

from bot.identifiers import COMMAND
from bot.views.blocks import Message, context, section
from bot.views.text import safe_lines

_ACTIONS: Final = (
    ("score", "Secure Score, and the open actions with the most gain"),
    ("share [words]", "find an action and make a ticket of it, or of several at once"),
    ("create", "write a ticket without an action"),
    ("tickets [open|mine|overdue|all]", "tickets and their present state"),
    ("ticket NUMBER", "one ticket, and what can be done with it"),
    ("digest now", "post this channel's digest"),
    ("notifications", "what you are told in direct messages, and what you follow"),
    ("follow NUMBER", "be told of a ticket's changes in a direct message"),
    ("unfollow NUMBER", "be told of them no more"),
    ("mute [NUMBER]", "say nothing more in the threads of this channel's cards, or of one card"),
    ("unmute [NUMBER]", "say it again"),
)
_SETUP: Final = (
    ("setup", "the steps of setting ServiceNow up, and how far they are (admins)"),
    ("status", "what is connected, and how it stands"),
    ("doctor", "check the ServiceNow connection, with remedies (admins)"),
    ("connect", "connect ServiceNow (admins)"),
    ("connect microsoft", "connect Microsoft 365 (admins)"),
    ("settings", "who may do what, how new tickets begin, further fields, states (admins)"),
    ("previews [on|off|auto]", "whether links of tickets are shown in this channel (admins)"),
    ("disconnect", "end a connection; tickets stay (admins)"),
    ("help", "this list"),
)
_SHORTCUTS: Final = (
    "Where commands do not work, as in threads: *Share to ServiceNow* and *Create a ticket* under"
    " ⚡, and *Ticket from this message* and *Attach to a ticket* in a message's menu."
)
_WHO_MAY: Final = (
    "(admins) is for admins and owners of this workspace, and for whom they let in by"
    f" `{COMMAND} settings`. Whoever lacks a right can ask for it."
)
_WHO_READS: Final = (
    "Answers are for you alone. A ticket's card and a digest appear for everybody in the"
    " conversation; from a private one that Snowline is not in, and from direct messages, they"
    " come to you as a direct message."
)


def help_text(unknown: str = "") -> Message:
    """List the verbs; first say which word is none of them."""
    first = "Snowline makes ServiceNow tickets of Secure Score improvement actions."
    if unknown:
        typed = safe_lines(unknown, 100).replace("`", "")
        first = f"There is no `{COMMAND} {typed}`. This is what there is:"
    blocks = [
        section(first),
        section(f"*Actions and tickets*\n{_table(_ACTIONS)}"),
        section(f"*Setting up*\n{_table(_SETUP)}"),
        context(_SHORTCUTS),
        context(_WHO_MAY),
        context(_WHO_READS),
    ]
    return Message(f"{first}\n{_table((*_ACTIONS, *_SETUP))}", blocks)


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"`{COMMAND} {words}`  {what}" for words, what in rows)
