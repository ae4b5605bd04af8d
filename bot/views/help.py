"""What can be typed after the command."""

from typing import Final

from bot.identifiers import COMMAND
from bot.views.blocks import Message, context, section
from bot.views.text import safe_lines
from connector.words import later, tr

_ACTIONS: Final = (
    ("score", later("Secure Score, and the open actions with the most gain")),
    ("share [words]", later("find an action and make a ticket of it, or of several at once")),
    ("create", later("write a ticket without an action")),
    ("tickets [open|mine|overdue|all]", later("tickets and their present state")),
    ("ticket NUMBER", later("one ticket, and what can be done with it")),
    ("digest now", later("post this channel's digest")),
    ("notifications", later("what you are told in direct messages, and what you follow")),
    ("follow NUMBER", later("be told of a ticket's changes in a direct message")),
    ("unfollow NUMBER", later("be told of them no more")),
    (
        "mute [NUMBER]",
        later("say nothing more in the threads of this channel's cards, or of one card"),
    ),
    ("unmute [NUMBER]", later("say it again")),
)
_SETUP: Final = (
    ("setup", later("the steps of setting ServiceNow up, and how far they are (admins)")),
    ("status", later("what is connected, and how it stands")),
    ("doctor", later("check the ServiceNow connection, with remedies (admins)")),
    ("connect", later("connect ServiceNow (admins)")),
    ("connect microsoft", later("connect Microsoft 365 (admins)")),
    ("settings", later("who may do what, how new tickets begin, further fields, states (admins)")),
    (
        "previews [on|off|auto]",
        later("whether links of tickets are shown in this channel (admins)"),
    ),
    ("disconnect", later("end a connection; tickets stay (admins)")),
    ("help", later("this list")),
)
_SHORTCUTS: Final = later(
    "Where commands do not work, as in threads: *Share to ServiceNow* and *Create a ticket* under"
    " ⚡, and *Ticket from this message* and *Attach to a ticket* in a message's menu."
)
_WHO_MAY: Final = later(
    "(admins) is for admins and owners of this workspace, and for whom they let in by"
    " `{command} settings`. Whoever lacks a right can ask for it."
)
_WHO_READS: Final = later(
    "Answers are for you alone. A ticket's card and a digest appear for everybody in the"
    " conversation; from a private one that Snowline is not in, and from direct messages, they"
    " come to you as a direct message."
)


def help_text(unknown: str = "") -> Message:
    """List the verbs; first say which word is none of them."""
    first = tr("Snowline makes ServiceNow tickets of Secure Score improvement actions.")
    if unknown:
        typed = safe_lines(unknown, 100).replace("`", "")
        first = tr(
            "There is no `{command} {typed}`. This is what there is:", command=COMMAND, typed=typed
        )
    blocks = [
        section(first),
        section(tr("*Actions and tickets*\n{commands}", commands=_table(_ACTIONS))),
        section(tr("*Setting up*\n{commands}", commands=_table(_SETUP))),
        context(tr(_SHORTCUTS)),
        context(tr(_WHO_MAY, command=COMMAND)),
        context(tr(_WHO_READS)),
    ]
    return Message(f"{first}\n{_table((*_ACTIONS, *_SETUP))}", blocks)


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"`{COMMAND} {words}`  {tr(what)}" for words, what in rows)
