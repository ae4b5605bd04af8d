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
from bot.views.text import conversation, joined
from connector.models import (
    MOST_DAYS,
    DueRule,
    FormDefaults,
    Priority,
    RecommendationCategory,
    SettingChange,
    TicketKind,
)
from connector.words import later, tr, trn

PLAIN: Final = FormDefaults()
"""What forms begin with where nobody has set anything."""
_RULES: Final = {
    DueRule.NONE: later("No due date"),
    DueRule.DAYS: later("A number of days after it is made"),
    DueRule.BY_PRIORITY: later("A number of days for each priority"),
}
_USUAL: Final = {
    Priority.CRITICAL: 3,
    Priority.HIGH: 7,
    Priority.MODERATE: 30,
    Priority.LOW: 60,
    Priority.PLANNING: 90,
}
_CHANNELS: Final = later(
    "The card of a ticket goes to the channel of its category, unless whoever makes it picks"
    " another. Left empty, it goes to where the ticket was asked for."
)
_ELSEWHERE: Final = later(
    "Left empty, it goes to the channel of its category where there is one, or else to where you"
    " opened this form."
)
_TOGETHER: Final = later(
    "Left empty, it goes to the channel of their category where all of them have the same one, or"
    " else to where you opened this form."
)
_IN_THREAD: Final = later("Left empty, it appears in the thread that you asked for it in.")


def defaults_overview(defaults: FormDefaults, changed: SettingChange | None) -> list[Json]:
    """Show what forms begin with, with the button that changes it."""
    press = button(tr("Change defaults"), Action.DEFAULTS)
    channels = joined(
        tr("{category}: {channel}", category=tr(each), channel=conversation(channel))
        for each, channel in defaults.channels
    )
    lines = [
        tr("*Begin with:* {begin}", begin=joined((defaults.kind.label, defaults.priority.label))),
        _due(defaults),
        tr("*Cards go to:* {channels}", channels=channels)
        if channels
        else tr("*Cards go to:* where the ticket was asked for"),
    ]
    return [header(tr("New tickets")), section("\n".join(lines), press), *last_change(changed)]


def _due(defaults: FormDefaults) -> str:
    match defaults.due:
        case DueRule.NONE:
            return tr("*Due:* no date")
        case DueRule.DAYS:
            return trn(
                "*Due:* {count} day after it is made",
                "*Due:* {count} days after it is made",
                defaults.days,
            )
        case DueRule.BY_PRIORITY:
            return tr("*Due:* {days}", days=by_priority(defaults))


def by_priority(defaults: FormDefaults) -> str:
    """Say how many days each priority has."""
    return joined(
        trn("{priority}: {count} day", "{priority}: {count} days", days, priority=each.label)
        for each, days in defaults.by_priority
    )


def defaults_form(defaults: FormDefaults) -> Json:
    """Let an admin say what forms begin with and where cards go."""
    kinds = [option(each.label, each.value) for each in TicketKind]
    priorities = [option(each.label, str(each.value)) for each in Priority]
    rules = [option(tr(label), rule.value) for rule, label in _RULES.items()]
    known = dict(defaults.by_priority)
    blocks = [
        entry(Block.KIND, tr("Kind"), select(kinds, defaults.kind)),
        entry(Block.PRIORITY, tr("Priority"), select(priorities, str(defaults.priority.value))),
        header(tr("Due date")),
        entry(Block.DUE_RULE, tr("Due date"), radio(rules, defaults.due)),
        entry(Block.DUE_DAYS, tr("Days after it is made"), _days(defaults.days), optional=True),
        *(_days_of(each, known.get(each, _USUAL[each])) for each in Priority),
        header(tr("Channels")),
        context(tr(_CHANNELS)),
        *(_channel_of(each, defaults.channel_of(each)) for each in RecommendationCategory),
    ]
    return modal(
        Callback.DEFAULTS_FORM,
        tr("Defaults of new tickets"),
        blocks,
        submit=tr("Save"),
        close=tr("Cancel"),
    )


def card_channel(
    defaults: FormDefaults,
    category: RecommendationCategory | None,
    where: Where,
    picked: str = "",
) -> list[Json]:
    """Let whoever makes a ticket pick where its card goes, where channels are set at all."""
    if where.thread:
        return _pick(defaults, tr("Card goes to"), picked, tr(_IN_THREAD))
    proposed = picked or defaults.channel_of(category)
    return _pick(defaults, tr("Card goes to"), proposed, tr(_ELSEWHERE))


def message_channel(defaults: FormDefaults, where: Where, picked: str) -> list[Json]:
    """Let whoever makes several tickets pick where they are told of, where channels are set."""
    hint = tr(_IN_THREAD if where.thread else _TOGETHER)
    return _pick(defaults, tr("Message goes to"), picked, hint)


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
    return tr("Left empty, the priority decides. {days}", days=by_priority(defaults))


def _days(days: int) -> Json:
    return {
        "type": "number_input",
        "is_decimal_allowed": False,
        "initial_value": str(days),
        "min_value": "1",
        "max_value": str(MOST_DAYS),
    }


def _days_of(priority: Priority, days: int) -> Json:
    label = tr("Days for {priority}", priority=priority.label)
    return entry(Block.DUE_DAYS, label, _days(days), optional=True) | {
        "block_id": days_block(priority)
    }


def _channel_of(category: RecommendationCategory, channel: str) -> Json:
    field = entry(
        Block.CHANNEL,
        tr("Channel for {category}", category=tr(category)),
        _conversations(channel),
        optional=True,
    )
    return field | {"block_id": channel_block(category)}


def _conversations(chosen: str) -> Json:
    initial = {"initial_conversation": chosen} if chosen else {}
    return {
        "type": "conversations_select",
        "placeholder": plain(tr("Choose a channel")),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        **initial,
    }
