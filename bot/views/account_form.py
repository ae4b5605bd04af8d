"""The fields in which an admin names accounts, and the form around them."""

from bot.forms import ACCOUNT_LENGTH, Origin
from bot.identifiers import Block, Callback
from bot.views.blocks import Json, entry, modal, text_input
from bot.views.text import one_line
from connector.words import tr


def account_form(callback: Callback, title: str, blocks: list[Json], channel: str) -> Json:
    """Make the form; it remembers the conversation it was asked for in."""
    metadata = Origin(channel).metadata() if channel else ""
    return modal(
        callback, title, blocks, submit=tr("Connect"), close=tr("Cancel"), metadata=metadata
    )


def account_field(
    block: Block,
    label: str,
    initial: str,
    *,
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
) -> Json:
    """Make a field of one line."""
    element = text_input(one_line(initial, ACCOUNT_LENGTH), ACCOUNT_LENGTH, placeholder=placeholder)
    return entry(block, label, element, hint=hint, optional=optional)
