"""A ticket as its page sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.records import Records, Row
from bot.sandbox.servicenow.render import Renderer

EDITABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "incident": ("state", "impact", "urgency", "assigned_to", "due_date"),
    "change_request": ("state", "priority", "risk", "assigned_to", "due_date"),
}
CLOSING: Final = ("close_code", "close_notes")


@dataclass(frozen=True, slots=True)
class RecordView:
    """A ticket to show; ``typed`` are values of a form that was refused with ``error``."""

    table: Table
    row: Row
    records: Records
    renderer: Renderer
    typed: Mapping[str, str]
    error: str = ""
    saved: bool = False

    @property
    def added(self) -> list[str]:
        """Name the columns that this instance's admins have added, as far as the row has them."""
        return [name for name in self.table.fields if name.startswith("u_") and name in self.row]

    def label(self, name: str) -> str:
        """Tell a field's label."""
        return self.table.fields[name].label

    def shown(self, name: str, row: Row | None = None) -> str:
        """Say a field's value, now or as ``row`` had it."""
        return self.renderer.shown(self.table.fields[name], row or self.row) or ""

    def value(self, name: str) -> str:
        """Tell what the form starts with."""
        return self.typed.get(name, form_value(self.row, name))


def form_value(row: Row, name: str) -> str:
    """Tell a field's value as the form writes it: due dates are dates."""
    return row[name][:10] if name == "due_date" else row[name]
