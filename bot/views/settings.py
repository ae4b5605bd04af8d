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
from connector.words import later, tr

_OPTIONS: Final = 100
_LABEL: Final = 75
_STATES: Final = 12
_NOTHING: Final = later("Tickets fill only Snowline's own fields.")
_COLUMN: Final = later("*Column*\nType a part of its name. The list is your instance's own.")
_GROUPS: Final = later(
    "Choose one group for every ticket, or one for each recommendation category, or both:"
    " then the first is for the categories left empty."
)
_NO_VALUE: Final = later("A fixed value")
_RULE_TITLE: Final = {
    TicketKind.INCIDENT: later("Incident: a rule"),
    TicketKind.CHANGE_REQUEST: later("Change request: a rule"),
}


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
    blocks += [
        context(
            tr(
                "For {instance}. Rules are for tickets made from now on.",
                instance=safe(instance, 255),
            )
        )
    ]
    for kind in TicketKind:
        blocks += [divider(), header(kind.label_of_many)]
        blocks += [_rule(kind, rule) for rule in rules[kind]] or [section(tr(_NOTHING))]
        blocks += [*_renamed(states[kind]), _buttons(kind)]
    return modal(Callback.SETTINGS, tr("ServiceNow settings"), blocks)


def unconnected_settings(above: Sequence[Json], sentence: str) -> Json:
    """Show what can be set before there is an instance, and why that is all."""
    blocks = [*above, divider(), context(safe_lines(sentence, 500))]
    return modal(Callback.SETTINGS, tr("ServiceNow settings"), blocks)


def _buttons(kind: TicketKind) -> Json:
    about = About(kind).value()
    return actions(
        button(tr("Add a rule"), Action.RULE_ADD, about),
        button(tr("States"), Action.STATES, about),
        button(tr("Make a test record"), Action.TEST_RECORD, about),
    ) | {"block_id": f"buttons {kind}"}


def _rule(kind: TicketKind, rule: FieldRule) -> Json:
    ask = confirm(
        tr("Remove this rule?"),
        tr(
            "Tickets no longer fill {column}. Those that exist stay as they are.",
            column=one_line(rule.label, 80),
        ),
        tr("Remove"),
        tr("Keep it"),
    )
    press = button(tr("Remove"), Action.RULE_REMOVE, About(kind, rule.column).value(), confirm=ask)
    said = f"*{safe(rule.label, 80)}*  {safe(rule.column, 90)}\n{_source(rule)}"
    return section(said, press) | {"block_id": f"rule {kind} {rule.column}"[:255]}


def _source(rule: FieldRule) -> str:
    match rule.source:
        case Fixed(shown=shown):
            return tr("always “{shown}”", shown=safe(shown, 200))
        case Copied(field=field):
            return tr("filled from: {field}", field=tr(field))
        case ByCategory() as by:
            return joined(
                (
                    *(
                        tr("{category}: {group}", category=tr(category), group=safe(group.name))
                        for category, group in by.groups
                    ),
                    _otherwise(by),
                )
            )


def _otherwise(by: ByCategory) -> str:
    if by.otherwise is None:
        return ""
    group = safe(by.otherwise.name)
    return tr("others: {group}", group=group) if by.groups else tr("always: {group}", group=group)


def _renamed(states: Sequence[TicketState]) -> list[Json]:
    told = [
        tr("{state} is shown as {name}", state=safe(each.label, 40), name=safe(each.name, 40))
        for each in states
        if each.name
    ]
    return [context(joined(told[:_STATES]))] if told else []


def rule_form(kind: TicketKind, column: Column | None = None) -> Json:
    """Let an admin choose a column and, once it is chosen, what fills it."""
    search: Json = {
        "type": "external_select",
        "action_id": Action.RULE_COLUMN,
        "placeholder": plain(tr("Column")),
        "min_query_length": 0,
    }
    if column is not None:
        search["initial_option"] = _column_option(column)
    blocks = [section(tr(_COLUMN), search) | {"block_id": Block.COLUMN}]
    blocks += _filling(column) if column else []
    return modal(
        Callback.RULE_FORM,
        tr(_RULE_TITLE[kind]),
        blocks,
        submit=tr("Save") if column else "",
        close=tr("Cancel"),
        metadata=About(kind, column.name if column else "").value(),
    )


def _filling(column: Column) -> list[Json]:
    if column.holds_group:
        return [context(tr(_GROUPS)), *map(_group, (None, *RecommendationCategory))]
    sources = [option(tr(_NO_VALUE), FIXED_VALUE), *(option(tr(each), each) for each in BotField)]
    blocks = [entry(Block.SOURCE, tr("Fill it with"), select(sources, FIXED_VALUE))]
    if choices := _choices(column):
        element = select(choices, None, placeholder=tr("One of its choices"))
        blocks.append(entry(Block.FIXED_CHOICE, tr("Fixed value"), element, optional=True))
    label = tr("Another fixed value") if choices else tr("Fixed value")
    hint = tr("Only for a fixed value; leave it empty otherwise.")
    typed = entry(Block.FIXED, label, text_input("", VALUE_LENGTH), hint=hint, optional=True)
    return [*blocks, typed]


def _choices(column: Column) -> list[Json]:
    usable = [(value, label) for value, label in column.choices if 0 < len(value) <= OPTION_VALUE]
    return [option(one_line(label, _LABEL) or value, value) for value, label in usable[:_OPTIONS]]


def _group(category: RecommendationCategory | None) -> Json:
    search = {
        "type": "external_select",
        "action_id": Action.RULE_GROUP,
        "placeholder": plain(tr("Type a part of its name")),
        "min_query_length": 0,
    }
    label = tr("Group for {category}", category=tr(category)) if category else tr("Group")
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
