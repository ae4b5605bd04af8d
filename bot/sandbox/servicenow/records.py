"""The instance's rows: tables in memory, numbers, and who points at whom."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.fields import Field, Table
from bot.sandbox.servicenow.schema import TABLES

Row = dict[str, str]
FIRST_NUMBERS: Final = {"INC": 10001, "CHG": 30001, "TASK": 20001, "ISET": 10001}


@dataclass(frozen=True, slots=True)
class Change:
    """One update of a record: the fields that it changed, before and after."""

    at: str
    by: str
    before: Row
    after: Row


@dataclass(slots=True, repr=False)
class Records:
    """Every row by table and ``sys_id``, in the order of insertion.

    A row of ``incident`` is also a row of ``task``. ``files`` are the bytes of attachments,
    ``changes`` what updates made of each record, oldest first.
    """

    clock: Callable[[], float]
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in TABLES})
    files: dict[str, bytes] = field(default_factory=dict)
    journal: dict[str, list[Row]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=lambda: dict(FIRST_NUMBERS))

    def now(self) -> str:
        """Tell the time as the instance writes it: UTC, whole seconds."""
        return times.stored(self.clock())

    def all(self, table: str) -> Iterator[Row]:
        """Go through a table and those that extend it."""
        yield from self.rows[table].values()
        for child in TABLES[table].children:
            yield from self.rows[child].values()

    def find(self, table: str, sys_id: str) -> Row | None:
        """Find a row by its ``sys_id``, also among those of the tables that extend this one."""
        for name in (table, *TABLES[table].children):
            row = self.rows[name].get(sys_id)
            if row is not None:
                return row
        return None

    def first(self, table: str, name: str, value: str) -> Row | None:
        """Find the first row with that value."""
        return next((row for row in self.all(table) if row.get(name) == value), None)

    def taken(self, table: Table, sys_id: str) -> bool:
        """Tell whether a ``sys_id`` is in use: all kinds of task share one key."""
        family = "task" if table.prefix else table.name
        return self.find(family, sys_id) is not None

    def number(self, prefix: str) -> str:
        """Give out the next number; numbers are unique, not free of gaps."""
        given = self.numbers[prefix]
        self.numbers[prefix] = given + 1
        return f"{prefix}{given:07d}"

    def add(self, table: str, row: Row) -> None:
        """Keep a finished row."""
        self.rows[table][row["sys_id"]] = row
        if table == "sys_journal_field":
            self.journal.setdefault(row["element_id"], []).append(row)

    def remove(self, table: str, row: Row) -> None:
        """Delete a row, and with it its journal and its attachments."""
        sys_id = row["sys_id"]
        own = row.get("sys_class_name", table)
        self.rows[own if own in self.rows else table].pop(sys_id, None)
        for entry in self.journal.pop(sys_id, []):
            self.rows["sys_journal_field"].pop(entry["sys_id"], None)
        self.files.pop(sys_id, None)
        self.changes.pop(sys_id, None)
        for file in [*self.rows["sys_attachment"].values()]:
            if file["table_sys_id"] == sys_id:
                self.remove("sys_attachment", file)

    def entries(self, sys_id: str, *elements: str) -> list[Row]:
        """List a record's journal entries, the newest first."""
        return [row for row in reversed(self.journal.get(sys_id, [])) if row["element"] in elements]

    def name_of(self, table: str, sys_id: str) -> str:
        """Name the record a reference points at; empty when it points nowhere."""
        if table not in TABLES or not sys_id:
            return ""
        row = self.find(table, sys_id)
        if row is None:
            return "global" if sys_id == "global" else ""
        field_ = TABLES[table].fields[TABLES[table].display]
        shown = row.get(field_.name, "")
        return self.name_of(field_.target, shown) if field_.target else shown

    def walk(self, table: Table, row: Row, path: str) -> tuple[Field, Row] | None:
        """Follow a dotted path; tell the last field and the row that has it (maybe empty)."""
        own = table.fields.get(path)
        if own is not None:
            return own, row
        name, _, rest = path.partition(".")
        field_ = table.fields.get(name)
        if field_ is None or not rest:
            return None if field_ is None else (field_, row)
        target = TABLES.get(field_.target)
        if target is None:
            return None
        return self.walk(target, self.find(target.name, row.get(name, "")) or {}, rest)


def field_at(table: Table, path: str) -> Field | None:
    """Find the field at the end of a dotted path."""
    name, _, rest = path.partition(".")
    found = table.fields.get(name)
    if found is None or not rest:
        return found
    target = TABLES.get(found.target)
    return field_at(target, rest) if target else None


def table_of(table: Table, row: Row) -> Table:
    """Tell the table a row really belongs to: an incident read through ``task`` is an incident."""
    return TABLES.get(row.get("sys_class_name", ""), table) if table.children else table


def new_sys_id() -> str:
    """Make a ``sys_id``: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def fixed_sys_id(*parts: str) -> str:
    """Make the same ``sys_id`` from the same words, so that seeded rows keep theirs."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)).hex
