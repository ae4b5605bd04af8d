"""Change requests as the Change Management API shows them: every field twice, values typed.

Other than in the Table API a number is a JSON number with a fraction (``-5.0``), a truth value
a JSON truth value, and a date says itself a third time, in the user's zone but in one format.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.change_models import MODELS
from bot.sandbox.servicenow.fields import Field, Kind
from bot.sandbox.servicenow.records import Records, Row
from bot.sandbox.servicenow.render import Renderer
from bot.sandbox.servicenow.schema import TABLES

Pair = dict[str, Any]
_NUMBERED_CHOICES: Final = frozenset(
    {"state", "impact", "urgency", "priority", "risk", "scope", "escalation"}
)
_BESIDE: Final[Mapping[str, Any]] = {
    "ci_class": "cmdb_ci",
    "is_bulk": False,
    "proposed_change": "",
    "rejection_goto": "",
    "risk_value": "",
    "variables": "variable_pool",
    "wf_activity": "",
}
"""What this API shows of a change request beside the columns of its table."""


def change_view(
    records: Records, actor: Actor, row: Row, unreadable: frozenset[str] = frozenset()
) -> dict[str, Pair]:
    """Show a change request with every field this user may read."""
    table = TABLES["change_request"]
    renderer = Renderer(records, actor, "", "all", links=False, unreadable=unreadable)
    shown = renderer.render(table, row)
    answer = {name: _typed(table.fields[name], pair, actor) for name, pair in shown.items()}
    model = MODELS[row["type"] or "normal"]
    beside = {name: pair_of(value) for name, value in _BESIDE.items()}
    return answer | beside | {"chg_model": pair_of(model.sys_id, model.name)}


def pair_of(value: Any, shown: str | None = None) -> Pair:
    """Put a value and what people read of it side by side."""
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return {"display_value": text if shown is None else shown, "value": value}


def _typed(field: Field, pair: Pair, actor: Actor) -> Pair:
    value, shown = pair["value"], pair["display_value"] or ""
    typed = pair_of(_value(field, value), shown)
    if field.kind is Kind.DATETIME:
        plain = replace(actor, date_format="", time_format="")
        typed["display_value_internal"] = times.to_display(value, plain)
    return typed


def _value(field: Field, value: str) -> Any:
    if field.kind is Kind.BOOLEAN:
        return value == "true"
    if value and (field.kind is Kind.INTEGER or field.name in _NUMBERED_CHOICES):
        return float(value)
    return value
