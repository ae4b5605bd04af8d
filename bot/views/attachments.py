"""Attaching a file of a message to a ticket."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.forms.attachments import kept
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import Json, Message, entry, modal, option, plain, section, select
from bot.views.text import one_line
from connector.models import FileRef, Ticket
from connector.words import later, number, tr

_OPTIONS: Final = 100
_LABEL: Final = 75
_HINT: Final = later("Everybody who may see the ticket in ServiceNow can open the file there.")


def attach_form(files: Sequence[FileRef]) -> Json:
    """Let a user choose the ticket, and the file where a message has several."""
    options = [option(one_line(each.name, _LABEL) or tr("file"), each.id) for each in files]
    menu = {
        "type": "external_select",
        "action_id": Action.ACT_TICKET,
        "placeholder": plain(tr("Number, or a word of its name")),
        "min_query_length": 0,
    }
    blocks = [
        entry(Block.TICKET, tr("Ticket"), menu),
        entry(Block.FILE, tr("File"), select(options, options[0]["value"]), hint=tr(_HINT)),
    ]
    return modal(
        Callback.ATTACH_FORM,
        tr("Attach to a ticket"),
        blocks,
        submit=tr("Attach"),
        close=tr("Cancel"),
        metadata=kept(files),
    )


def ticket_options(tickets: Iterable[Ticket], words: str) -> Json:
    """Answer a search for a ticket that is followed, by its number or by words of its name."""
    wanted = words.casefold().split()
    fitting = [
        each
        for each in tickets
        if not each.is_gone
        and each.is_followed
        and all(word in f"{each.number} {each.name}".casefold() for word in wanted)
    ]
    return {"options": [_option(each) for each in fitting[:_OPTIONS]]}


def _option(ticket: Ticket) -> Json:
    return option(one_line(f"{ticket.number} {ticket.name}", _LABEL), ticket.share)


def nothing_to_attach(largest: int) -> Message:
    """Say that a message has no file that could be attached."""
    text = tr(
        "This message has no file of at most {largest} MB. Nothing was attached.",
        largest=number(largest // 1_000_000),
    )
    return Message(text, [section(text)])
