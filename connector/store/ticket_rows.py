"""How a ticket stands in its columns, and which tickets a list is about."""

from typing import Final

from connector.models import ShareId, Standing, Ticket, TicketKind, WorkspaceId, type_kept
from connector.store.columns import (
    Row,
    Value,
    day,
    day_text,
    micros,
    moment,
    place,
    unpacked,
)
from connector.store.shares import DRAFT

SELECT: Final = (
    "SELECT t.*, s.draft, s.not_kept, s.place_conversation, s.place_message FROM tickets t"
    " JOIN shares s ON s.workspace = t.workspace AND s.id = t.share"
    " WHERE t.workspace = :workspace"
)
STILL_OPEN: Final = " AND t.is_open = 1 AND t.standing = 'followed'"
KNOWN: Final = " AND t.standing IN ('followed', 'former')"
_LEAST_URGENT: Final = 99


def values(about: Ticket) -> dict[str, Value]:
    """Write what is kept of a ticket into its columns."""
    return {
        "share": about.share,
        "kind": about.kind.value,
        "instance": about.instance,
        "sys_id": about.sys_id,
        "number": about.number,
        "link": about.link,
        "name": about.name,
        "state": about.state,
        "state_label": about.state_label,
        "priority": about.priority,
        "priority_label": about.priority_label,
        "rank": _rank(about.priority),
        "due": day_text(about.due),
        "assigned_to": about.assigned_to,
        "assignee": about.assignee,
        "requester": about.requester,
        "is_open": about.is_open,
        "is_gone": about.is_gone,
        "created_at": micros(about.created_at),
        "updated_at": micros(about.updated_at),
        "read_at": micros(about.read_at),
    }


def ticket(workspace: WorkspaceId, row: Row) -> Ticket:
    """Read a ticket from a row of ``SELECT``."""
    draft, not_kept = DRAFT.validate_json(row["draft"]), tuple(unpacked(row["not_kept"]))
    return Ticket(
        workspace=workspace,
        share=ShareId(row["share"]),
        kind=TicketKind(row["kind"]),
        instance=row["instance"],
        sys_id=row["sys_id"],
        number=row["number"],
        link=row["link"],
        name=row["name"],
        state=row["state"],
        state_label=row["state_label"],
        priority=row["priority"],
        priority_label=row["priority_label"],
        due=day(row["due"]),
        assigned_to=row["assigned_to"],
        assignee=row["assignee"],
        is_open=bool(row["is_open"]),
        is_gone=bool(row["is_gone"]),
        standing=Standing(row["standing"]),
        created_at=moment(row["created_at"]),
        updated_at=moment(row["updated_at"]),
        read_at=moment(row["read_at"]),
        requester=draft.requester,
        requester_name=draft.requester_name,
        category=draft.category,
        source=draft.source,
        action_id=draft.action_id,
        action_link=draft.action_link,
        gain=draft.gain,
        place=place(row),
        not_kept=not_kept,
        type=type_kept(draft, not_kept),
        covers=draft.covers,
    )


def _rank(priority: str) -> int:
    """Turn ServiceNow's priority into a number to sort by; 1 is the most urgent."""
    rank = int(priority) if priority.isascii() and priority.isdigit() else _LEAST_URGENT
    return rank if 0 < rank < _LEAST_URGENT else _LEAST_URGENT
