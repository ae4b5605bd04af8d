"""Insert, update and delete: what a client sent becomes a row, or is dropped without a word."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.sandbox.servicenow import times
from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.errors import insert_failed
from bot.sandbox.servicenow.fields import Field, Kind, Table
from bot.sandbox.servicenow.priority import LOOKUP, matrix_of
from bot.sandbox.servicenow.records import Change, Records, Row, new_sys_id
from bot.sandbox.servicenow.rules import Write, apply_rules
from bot.sandbox.servicenow.settings import ServiceNowSettings

Listener = Callable[[Table, str, Row], None]
_SYS_ID: Final = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Writer:
    """The only way rows are written; nothing in here waits, so every write is atomic.

    ``listeners`` hear of each write once it is done.
    """

    records: Records
    settings: ServiceNowSettings
    listeners: list[Listener] = field(default_factory=list)

    def insert(self, table: Table, values: Mapping[str, str], actor: Actor) -> Row:
        """Insert a record and return its row.

        Raises:
            ApiError: 403; a rule refuses the row, or its ``sys_id`` exists.
        """
        now = self.records.now()
        new = table.defaults | self._accepted(table, values, actor)
        journals = _taken_journals(table, new)
        new |= self._birth(table, values, actor, now)
        apply_rules(table.name, self._write(None, new, actor, now))
        if self.records.taken(table, new["sys_id"]):
            raise insert_failed(table.name, new.get(table.display, new["sys_id"]))
        self.records.add(table.name, new)
        self._note(table, new, journals, actor)
        self._tell(table, "insert", new)
        return new

    def _accepted(self, table: Table, values: Mapping[str, str], actor: Actor) -> Row:
        dropped = frozenset() if actor.is_admin else self.settings.dropped
        return _accepted(table, {name: values[name] for name in values if name not in dropped})

    def _birth(self, table: Table, values: Mapping[str, str], actor: Actor, now: str) -> Row:
        chosen = values.get("sys_id", "")
        honoured = self.settings.honour_sys_id and _SYS_ID.fullmatch(chosen)
        given = {
            "sys_id": chosen.lower() if honoured else new_sys_id(),
            "sys_created_on": now,
            "sys_created_by": actor.user_name,
            "sys_updated_on": now,
            "sys_updated_by": actor.user_name,
        }
        if table.prefix:
            number = self.records.number(table.prefix)
            given |= {"number": number, "task_effective_number": number}
            given |= {"opened_by": actor.sys_id, "opened_at": now}
        return {name: value for name, value in given.items() if name in table.fields}

    def update(self, table: Table, row: Row, values: Mapping[str, str], actor: Actor) -> Row:
        """Change a record in place; a write that changes nothing leaves no trace.

        Raises:
            ApiError: 403; a rule refuses the change.
        """
        now = self.records.now()
        new = row | self._accepted(table, values, actor)
        journals = _taken_journals(table, new)
        apply_rules(table.name, self._write(row, new, actor, now))
        if new != row or journals:
            if "sys_mod_count" in new:
                count = int(row["sys_mod_count"] or 0) + 1
                new |= {"sys_updated_on": now, "sys_updated_by": actor.user_name}
                new["sys_mod_count"] = str(count)
            self._keep_change(row, new, actor, now)
            row.update(new)
            self._note(table, row, journals, actor)
            self._tell(table, "update", row)
        return row

    def _tell(self, table: Table, action: str, row: Row) -> None:
        for listener in self.listeners:
            listener(table, action, dict(row))

    def _write(self, old: Row | None, new: Row, actor: Actor, now: str) -> Write:
        priorities = matrix_of(self.records.all(LOOKUP))
        return Write(old, new, actor, now, self.settings.group_needed_beyond_new, priorities)

    def _keep_change(self, row: Row, new: Row, actor: Actor, now: str) -> None:
        names = [name for name in new if new[name] != row.get(name)]
        before, after = ({name: each.get(name, "") for name in names} for each in (row, new))
        kept = self.records.changes.setdefault(row["sys_id"], [])
        kept.append(Change(now, actor.user_name, before, after))

    def _note(self, table: Table, row: Row, journals: Row, actor: Actor) -> None:
        for element, text in journals.items():
            entry = {
                "sys_id": new_sys_id(),
                "sys_created_on": self.records.now(),
                "sys_created_by": actor.user_name,
                "name": table.name,
                "element": element,
                "element_id": row["sys_id"],
                "value": text,
                "sys_tags": "",
            }
            self.records.add("sys_journal_field", entry)

    def read_values(
        self, table: Table, payload: Mapping[str, Any], actor: Actor, *, display: bool
    ) -> Row:
        """Turn a JSON body into column text; ``display``: it holds labels, names, local times."""
        values = {name: _text(value) for name, value in payload.items()}
        known = {name: table.fields[name] for name in values if name in table.fields}
        if not display:
            # Encrypted columns keep what comes as a display value, and nothing else.
            kept = (name for name in values if not _is_encrypted(known.get(name)))
            return {name: values[name] for name in kept}
        return values | {
            name: self._from_display(each, values[name], actor) for name, each in known.items()
        }

    def _from_display(self, field: Field, shown: str, actor: Actor) -> str:
        if field.choices:
            by_label = {label.casefold(): value for value, label in field.choices.items()}
            return by_label.get(shown.casefold(), shown)
        if field.kind is Kind.DATETIME:
            return times.from_display(shown, actor)
        if field.kind is Kind.REFERENCE and self.records.find(field.target, shown) is None:
            return self.sys_id_of(field.target, shown)
        return shown

    def sys_id_of(self, table: str, shown: str) -> str:
        """Find a record by the name people know it by; empty when there is none."""
        for row in self.records.all(table):
            if self.records.name_of(table, row["sys_id"]).casefold() == shown.casefold():
                return row["sys_id"]
        return ""


def _is_encrypted(field: Field | None) -> bool:
    return field is not None and field.kind is Kind.PASSWORD


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            # The instance prints a map it did not expect as Java does.
            return "{" + ", ".join(f"{key}={_text(each)}" for key, each in value.items()) + "}"
        case list():
            return ",".join(map(_text, value))
        case _:
            # Half a surrogate pair is valid JSON and no text.
            return str(value).encode(errors="replace").decode()


def _accepted(table: Table, values: Mapping[str, str]) -> Row:
    accepted = {}
    for name, value in values.items():
        field = table.fields.get(name)
        if field is not None and not field.read_only and _fits(field, value):
            accepted[name] = _stored(field, value)
    return accepted


def _fits(field: Field, value: str) -> bool:
    if not value:
        return True
    if field.choices:
        return value in field.choices
    match field.kind:
        case Kind.INTEGER:
            return re.fullmatch(r"-?\d{1,9}", value) is not None
        case Kind.BOOLEAN:
            return value.lower() in {"true", "false", "1", "0"}
        case Kind.DATETIME | Kind.DURATION:
            return _is_datetime(value)
        case _:
            return True


def _is_datetime(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return re.fullmatch(r"[12]\d{3}-\d\d-\d\d( \d\d:\d\d:\d\d)?", value) is not None


def _stored(field: Field, value: str) -> str:
    if field.kind is Kind.BOOLEAN and value:
        return "true" if value.lower() in {"true", "1"} else "false"
    if field.kind is Kind.DATETIME and len(value) == len("2026-01-01"):
        return f"{value} 00:00:00"
    return value[: field.length]


def _taken_journals(table: Table, new: Row) -> Row:
    journals = {}
    for name, each in table.fields.items():
        if each.kind is Kind.JOURNAL and new[name]:
            journals[name] = new[name]
            new[name] = ""
    return journals
