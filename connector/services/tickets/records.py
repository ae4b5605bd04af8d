"""Compares ServiceNow's records with our tickets; pure."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from connector.http import Http
from connector.models import FieldChange, Share, Ticket, Turn, type_kept
from connector.servicenow.client import ticket_link
from connector.servicenow.marks import MARK
from connector.servicenow.record import Record
from connector.servicenow.wording import short_description


def to_ticket(http: Http, share: Share, record: Record, *, read_at: datetime) -> Ticket:
    """Make the ticket of a share from the record that has just been read."""
    draft = share.draft
    return Ticket(
        workspace=share.workspace,
        share=share.id,
        kind=draft.kind,
        instance=share.instance,
        sys_id=record.sys_id,
        number=record.number,
        link=ticket_link(http, share.instance, draft.kind, record.sys_id),
        name=_name(draft.name, record),
        state=record.state,
        state_label=record.state_label,
        priority=record.priority,
        priority_label=record.priority_label,
        due=record.due,
        assigned_to=record.assigned_to,
        assignee=record.assignee,
        is_open=record.is_open,
        created_at=record.created_at,
        updated_at=record.updated_at,
        read_at=read_at,
        requester=draft.requester,
        requester_name=draft.requester_name,
        category=draft.category,
        source=draft.source,
        action_id=draft.action_id,
        action_link=draft.action_link,
        gain=draft.gain,
        place=share.place,
        not_kept=share.not_kept,
        type=type_kept(draft, share.not_kept),
    )


def reread(ticket: Ticket, record: Record, *, read_at: datetime) -> Ticket:
    """Bring a ticket up to date with its record; what may not be read any more stays."""
    fresh: dict[str, dict[str, Any]] = {
        "short_description": {"name": _name(ticket.name, record)},
        "state": {"state": record.state, "state_label": record.state_label},
        "priority": {"priority": record.priority, "priority_label": record.priority_label},
        "due_date": {"due": record.due},
        "assigned_to": {"assigned_to": record.assigned_to, "assignee": record.assignee},
    }
    read: dict[str, Any] = {}
    for column, values in fresh.items():
        if column not in record.unread:
            read |= values
    half_read = bool({"active", "state"} & record.unread)
    is_open = record.is_open and (ticket.is_open or not half_read)
    return replace(
        ticket,
        **read,
        is_gone=False,
        is_open=is_open,
        updated_at=record.updated_at,
        read_at=read_at,
    )


def gone(ticket: Ticket, *, read_at: datetime) -> Ticket:
    """Say of a ticket that ServiceNow has it no more, or hides it altogether."""
    return replace(ticket, is_gone=True, is_open=False, read_at=read_at)


def is_another(ticket: Ticket, record: Record) -> bool:
    """Tell whether a record with a ticket's sys_id was made by somebody else, in its place."""
    if "sys_created_on" in record.unread:
        return False
    # A number alone may be given anew, and a time of making be mended by an import.
    return record.number != ticket.number and record.created_at != ticket.created_at


def replaced_by(record: Record) -> FieldChange:
    """Say that a ticket's record is gone and which one stands in its place."""
    return FieldChange(
        field="Record",
        before=_THERE,
        after=f"deleted there; another one, {record.number}, stands in its place",
    )


def has_lost_mark(record: Record) -> bool:
    """Tell whether somebody took our mark off a record, so that it leads there no more."""
    return "correlation_display" not in record.unread and record.correlation_display != MARK


def _name(known: str, record: Record) -> str:
    # What was sent for a name may differ from it in its brackets; that is no change.
    sent = short_description(known)
    return known if record.name.split() == sent.split() else record.name


def changes(before: Ticket, after: Ticket) -> tuple[FieldChange, ...]:
    """Name every field people follow that differs, in the words they read in ServiceNow."""
    return tuple(
        FieldChange(field=label, before=old, after=new)
        for (label, old), (_, new) in zip(_followed(before), _followed(after), strict=True)
        if old != new
    )


def turn(before: Ticket, after: Ticket) -> Turn:
    """Tell whether a ticket ended or was opened again between two readings."""
    if before.is_open == after.is_open:
        return Turn.NONE
    return Turn.REOPENED if after.is_open else Turn.ENDED


_EMPTY: Final = "none"
_THERE: Final = "in ServiceNow"
_GONE: Final = "deleted there, or hidden from Snowline"


def _followed(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    return (
        ("State", ticket.state_label),
        ("Priority", ticket.priority_label),
        ("Due date", _day(ticket.due)),
        ("Assigned to", ticket.assigned_to or _EMPTY),
        ("Name", ticket.name),
        ("Record", _GONE if ticket.is_gone else _THERE),
    )


def _day(value: date | None) -> str:
    return value.isoformat() if value else _EMPTY
