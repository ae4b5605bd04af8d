"""The part of a ticket form that only a change request has, shown and hidden as people choose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bot.forms import unfinished
from bot.identifiers import Action, Block
from bot.views.blocks import Json, entry, option, plain, select
from connector.models import ChangePlan, ChangeTemplate, ChangeType, TicketKind
from connector.words import later, tr

_OPTIONS: Final = 100
_LABEL: Final = {
    ChangeType.NORMAL: later("Normal"),
    ChangeType.STANDARD: later("Standard, from a template"),
    ChangeType.EMERGENCY: later("Emergency"),
}
_OURS: Final = frozenset(
    {Block.CHANGE_TYPE, Block.TEMPLATE, Block.PLANNED_START, Block.PLANNED_END}
)
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata")
"""What a view that Slack sends along has in common with one that it takes."""
_INITIAL: Final = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}
"""By element: where Slack tells what was entered, and how a new view begins with it."""


def kind_field(chosen: TicketKind) -> Json:
    """Let a user choose the kind; Slack tells at once, so that the form can follow."""
    options = [option(kind.label, kind.value) for kind in TicketKind]
    field = entry(Block.KIND, tr("Kind"), select(options, chosen.value))
    return field | {"dispatch_action": True}


def how_fields(kind: TicketKind, plan: ChangePlan) -> list[Json]:
    """Let a user choose the type of a change and, for a standard one, its template."""
    if kind is TicketKind.INCIDENT:
        return []
    options = [option(tr(label), type_.value) for type_, label in _LABEL.items()]
    chosen = entry(Block.CHANGE_TYPE, tr("Type"), select(options, plan.type.value))
    standard = plan.type is ChangeType.STANDARD
    return [chosen | {"dispatch_action": True}, *([_template(plan.template)] if standard else [])]


def when_fields(kind: TicketKind, plan: ChangePlan) -> list[Json]:
    """Let a user say when a change shall be made."""
    if kind is TicketKind.INCIDENT:
        return []
    return [
        _moment(Block.PLANNED_START, tr("Planned start"), plan.starts_at),
        _moment(Block.PLANNED_END, tr("Planned end"), plan.ends_at),
    ]


def template_options(templates: Sequence[ChangeTemplate]) -> Json:
    """Answer a search with at most 100 menu entries."""
    return {"options": [option(each.name, each.id) for each in templates[:_OPTIONS]]}


def reshaped(view: Mapping[str, Any]) -> Json:
    """Show the fields that the chosen kind and type ask for; what was entered stays."""
    kind, plan = unfinished(view)
    entered = (view.get("state") or {}).get("values") or {}
    after = {Block.KIND: how_fields(kind, plan), Block.DUE: when_fields(kind, plan)}
    blocks: list[Json] = []
    for block in view["blocks"]:
        if block["block_id"] not in _OURS:
            blocks += [_entered(block, entered), *after.get(block["block_id"], [])]
    return {name: view[name] for name in _KEPT if view.get(name)} | {"blocks": blocks}


def _entered(block: Json, entered: Mapping[str, Any]) -> Json:
    element = block.get("element") or {}
    if element.get("type") not in _INITIAL or block["block_id"] not in entered:
        return block
    told, initial = _INITIAL[element["type"]]
    value = (entered[block["block_id"]].get(element["action_id"]) or {}).get(told)
    bare = {name: each for name, each in element.items() if name != initial}
    return block | {"element": bare | ({initial: value} if value else {})}


def _template(chosen: ChangeTemplate | None) -> Json:
    initial = {"initial_option": option(chosen.name, chosen.id)} if chosen else {}
    search = {
        "type": "external_select",
        "action_id": Action.FIND_TEMPLATE,
        "placeholder": plain(tr("Standard change template")),
        "min_query_length": 0,
        **initial,
    }
    return entry(Block.TEMPLATE, tr("Template"), search)


def _moment(block: Block, label: str, chosen: datetime | None) -> Json:
    initial = {"initial_date_time": int(chosen.timestamp())} if chosen else {}
    return entry(block, label, {"type": "datetimepicker", **initial}, optional=True)
