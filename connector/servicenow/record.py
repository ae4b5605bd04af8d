"""One ticket as it comes back from the Table API. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from connector.errors import Provider, UnexpectedAnswerError
from connector.models import TicketKind
from connector.servicenow.mapping import Cell, cell_of
from connector.text import clean

_RESOLVED: Final = "6"
_LONGEST_TEXT: Final = 4000
_LONGEST_LABEL: Final = 255
_MOMENT: Final = "%Y-%m-%d %H:%M:%S"
_USUAL_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_ONLY_AT_FIRST: Final = frozenset(
    {
        "description",
        "sys_created_by",
        "caller_id",
        "requested_by",
        "type",
        "start_date",
        "end_date",
        "std_change_producer_version",
    }
)
"""What is read of a new ticket and never compared again; descriptions are most of what is sent."""
_FOREIGN: Final = {
    TicketKind.INCIDENT: {
        "requested_by",
        "type",
        "start_date",
        "end_date",
        "std_change_producer_version",
    },
    TicketKind.CHANGE_REQUEST: {"caller_id"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One ticket as ServiceNow holds it; times are aware UTC, labels are what people read.

    What the integration user may not read, or what was not asked for, is empty, None or, for
    ``is_open``, True, and ``created_at`` is ``updated_at``; ``unread`` names its columns. A
    resolved incident is not open, although it stays ``active`` until it is closed. Planned times
    are as the Table API writes them, UTC without an offset; ``template`` names what a standard
    change was made from in the instance's own way. ``updates`` counts how often it was updated.
    ``further`` holds what may be read of the further columns that were asked for, None where none
    were.
    """

    sys_id: str
    number: str
    kind: TicketKind
    name: str
    description: str
    state: str
    state_label: str
    priority: str
    priority_label: str
    due: date | None
    assigned_to: str
    assignee: str
    requester_sys_id: str
    correlation_id: str
    correlation_display: str
    type: str
    planned_start: str
    planned_end: str
    template: str
    is_open: bool
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    updates: int | None = None
    unread: frozenset[str] = frozenset()
    further: Mapping[str, Cell] | None = None


@dataclass(frozen=True, slots=True)
class _Cell:
    """A field with ``sysparm_display_value=all``; either half may be null."""

    value: str = ""
    display_value: str = ""


def _cell(raw: Any) -> _Cell:
    if not isinstance(raw, dict):
        text = _text(raw)
        return _Cell(text, text)
    value, shown = raw.get("value"), raw.get("display_value")
    text = _text(value)
    same = isinstance(shown, str) and shown == value
    return _Cell(text, text if same else _text(shown))


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return clean(raw, _LONGEST_TEXT)
    if raw is None:
        return ""
    # Numbers and booleans come as text from this API, typed from its neighbours.
    if isinstance(raw, int | float):
        return clean(str(raw), _LONGEST_TEXT)
    raise ValueError("neither a text nor a number")


# Written out, as thousands of rows of a dozen cells come at once.
_Field = Annotated[_Cell, PlainValidator(_cell)]
_NOTHING: Final = _Cell()


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    sys_id: Annotated[_Field, Field()]
    number: _Field
    sys_updated_on: _Field
    sys_created_on: _Field = _NOTHING
    sys_created_by: _Field = _NOTHING
    sys_updated_by: _Field = _NOTHING
    sys_mod_count: _Field = _NOTHING
    short_description: _Field = _NOTHING
    description: _Field = _NOTHING
    state: _Field = _NOTHING
    priority: _Field = _NOTHING
    due_date: _Field = _NOTHING
    assigned_to: _Field = _NOTHING
    caller_id: _Field = _NOTHING
    requested_by: _Field = _NOTHING
    correlation_id: _Field = _NOTHING
    correlation_display: _Field = _NOTHING
    type: _Field = _NOTHING
    start_date: _Field = _NOTHING
    end_date: _Field = _NOTHING
    std_change_producer_version: _Field = _NOTHING
    active: _Field = _NOTHING


_SYS_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def is_sys_id(text: str) -> bool:
    """Tell whether a text is a sys_id."""
    return _SYS_ID.fullmatch(text) is not None


def fields_of(kind: TicketKind) -> str:
    """Name the fields to ask for, as ``sysparm_fields`` wants them."""
    return ",".join(name for name in _Row.model_fields if name not in _FOREIGN[kind])


def followed_fields(kind: TicketKind) -> str:
    """Name the fields to ask for of a ticket that is known: those that are followed."""
    return ",".join(name for name in fields_of(kind).split(",") if name not in _ONLY_AT_FIRST)


def to_record(kind: TicketKind, row: Any, further: Iterable[str] = ()) -> Record:
    """Read one row of a ticket table, and some ``further`` columns of it.

    Raises:
        UnexpectedAnswerError: it lacks a field we rely on.
    """
    try:
        record = _record(kind, _Row.model_validate(row))
    except ValidationError as exc:
        wrong = ", ".join(".".join(map(str, error["loc"])) or "row" for error in exc.errors())
        raise _unreadable(f"{kind.value} without usable {wrong}") from exc
    except ValueError as exc:
        raise _unreadable(f"{kind.value} with an unusable value: {exc!s:.120}") from exc
    asked = tuple(further)
    if not asked:
        return record
    return replace(record, further={each: cell_of(row[each]) for each in asked if each in row})


def _record(kind: TicketKind, row: _Row) -> Record:
    if not is_sys_id(row.sys_id.value) or not row.number.value:
        raise ValueError("sys_id or number")
    updated_at = _moment(row.sys_updated_on.value)
    created = row.sys_created_on.value
    person = row.caller_id if kind is TicketKind.INCIDENT else row.requested_by
    return Record(
        sys_id=row.sys_id.value,
        number=row.number.value,
        kind=kind,
        name=row.short_description.value,
        description=row.description.value,
        state=row.state.value,
        state_label=_label(row.state),
        priority=row.priority.value,
        priority_label=_label(row.priority),
        due=_moment(row.due_date.value).date() if row.due_date.value else None,
        assigned_to=clean(row.assigned_to.display_value, _LONGEST_LABEL),
        assignee=row.assigned_to.value if is_sys_id(row.assigned_to.value) else "",
        requester_sys_id=person.value,
        correlation_id=row.correlation_id.value,
        correlation_display=row.correlation_display.value,
        type=row.type.value,
        planned_start=row.start_date.value,
        planned_end=row.end_date.value,
        template=row.std_change_producer_version.value,
        is_open=_is_open(kind, row),
        created_at=_moment(created) if created else updated_at,
        created_by=row.sys_created_by.value,
        updated_at=updated_at,
        updated_by=row.sys_updated_by.value,
        updates=_count(row.sys_mod_count.value),
        unread=frozenset(_Row.model_fields) - row.model_fields_set - _FOREIGN[kind],
    )


def _is_open(kind: TicketKind, row: _Row) -> bool:
    resolved = kind is TicketKind.INCIDENT and row.state.value == _RESOLVED
    return not resolved and row.active.value.casefold() != "false"


def _moment(value: str) -> datetime:
    """Read a time or a date; the Table API sends UTC without an offset."""
    if len(value) == len("2026-01-31"):
        value = f"{value} 00:00:00"
    if _USUAL_MOMENT.fullmatch(value):
        # Some ten times as fast, and as strict.
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return datetime.strptime(f"{value}+0000", f"{_MOMENT}%z").astimezone(UTC)


def to_moment(at: datetime) -> str:
    """Write a time as queries want it: UTC to the second, without an offset."""
    return at.astimezone(UTC).strftime(_MOMENT)


def _count(value: str) -> int | None:
    return int(value) if value.isdecimal() else None


def _label(cell: _Cell) -> str:
    return clean(cell.display_value or cell.value, _LONGEST_LABEL)


def _unreadable(reason: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(Provider.SERVICENOW, reason)
