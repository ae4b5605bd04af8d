"""What a ticket is made from in the Table API, and what of it was kept. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from connector.models import Person, Priority, Share, TicketDraft, TicketKind
from connector.servicenow.marks import MARK, MARK_FIELD
from connector.servicenow.record import Record
from connector.text import clean, journal_safe

_REFERENCE_FIELD: Final = "Correlation ID (the description's Reference)"
_LONGEST_NAME: Final = 160
_LONGEST_DESCRIPTION: Final = 4000
_PERSON_FIELD: Final = {
    TicketKind.INCIDENT: "caller_id",
    TicketKind.CHANGE_REQUEST: "requested_by",
}
# An incident's priority is looked up from these two by the instance; this is the shipped table.
_IMPACT_AND_URGENCY: Final = {
    Priority.CRITICAL: ("1", "1"),
    Priority.HIGH: ("1", "2"),
    Priority.MODERATE: ("2", "2"),
    Priority.LOW: ("2", "3"),
    Priority.PLANNING: ("3", "3"),
}


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


def _day(due: date | None) -> str:
    return "" if due is None else due.isoformat()
