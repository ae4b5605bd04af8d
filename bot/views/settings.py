"""The ServiceNow settings: which further fields tickets fill, and the form of one rule."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.forms.settings import FIXED_VALUE, VALUE_LENGTH, About, group_block
from bot.identifiers import Action, Block, Callback
from bot.views.blocks import (
    OPTION_VALUE,
    Json,
    actions,
    button,
    confirm,
    context,
    divider,
    entry,
    header,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)
from bot.views.text import joined, one_line, safe, safe_lines
from connector.models import (
    BotField,
    ByCategory,
    Column,
    Copied,
    FieldRule,
    Fixed,
    Group,
    RecommendationCategory,
    TicketKind,
    TicketState,
)

_OPTIONS: Final = 100
_LABEL: Final = 75
_STATES: Final = 12
_NOTHING: Final = "Tickets fill only Snowline's own fields."
_COLUMN: Final = "*Column*\nType a part of its name. The list is your instance's own."
_GROUPS: Final = (
    "Choose one group for every ticket, or one for each recommendation category, or both:"
    " then the first is for the categories left empty."
)
_NO_VALUE: Final = "A fixed value"


def settings(
    instance: str,
    rules: Mapping[TicketKind, Sequence[FieldRule]],
    states: Mapping[TicketKind, Sequence[TicketState]],
    above: Sequence[Json] = (),
) -> Json:
    """Show the rules and the states' names for each kind of ticket, with what changes them.

    ``above`` is shown first: what is set for Slack alone.
    """
    blocks = [*above, *([divider()] if above else [])]
    blocks += [context(f"For {safe(instance, 255)}. Rules are for tickets made from now on.")]
    for kind in TicketKind:
        blocks += [divider(), header(f"{kind.label}s")]
        blocks += [_rule(kind, rule) for rule in rules[kind]] or [section(_NOTHING)]
        blocks += [*_renamed(states[kind]), _buttons(kind)]
    return modal(Callback.SETTINGS, "ServiceNow settings", blocks)


def unconnected_settings(above: Sequence[Json], sentence: str) -> Json:
    """Show what can be set before there is an instance, and why that is all."""
    blocks = [*above, divider(), context(safe_lines(sentence, 500))]
    return modal(Callback.SETTINGS, "ServiceNow settings", blocks)


def _buttons(kind: TicketKind) -> Json:
    about = About(kind).value()
    return actions(
        button("Add a rule", Action.RULE_ADD, about),
        button("States", Action.STATES, about),
        button("Make a test record", Action.TEST_RECORD, about),
    ) | {"block_id": f"buttons {kind}"}


def _rule(kind: TicketKind, rule: FieldRule) -> Json:
    ask = confirm(
        "Remove this rule?",
        f"Tickets no longer fill {one_line(rule.label, 80)}. Those that exist stay as they are.",
        "Remove",
        "Keep it",
    )
    press = button("Remove", Action.RULE_REMOVE, About(kind, rule.column).value(), confirm=ask)
    said = f"*{safe(rule.label, 80)}*  {safe(rule.column, 90)}\n{_source(rule)}"
    return section(said, press) | {"block_id": f"rule {kind} {rule.column}"[:255]}


def _source(rule: FieldRule) -> str:
    match rule.source:
        case Fixed(shown=shown):
            return f"always “{safe(shown, 200)}”"
        case Copied(field=field):
            return f"filled from: {field}"
        case ByCategory() as by:
            return joined(
                (
                    *(f"{category}: {safe(group.name)}" for category, group in by.groups),
                    _otherwise(by),
                )
            )


def _otherwise(by: ByCategory) -> str:
    if by.otherwise is None:
        return ""
    return f"{'others' if by.groups else 'always'}: {safe(by.otherwise.name)}"


def _renamed(states: Sequence[TicketState]) -> list[Json]:
    told = [
        f"{safe(each.label, 40)} is shown as {safe(each.name, 40)}" for each in states if each.name
    ]
    return [context(joined(told[:_STATES]))] if told else []


def rule_form(kind: TicketKind, column: Column | None = None) -> Json:
    """Let an admin choose a column and, once it is chosen, what fills it."""
    search: Json = {
        "type": "external_select",
        "action_id": Action.RULE_COLUMN,
        "placeholder": plain("Column"),
        "min_query_length": 0,
    }
    if column is not None:
        search["initial_option"] = _column_option(column)
    blocks = [section(_COLUMN, search) | {"block_id": Block.COLUMN}]
    blocks += _filling(column) if column else []
    return modal(
        Callback.RULE_FORM,
        f"{kind.label}: a rule",
        blocks,
        submit="Save" if column else "",
        close="Cancel",
        metadata=About(kind, column.name if column else "").value(),
    )


def _filling(column: Column) -> list[Json]:
    if column.holds_group:
        return [context(_GROUPS), *map(_group, (None, *RecommendationCategory))]
    sources = [option(_NO_VALUE, FIXED_VALUE), *(option(each, each) for each in BotField)]
    blocks = [entry(Block.SOURCE, "Fill it with", select(sources, FIXED_VALUE))]
    if choices := _choices(column):
        element = select(choices, None, placeholder="One of its choices")
        blocks.append(entry(Block.FIXED_CHOICE, "Fixed value", element, optional=True))
    label = "Another fixed value" if choices else "Fixed value"
    hint = "Only for a fixed value; leave it empty otherwise."
    typed = entry(Block.FIXED, label, text_input("", VALUE_LENGTH), hint=hint, optional=True)
    return [*blocks, typed]


def _choices(column: Column) -> list[Json]:
    usable = [(value, label) for value, label in column.choices if 0 < len(value) <= OPTION_VALUE]
    return [option(one_line(label, _LABEL) or value, value) for value, label in usable[:_OPTIONS]]


def _group(category: RecommendationCategory | None) -> Json:
    search = {
        "type": "external_select",
        "action_id": Action.RULE_GROUP,
        "placeholder": plain("Type a part of its name"),
        "min_query_length": 0,
    }
    label = f"Group for {category}" if category else "Group"
    block = entry(Block.GROUP, label, search, optional=True)
    return block | {"block_id": group_block(category)}


def column_options(columns: Sequence[Column]) -> Json:
    """Answer a search for columns with at most 100 menu entries."""
    return {"options": [_column_option(each) for each in columns[:_OPTIONS]]}


def _column_option(column: Column) -> Json:
    return option(one_line(column.label, _LABEL) or column.name, column.name, column.name)


def group_options(groups: Sequence[Group]) -> Json:
    """Answer a search for groups with at most 100 menu entries."""
    return {"options": [option(each.name, each.sys_id) for each in groups[:_OPTIONS]]}
