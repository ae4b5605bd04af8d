"""The form in which an admin says what the forms of tickets begin with."""

import re
from typing import Any, Final

from bot.forms.fields import Fields, FormError, View
from bot.identifiers import Action, Block
from connector.models import (
    MOST_DAYS,
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    TicketKind,
)
from connector.words import later, tr

_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,30}")
_DAYS: Final = later("Enter a whole number of days, from 1 to {most}.")
_PLANNING: Final = later(
    "A change request has no priority {planning} in ServiceNow. Choose another."
)


def days_block(priority: Priority) -> str:
    """Name the field of a priority's days."""
    return f"{Block.DUE_DAYS} {priority.value}"


def channel_block(category: RecommendationCategory) -> str:
    """Name the field of a category's channel."""
    return f"{Block.CHANNEL} {category}"


def chosen_channel(view: View, block: str) -> str:
    """Read the conversation that was chosen in a field; empty where none was."""
    values = (view.get("state") or {}).get("values") or {}
    entered = (values.get(block) or {}).get(Action.INPUT) or {}
    channel = str(entered.get("selected_conversation") or "")
    return channel if _CHANNEL.fullmatch(channel) else ""


def read_defaults(view: View) -> FormDefaults:
    """Read the form.

    Raises:
        FormError: a number of days is missing or wrong, or kind and priority do not go together.
    """
    fields, standard = Fields(view), FormDefaults()
    kind = fields.choice(Block.KIND, TicketKind, tr("a kind"), standard.kind)
    priority = fields.choice(Block.PRIORITY, Priority, tr("a priority"), standard.priority)
    due = fields.choice(Block.DUE_RULE, DueRule, tr("a rule"), standard.due)
    if kind is TicketKind.CHANGE_REQUEST and priority is Priority.PLANNING:
        fields.errors[Block.PRIORITY] = tr(_PLANNING, planning=priority.label)
    fields.check()
    days = _days(view, due)
    return FormDefaults(
        kind=kind,
        priority=priority,
        due=due,
        days=days.get(Block.DUE_DAYS, standard.days),
        by_priority=tuple(
            (each, days[days_block(each)]) for each in Priority if days_block(each) in days
        ),
        channels=tuple(
            (each, channel)
            for each in RecommendationCategory
            if (channel := chosen_channel(view, channel_block(each)))
        ),
    )


def _days(view: View, due: DueRule) -> dict[str, int]:
    """Read the days that a rule asks for, by their field."""
    wanted: dict[DueRule, tuple[str, ...]] = {
        DueRule.NONE: (),
        DueRule.DAYS: (Block.DUE_DAYS,),
        DueRule.BY_PRIORITY: tuple(map(days_block, Priority)),
    }
    found = {block: _number(_typed(view, block)) for block in wanted[due]}
    if errors := {block: tr(_DAYS, most=MOST_DAYS) for block, days in found.items() if not days}:
        raise FormError(errors)
    return {block: days for block, days in found.items() if days}


def _number(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_DAYS))
    return int(typed) if is_number and 1 <= int(typed) <= MOST_DAYS else None


def _typed(view: View, block: str) -> str:
    values: dict[str, Any] = (view.get("state") or {}).get("values") or {}
    return str(((values.get(block) or {}).get(Action.INPUT) or {}).get("value") or "").strip()
