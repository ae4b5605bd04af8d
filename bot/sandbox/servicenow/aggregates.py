"""The Aggregate API: counts and sums instead of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from aiohttp import web

from bot.sandbox.servicenow.answers import json_answer
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.render import Renderer, known_names
from bot.sandbox.servicenow.table_api import Call, TableApi

_EVERYTHING: Final = 10**9
_SUMMED: Final[Mapping[str, Callable[[Sequence[float]], str]]] = {
    "avg": lambda numbers: f"{sum(numbers) / len(numbers):.4f}",
    "min": lambda numbers: f"{min(numbers):g}",
    "max": lambda numbers: f"{max(numbers):g}",
    "sum": lambda numbers: f"{sum(numbers):g}",
}


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Answers for ``/api/now/stats``; every number is text, as everywhere."""

    instance: Instance
    tables: TableApi

    async def answer(self, request: web.Request) -> web.Response:
        """Count and sum up the rows of a query, as a whole or by group."""
        call = self.tables.call(request, request.match_info["table"])
        params = replace(call.params, limit=_EVERYTHING, offset=0)
        rows, _ = self.tables.select(replace(call, params=params))
        names = known_names(call.table, request.query.get("sysparm_group_by", "")) or []
        if not names:
            return json_answer({"result": {"stats": _stats(request, rows)}})
        return json_answer({"result": self._groups(call, rows, names)})

    def _groups(self, call: Call, rows: list[Row], names: list[str]) -> list[dict[str, Any]]:
        renderer = Renderer(self.instance.records, call.actor, call.base, "all", links=False)

        def key(row: Row) -> tuple[tuple[str, str], ...]:
            shown = renderer.render(call.table, row, names)
            return tuple((shown[n]["value"], shown[n]["display_value"] or "") for n in names)

        grouped = groupby(sorted(rows, key=key), key)
        return [
            {
                "stats": _stats(call.request, list(members)),
                "groupby_fields": [
                    _group_field(name, value, shown, call.params.shape)
                    for name, (value, shown) in zip(names, values, strict=True)
                ],
            }
            for values, members in grouped
        ]


def _group_field(name: str, value: str, shown: str, shape: str) -> dict[str, str]:
    match shape:
        case "true":
            return {"field": name, "value": shown}
        case "all":
            return {"field": name, "value": value, "display_value": shown}
        case _:
            return {"field": name, "value": value}


def _stats(request: web.Request, rows: list[Row]) -> dict[str, Any]:
    stats: dict[str, Any] = {}
    if request.query.get("sysparm_count", "").lower() == "true":
        stats["count"] = str(len(rows))
    for kind, summed in _SUMMED.items():
        names = request.query.get(f"sysparm_{kind}_fields", "")
        for name in filter(None, (each.strip() for each in names.split(","))):
            numbers = [float(row[name]) for row in rows if _is_number(row.get(name, ""))]
            stats.setdefault(kind, {})[name] = summed(numbers) if numbers else ""
    return stats


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()
