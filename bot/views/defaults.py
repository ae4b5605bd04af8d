"""What the forms of tickets begin with: as the settings show it, and the form that changes it."""

from typing import Final

from bot.forms import Where
from bot.forms.defaults import channel_block, days_block
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import (
    Json,
    button,
    context,
    entry,
    header,
    modal,
    option,
    plain,
    radio,
    section,
    select,
)
from bot.views.rights import last_change
from bot.views.text import conversation, joined, plural
from connector.models import (
    MOST_DAYS,
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    SettingChange,
    TicketKind,
)

PLAIN: Final = FormDefaults()
"""What forms begin with where nobody has set anything."""
_RULES: Final = {
    DueRule.NONE: "No due date",
    DueRule.DAYS: "A number of days after it is made",
    DueRule.BY_PRIORITY: "A number of days for each priority",
}
_USUAL: Final = {
    Priority.CRITICAL: 3,
    Priority.HIGH: 7,
    Priority.MODERATE: 30,
    Priority.LOW: 60,
    Priority.PLANNING: 90,
}
_CHANNELS: Final = (
    "The card of a ticket goes to the channel of its category, unless whoever makes it picks"
    " another. Left empty, it goes to where the ticket was asked for."
)
_ELSEWHERE: Final = (
    "Left empty, it goes to the channel of its category where there is one, or else to where you"
    " opened this form."
)
_TOGETHER: Final = (
    "Left empty, it goes to the channel of their category where all of them have the same one, or"
    " else to where you opened this form."
)
_IN_THREAD: Final = "Left empty, it appears in the thread that you asked for it in."


def defaults_overview(defaults: FormDefaults, changed: SettingChange | None) -> list[Json]:
    """Show what forms begin with, with the button that changes it."""
    press = button("Change defaults", Action.DEFAULTS)
    channels = joined(f"{each}: {conversation(channel)}" for each, channel in defaults.channels)
    lines = [
        f"*Begin with:* {joined((defaults.kind.label, defaults.priority.label))}",
        f"*Due:* {_due(defaults)}",
        f"*Cards go to:* {channels or 'where the ticket was asked for'}",
    ]
    return [header("New tickets"), section("\n".join(lines), press), *last_change(changed)]


def _due(defaults: FormDefaults) -> str:
    match defaults.due:
        case DueRule.NONE:
            return "no date"
        case DueRule.DAYS:
            return f"{plural(defaults.days, 'day')} after it is made"
        case DueRule.BY_PRIORITY:
            return by_priority(defaults)


def by_priority(defaults: FormDefaults) -> str:
    """Say how many days each priority has."""
    return joined(f"{each.label}: {plural(days, 'day')}" for each, days in defaults.by_priority)


def defaults_form(defaults: FormDefaults) -> Json:
    """Let an admin say what forms begin with and where cards go."""
    kinds = [option(each.label, each.value) for each in TicketKind]
    priorities = [option(each.label, str(each.value)) for each in Priority]
    rules = [option(label, rule.value) for rule, label in _RULES.items()]
    known = dict(defaults.by_priority)
    blocks = [
        entry(Block.KIND, "Kind", select(kinds, defaults.kind)),
        entry(Block.PRIORITY, "Priority", select(priorities, str(defaults.priority.value))),
        header("Due date"),
        entry(Block.DUE_RULE, "Due date", radio(rules, defaults.due)),
        entry(Block.DUE_DAYS, "Days after it is made", _days(defaults.days), optional=True),
        *(_days_of(each, known.get(each, _USUAL[each])) for each in Priority),
        header("Channels"),
        context(_CHANNELS),
        *(_channel_of(each, defaults.channel_of(each)) for each in RecommendationCategory),
    ]
    return modal(
        Callback.DEFAULTS_FORM, "Defaults of new tickets", blocks, submit="Save", close="Cancel"
    )


def card_channel(
    defaults: FormDefaults,
    category: RecommendationCategory | None,
    where: Where,
    picked: str = "",
) -> list[Json]:
    """Let whoever makes a ticket pick where its card goes, where channels are set at all."""
    if where.thread:
        return _pick(defaults, "Card goes to", picked, _IN_THREAD)
    proposed = picked or defaults.channel_of(category)
    return _pick(defaults, "Card goes to", proposed, _ELSEWHERE)


def message_channel(defaults: FormDefaults, where: Where, picked: str) -> list[Json]:
    """Let whoever makes several tickets pick where they are told of, where channels are set."""
    hint = _IN_THREAD if where.thread else _TOGETHER
    return _pick(defaults, "Message goes to", picked, hint)


def _pick(defaults: FormDefaults, label: str, proposed: str, hint: str) -> list[Json]:
    if not defaults.channels:
        return []
    return [entry(Block.CHANNEL, label, _conversations(proposed), hint=hint, optional=True)]


def possible(kind: TicketKind, priority: Priority) -> Priority:
    """Tell the priority that a form begins with: a change request has no Planning."""
    refused = kind is TicketKind.CHANGE_REQUEST and priority is Priority.PLANNING
    return Priority.LOW if refused else priority


def due_hint(defaults: FormDefaults) -> str:
    """Say what becomes of an empty date, where it is not simply none."""
    if defaults.due is not DueRule.BY_PRIORITY:
        return ""
    return f"Left empty, the priority decides. {by_priority(defaults)}"


def _days(days: int) -> Json:
    return {
        "type": "number_input",
        "is_decimal_allowed": False,
        "initial_value": str(days),
        "min_value": "1",
        "max_value": str(MOST_DAYS),
    }


def _days_of(priority: Priority, days: int) -> Json:
    label = f"Days for {priority.label}"
    return entry(Block.DUE_DAYS, label, _days(days), optional=True) | {
        "block_id": days_block(priority)
    }


def _channel_of(category: RecommendationCategory, channel: str) -> Json:
    field = entry(Block.CHANNEL, f"Channel for {category}", _conversations(channel), optional=True)
    return field | {"block_id": channel_block(category)}


def _conversations(chosen: str) -> Json:
    initial = {"initial_conversation": chosen} if chosen else {}
    return {
        "type": "conversations_select",
        "placeholder": plain("Choose a channel"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **initial,
    }
