"""Attaching a file of a message to a ticket."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.forms.attachments import kept
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import Json, Message, entry, modal, option, plain, section, select
from bot.views.text import one_line
from connector.models import FileRef, Ticket

_OPTIONS: Final = 100
_LABEL: Final = 75
_HINT: Final = "Everybody who may see the ticket in ServiceNow can open the file there."


def attach_form(files: Sequence[FileRef]) -> Json:
    """Let a user choose the ticket, and the file where a message has several."""
    options = [option(one_line(each.name, _LABEL) or "file", each.id) for each in files]
    menu = {
        "type": "external_select",
        "action_id": Action.ACT_TICKET,
        "placeholder": plain("Number, or a word of its name"),
        "min_query_length": 0,
    }
    blocks = [
        entry(Block.TICKET, "Ticket", menu),
        entry(Block.FILE, "File", select(options, options[0]["value"]), hint=_HINT),
    ]
    return modal(
        Callback.ATTACH_FORM,
        "Attach to a ticket",
        blocks,
        submit="Attach",
        close="Cancel",
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
    text = f"This message has no file of at most {largest // 1_000_000} MB. Nothing was attached."
    return Message(text, [section(text)])
