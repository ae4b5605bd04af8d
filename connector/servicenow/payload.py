"""What a ticket is made from, and what of it was kept. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from connector.models import TYPE_FIELD, Person, Share, TicketDraft, TicketKind
from connector.servicenow.marks import MARK, MARK_FIELD
from connector.servicenow.priorities import SHIPPED, Matrix, makes, pair_for
from connector.servicenow.record import Record, to_moment
from connector.servicenow.wording import description, short_description

_REFERENCE_FIELD: Final = "Correlation ID (the description's Reference)"
_PRIORITY_FIELD: Final = "Priority"
_PERSON_FIELD: Final = {
    TicketKind.INCIDENT: "caller_id",
    TicketKind.CHANGE_REQUEST: "requested_by",
}


def to_payload(
    draft: TicketDraft,
    *,
    share: Share,
    person: Person,
    requester_sys_id: str | None,
    matrix: Matrix = SHIPPED,
) -> dict[str, str]:
    """Return the fields of the insert.

    The due date is sent as noon UTC, which is that same day in every zone from 12 hours
    behind to nearly 12 hours ahead. ``matrix`` is the instance's, by which it gives an incident
    its priority.
    """
    payload = {
        "sys_id": share.sys_id,
        "correlation_id": share.correlation_id,
        "correlation_display": MARK,
        "short_description": short_description(draft.name),
        "description": description(draft, share, person),
        **_of_kind(draft, matrix),
    }
    if draft.due is not None:
        payload["due_date"] = f"{draft.due.isoformat()} 12:00:00"
    if requester_sys_id is not None:
        payload[_PERSON_FIELD[draft.kind]] = requester_sys_id
    return payload


def not_kept(
    payload: Mapping[str, str], record: Record, draft: TicketDraft, matrix: Matrix = SHIPPED
) -> tuple[str, ...]:
    """Name the fields that were sent and are not in the record as it was read back.

    Of what may not be read nothing is known, and nothing is said. The priority is the one that
    was wanted, whatever impact and urgency were sent for it.
    """
    person = _PERSON_FIELD[record.kind]
    wanted = str(draft.priority.value)
    compared = (
        ("short_description", "Name", payload["short_description"], record.name),
        ("description", "Description", payload["description"], record.description),
        ("priority", _priority_field(draft, matrix), wanted, record.priority),
        ("due_date", "Due date", payload.get("due_date", "")[:10], _day(record.due)),
        ("start_date", "Planned start", payload.get("start_date", ""), record.planned_start),
        ("end_date", "Planned end", payload.get("end_date", ""), record.planned_end),
        (person, "Requester", payload.get(person, ""), record.requester_sys_id),
        ("type", TYPE_FIELD, payload.get("type", ""), record.type),
        ("correlation_id", _REFERENCE_FIELD, payload["correlation_id"], record.correlation_id),
        (
            "correlation_display",
            MARK_FIELD,
            payload["correlation_display"],
            record.correlation_display,
        ),
    )
    lost = tuple(
        label
        for column, label, sent, kept in compared
        if sent and sent.split() != kept.split() and column not in record.unread
    )
    return (*lost, *_template_lost(draft, record))


def _of_kind(draft: TicketDraft, matrix: Matrix) -> dict[str, str]:
    if draft.kind is TicketKind.INCIDENT:
        impact, urgency = pair_for(draft.priority, matrix)
        return {"impact": impact, "urgency": urgency}
    plan = draft.plan
    planned = {"start_date": plan.starts_at, "end_date": plan.ends_at}
    times = {name: to_moment(at) for name, at in planned.items() if at is not None}
    return {"type": plan.type.value, "priority": str(draft.priority.value), **times}


def _priority_field(draft: TicketDraft, matrix: Matrix) -> str:
    if draft.kind is TicketKind.CHANGE_REQUEST or makes(draft.priority, matrix):
        return _PRIORITY_FIELD
    return f"{_PRIORITY_FIELD} (no impact and urgency make it {draft.priority.label_there} there)"


def _template_lost(draft: TicketDraft, record: Record) -> tuple[str, ...]:
    # An instance names the template's version, which only it knows: that there is one is all
    # that can be compared.
    lost = draft.is_standard and not record.template
    return ("Template",) if lost and "std_change_producer_version" not in record.unread else ()


def _day(due: date | None) -> str:
    return "" if due is None else due.isoformat()
