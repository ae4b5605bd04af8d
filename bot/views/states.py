"""The form in which an admin names a kind's states and says what they mean."""

from collections.abc import Sequence
from typing import Final

from bot.forms.settings import STATE_NAME_LENGTH, About
from bot.identifiers import Block, Callback
from bot.views.blocks import Json, context, entry, modal, option, plain, select, text_input
from bot.views.text import one_line
from connector.models import Meaning, TicketKind, TicketState
from connector.words import later, tr

_MOST: Final = 45
_LONGEST: Final = 200
"""What of a block's name is left for a state's value."""
_LABELS: Final = {
    Meaning.OPEN: later("Open"),
    Meaning.WAITING: later("Open, waiting for somebody"),
    Meaning.DONE: later("Done"),
    Meaning.CANCELLED: later("Cancelled"),
}
_TITLE: Final = {
    TicketKind.INCIDENT: later("Incident states"),
    TicketKind.CHANGE_REQUEST: later("Change request states"),
}
_HOW: Final = later(
    "A name is shown in Slack instead of ServiceNow's; empty leaves that. What a state means"
    " decides which tickets count as open. Tickets you have follow at once, their cards with"
    " the next change."
)


def states_form(instance: str, kind: TicketKind, states: Sequence[TicketState]) -> Json:
    """Show each state of an instance with its name in Slack and its meaning."""
    blocks = [context(tr(_HOW))]
    for state in [each for each in states if len(each.value) <= _LONGEST][:_MOST]:
        blocks += _state(state)
    return modal(
        Callback.STATES_FORM,
        tr(_TITLE[kind]),
        blocks,
        submit=tr("Save"),
        close=tr("Cancel"),
        metadata=About(kind, instance=instance).value(),
    )


def _state(state: TicketState) -> list[Json]:
    known = one_line(state.label, 40) or state.value
    shown = known if known == state.value else f"{known} ({one_line(state.value, 20)})"
    typed = text_input(one_line(state.name, STATE_NAME_LENGTH), STATE_NAME_LENGTH)
    name = entry(
        Block.STATE_NAME,
        tr("{state}: name in Slack", state=shown),
        typed,
        optional=True,
    )
    name["element"]["placeholder"] = plain(known)
    chosen = select([option(tr(label), each) for each, label in _LABELS.items()], state.meaning)
    meaning = entry(Block.STATE_MEANING, tr("{state}: meaning", state=shown), chosen)
    return [
        name | {"block_id": f"{Block.STATE_NAME} {state.value}"},
        meaning | {"block_id": f"{Block.STATE_MEANING} {state.value}"},
    ]
