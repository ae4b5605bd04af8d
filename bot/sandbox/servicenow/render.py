"""Rows as the Table API answers them: values, display values, reference links, journals."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.access import hidden_fields
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.fields import Field, Kind, Table
from bot.sandbox.servicenow.records import Records, Row, field_at, table_of

Shape = Literal["false", "true", "all"]
_UNKNOWN_WHEN_EMPTY: Final = frozenset({"sla_due", "activity_due"})
_NEVER_NULL: Final = frozenset({"hold_reason"})
_BOTH: Final = ("comments", "work_notes")
JOURNAL_LABELS: Final = {"comments": "Additional comments", "work_notes": "Work notes"}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders rows for one request; ``base`` is the API's address as the client called it."""

    records: Records
    actor: Actor
    base: str
    shape: Shape = "false"
    links: bool = True
    unreadable: frozenset[str] = frozenset()

    def render(self, table: Table, row: Row, names: Sequence[str] | None = None) -> dict[str, Any]:
        """Render a row: the fields of that name, or all."""
        own = table_of(table, row) if names is None else table
        hidden = hidden_fields(self.actor, table.name, self.unreadable)
        answer = {}
        for name in own.fields if names is None else names:
            # Most paths have no dot, and rows come by the ten thousand.
            field = own.fields.get(name)
            found = (field, row) if field else self.records.walk(own, row, name)
            if found is not None and name not in hidden:
                answer[name] = self._value(*found)
        return answer

    def _value(self, field: Field, row: Row) -> Any:
        value = stored(field, row)
        is_reference = field.kind is Kind.REFERENCE and value != ""
        match self.shape:
            case "all":
                both = {"display_value": self._shown(field, row, value), "value": value}
                if is_reference and self.links:
                    both["link"] = self._link(field, value)
                return both
            case "true":
                shown = self._shown(field, row, value)
                if is_reference and self.links:
                    return {"display_value": shown, "link": self._link(field, value)}
                return shown
            case "false":
                if is_reference and self.links:
                    return {"link": self._link(field, value), "value": value}
                return value

    def _link(self, field: Field, value: str) -> str:
        return f"{self.base}/table/{field.target}/{value}"

    def shown(self, field: Field, row: Row) -> str | None:
        """Say a field's value as people read it; an empty choice is ``None``."""
        return self._shown(field, row, stored(field, row))

    def _shown(self, field: Field, row: Row, value: str) -> str | None:
        if not value and field.kind is not Kind.JOURNAL:
            return _shown_empty(field)
        if field.choices:
            return field.choices.get(value, value)
        return _SHOWN[field.kind](self, field, row) if field.kind in _SHOWN else value

    def name(self, field: Field, row: Row) -> str:
        """Name the record a reference points at."""
        return self.records.name_of(field.target, row[field.name])

    def journal(self, row: Row, element: str) -> str:
        """Write a record's whole journal, the newest entry first."""
        wanted = _BOTH if element == "comments_and_work_notes" else (element,)
        return "".join(
            f"{times.to_display(entry['sys_created_on'], self.actor)} - {self._author(entry)} "
            f"({JOURNAL_LABELS[entry['element']]})\n{entry['value']}\n\n"
            for entry in self.records.entries(row.get("sys_id", ""), *wanted)
        )

    def _author(self, entry: Row) -> str:
        user = self.records.first("sys_user", "user_name", entry["sys_created_by"])
        return user["name"] if user else entry["sys_created_by"]


_SHOWN: Final[Mapping[Kind, Callable[[Renderer, Field, Row], str]]] = {
    Kind.REFERENCE: Renderer.name,
    Kind.DATETIME: lambda self, field, row: times.to_display(row[field.name], self.actor),
    Kind.DURATION: lambda _, field, row: times.duration_text(row[field.name]),
    Kind.INTEGER: lambda _, field, row: f"{int(row[field.name]):,}",
    Kind.JOURNAL: lambda self, field, row: self.journal(row, field.name),
}


def stored(field: Field, row: Row) -> str:
    """Tell a field's value as the database has it: of what is encrypted, the ciphertext."""
    value = row.get(field.name, "")
    if field.kind is not Kind.PASSWORD or not value:
        return value
    return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()


def _shown_empty(field: Field) -> str | None:
    if field.name in _UNKNOWN_WHEN_EMPTY:
        return "UNKNOWN"
    return None if field.choices and field.name not in _NEVER_NULL else ""


def known_names(table: Table, names: str) -> list[str] | None:
    """Split ``sysparm_fields``; unknown names are dropped, and an empty list means all."""
    if not names.strip():
        return None
    wanted = [name.strip() for name in names.split(",")]
    return [name for name in wanted if name and field_at(table, name) is not None]
