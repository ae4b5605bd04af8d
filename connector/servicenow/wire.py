"""What tickets look like in the Table API, going out and coming back. Pure."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from connector.errors import Provider, UnexpectedAnswerError
from connector.models import Person, Priority, Share, TicketDraft, TicketKind
from connector.text import clean, journal_safe

MARK: Final = "Snowline"
"""The ``correlation_display`` of every ticket made here."""
MARK_FIELD: Final = f"Correlation display ({MARK})"
"""How ``not_kept`` names the mark. Shares are kept with it: to change it takes a migration."""
_REFERENCE: Final = re.compile(r"snowline-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_REFERENCES: Final = re.compile(rf"^Reference: ({_REFERENCE.pattern})\s*$", re.ASCII | re.MULTILINE)
_REFERENCE_FIELD: Final = "Correlation ID (the description's Reference)"

_RESOLVED: Final = "6"
_LONGEST_NAME: Final = 160
_LONGEST_DESCRIPTION: Final = 4000
_LONGEST_LABEL: Final = 255
_MOMENT: Final = "%Y-%m-%d %H:%M:%S"
_PERSON_FIELD: Final = {
    TicketKind.INCIDENT: "caller_id",
    TicketKind.CHANGE_REQUEST: "requested_by",
}
_FOREIGN: Final = {
    TicketKind.INCIDENT: {"requested_by", "type"},
    TicketKind.CHANGE_REQUEST: {"caller_id"},
}
# An incident's priority is looked up from these two by the instance; this is the shipped table.
_IMPACT_AND_URGENCY: Final = {
    Priority.CRITICAL: ("1", "1"),
    Priority.HIGH: ("1", "2"),
    Priority.MODERATE: ("2", "2"),
    Priority.LOW: ("2", "3"),
    Priority.PLANNING: ("3", "3"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One ticket as ServiceNow holds it; times are aware UTC, labels are what people read.

    What the integration user may not read is empty, None or, for ``is_open``, True; ``unread``
    names its columns. A resolved incident is not open, although it stays ``active`` until it is
    closed.
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
    requester_sys_id: str
    correlation_id: str
    correlation_display: str
    type: str
    is_open: bool
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    unread: frozenset[str] = frozenset()


class _Cell(BaseModel):
    """A field with ``sysparm_display_value=all``; either half may be null."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    value: str = ""
    display_value: str = ""


def _cell(raw: Any) -> Any:
    halves = raw if isinstance(raw, dict) else {"value": raw, "display_value": raw}
    return {name: _text(halves.get(name)) for name in ("value", "display_value")}


def _text(raw: Any) -> Any:
    if raw is None:
        return ""
    # Numbers and booleans come as text from this API, typed from its neighbours.
    return clean(str(raw), _LONGEST_DESCRIPTION) if isinstance(raw, str | int | float) else raw


_Field = Annotated[_Cell, BeforeValidator(_cell)]
_NOTHING: Final = _Cell()


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    sys_id: Annotated[_Field, Field()]
    number: _Field
    sys_updated_on: _Field
    sys_created_on: _Field = _NOTHING
    sys_created_by: _Field = _NOTHING
    sys_updated_by: _Field = _NOTHING
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
    active: _Field = _NOTHING


_SYS_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def is_sys_id(text: str) -> bool:
    """Tell whether a text is a sys_id."""
    return _SYS_ID.fullmatch(text) is not None


def fields_of(kind: TicketKind) -> str:
    """Name the fields to ask for, as ``sysparm_fields`` wants them."""
    return ",".join(name for name in _Row.model_fields if name not in _FOREIGN[kind])


def to_record(kind: TicketKind, row: Any) -> Record:
    """Read one row of a ticket table.

    Raises:
        UnexpectedAnswerError: it lacks a field we rely on.
    """
    try:
        return _record(kind, _Row.model_validate(row))
    except ValidationError as exc:
        wrong = ", ".join(".".join(map(str, error["loc"])) or "row" for error in exc.errors())
        raise _unreadable(f"{kind.value} without usable {wrong}") from exc
    except ValueError as exc:
        raise _unreadable(f"{kind.value} with an unusable value: {exc!s:.120}") from exc


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
        requester_sys_id=person.value,
        correlation_id=row.correlation_id.value,
        correlation_display=row.correlation_display.value,
        type=row.type.value,
        is_open=_is_open(kind, row),
        created_at=_moment(created) if created else updated_at,
        created_by=row.sys_created_by.value,
        updated_at=updated_at,
        updated_by=row.sys_updated_by.value,
        unread=frozenset(_Row.model_fields) - row.model_fields_set - _FOREIGN[kind],
    )


def reference_of(record: Record) -> str:
    """Return the reference of the share that a record was made for, "" where it names none.

    A person may have written another share's reference into the text: ours stands last.
    """
    if _REFERENCE.fullmatch(record.correlation_id):
        return record.correlation_id
    named = _REFERENCES.findall(record.description)
    return named[-1] if named else ""


def new_reference() -> str:
    """Make the ``correlation_id`` of a new share."""
    return f"snowline-{uuid.uuid4()}"


def _is_open(kind: TicketKind, row: _Row) -> bool:
    resolved = kind is TicketKind.INCIDENT and row.state.value == _RESOLVED
    return not resolved and row.active.value.casefold() != "false"


def short_description(name: str) -> str:
    """Return a ticket's name as it is sent."""
    return journal_safe(clean(name, _LONGEST_NAME))


def to_payload(
    draft: TicketDraft, *, share: Share, person: Person, requester_sys_id: str | None
) -> dict[str, str]:
    """Return the fields of the insert; the same share always makes the same fields.

    The due date is sent as noon UTC, which is that same day in every zone from 12 hours
    behind to nearly 12 hours ahead.
    """
    payload = {
        "sys_id": share.sys_id,
        "correlation_id": share.correlation_id,
        "correlation_display": MARK,
        "short_description": short_description(draft.name),
        "description": _description(draft, share, person),
        **_priority(draft),
    }
    if draft.due is not None:
        payload["due_date"] = f"{draft.due.isoformat()} 12:00:00"
    if requester_sys_id is not None:
        payload[_PERSON_FIELD[draft.kind]] = requester_sys_id
    return payload


def not_kept(payload: Mapping[str, str], record: Record) -> tuple[str, ...]:
    """Name the fields that were sent and are not in the record as it was read back.

    Of what may not be read nothing is known, and nothing is said.
    """
    person = _PERSON_FIELD[record.kind]
    compared = (
        ("short_description", "Name", payload["short_description"], record.name),
        ("description", "Description", payload["description"], record.description),
        ("priority", "Priority", _expected_priority(payload), record.priority),
        ("due_date", "Due date", payload.get("due_date", "")[:10], _day(record.due)),
        (person, "Requester", payload.get(person, ""), record.requester_sys_id),
        ("type", "Type", payload.get("type", ""), record.type),
        ("correlation_id", _REFERENCE_FIELD, payload["correlation_id"], record.correlation_id),
        (
            "correlation_display",
            MARK_FIELD,
            payload["correlation_display"],
            record.correlation_display,
        ),
    )
    return tuple(
        label
        for column, label, sent, kept in compared
        if sent and sent.split() != kept.split() and column not in record.unread
    )


def _priority(draft: TicketDraft) -> dict[str, str]:
    if draft.kind is TicketKind.CHANGE_REQUEST:
        return {"type": "normal", "priority": str(draft.priority.value)}
    impact, urgency = _IMPACT_AND_URGENCY[draft.priority]
    return {"impact": impact, "urgency": urgency}


def _expected_priority(payload: Mapping[str, str]) -> str:
    if "priority" in payload:
        return payload["priority"]
    sent = (payload["impact"], payload["urgency"])
    return next(str(p.value) for p, pair in _IMPACT_AND_URGENCY.items() if pair == sent)


def _description(draft: TicketDraft, share: Share, person: Person) -> str:
    name = person.name or draft.requester_name
    known_by = ", ".join(filter(None, (f"user id {draft.requester}", person.email)))
    facts = [
        f"Source: {draft.source.value}",
        f"Category: {draft.category.value}",
        *([f"Improvement action: {draft.action_id}"] if draft.action_id else []),
        *([f"Gain: {draft.gain:g} points"] if draft.gain is not None else []),
        *([f"Link: {draft.action_link}"] if draft.action_link else []),
        f"Requested by: {name} ({known_by})",
        f"Reference: {share.correlation_id}",
    ]
    block = clean(f"Created with {MARK}\n" + "\n".join(facts), _LONGEST_DESCRIPTION // 2)
    room = _LONGEST_DESCRIPTION - len(block) - 2
    return journal_safe(f"{clean(draft.description, room)}\n\n{block}".strip())


def _moment(value: str) -> datetime:
    """Read a time or a date; the Table API sends UTC without an offset."""
    if len(value) == len("2026-01-31"):
        value = f"{value} 00:00:00"
    return datetime.strptime(f"{value}+0000", f"{_MOMENT}%z").astimezone(UTC)


def to_moment(at: datetime) -> str:
    """Write a time as queries want it: UTC to the second, without an offset."""
    return at.astimezone(UTC).strftime(_MOMENT)


def _day(due: date | None) -> str:
    return "" if due is None else due.isoformat()


def _label(cell: _Cell) -> str:
    return clean(cell.display_value or cell.value, _LONGEST_LABEL)


def _unreadable(reason: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(Provider.SERVICENOW, reason)
