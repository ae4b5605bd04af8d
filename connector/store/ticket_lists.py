"""Lists of tickets, part by part, and how many tickets stand where."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connector.models import (
    PAGE,
    Facets,
    KindCount,
    ListKey,
    Position,
    Selection,
    Ticket,
    TicketFilter,
    TicketKind,
    TicketPage,
    Towards,
    UserId,
)
from connector.store.columns import Row, Value, day_text
from connector.store.database import Session
from connector.store.ticket_rows import KNOWN, SELECT, STILL_OPEN, ticket

LISTED: Final = 200
_READ: Final = "SELECT"
_NEVER: Final = "9999-12-31"
_URGENCY: Final = (
    "CASE WHEN t.is_open = 0 OR t.standing <> 'followed' THEN 2"
    " WHEN t.due < :today THEN 0 ELSE 1 END AS k1, t.rank AS k2,"
    f" coalesce(t.due, '{_NEVER}') || ' ' || t.number AS k3"
)
_AGE: Final = "0 AS k1, -t.created_at AS k2, t.number AS k3"
_OVERDUE: Final = "count(CASE WHEN t.due < :today THEN 1 END) AS overdue"
_MINE: Final = " AND (t.requester = :user OR (:counterpart <> '' AND t.assignee = :counterpart))"
_WHICH: Final = {
    TicketFilter.OPEN: STILL_OPEN,
    TicketFilter.MINE: f"{KNOWN}{_MINE}",
    TicketFilter.OVERDUE: f"{STILL_OPEN} AND t.due < :today",
    TicketFilter.ALL: KNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a list, and when; ``counterpart`` is their ServiceNow user's sys_id, if known."""

    user: UserId
    now: datetime
    counterpart: str = ""

    def values(self) -> dict[str, Value]:
        """Write it down for a statement."""
        today = day_text(self.now.date())
        return {"user": self.user, "today": today, "counterpart": self.counterpart}


async def listed(session: Session, which: TicketFilter, reader: Reader) -> tuple[Ticket, ...]:
    """Read the newest tickets of a filter, at most ``LISTED``."""
    rows = await session.run(
        f"{SELECT}{_WHICH[which]} ORDER BY t.created_at DESC, t.share LIMIT {LISTED}",
        **reader.values(),
    )
    return tuple(ticket(session.workspace, row) for row in rows)


async def page(
    session: Session, selection: Selection, reader: Reader, position: Position | None = None
) -> TicketPage:
    """Read the part of a list beside a position; its first part without one.

    Where there is nothing any more, it is the last part, or the first.
    """
    found = await _keys(session, selection, reader, position)
    if position is not None and len(found) < (1 if position.towards is Towards.AFTER else PAGE):
        # What stood there has moved or gone: the nearest end of the list is what is left of it.
        end = None if position.towards is Towards.BEFORE else _END
        found = await _keys(session, selection, reader, end)
    total, before = await _counted(session, selection, reader, found[0] if found else None)
    return TicketPage(
        selection=selection,
        tickets=await _read(session, found),
        before=before,
        total=total,
        first=found[0] if found else None,
        last=found[-1] if found else None,
    )


async def urgent(
    session: Session, selection: Selection, reader: Reader, most: int
) -> tuple[Ticket, ...]:
    """Read the open tickets of a selection that are most urgent."""
    found = await _keys(session, selection, reader, None, most=most, more=STILL_OPEN)
    return await _read(session, found)


async def count_mine(session: Session, reader: Reader) -> tuple[int, int]:
    """Count somebody's own open tickets, and the overdue ones of them."""
    row = await session.first(
        _tickets(f"count(*) AS n, {_OVERDUE}", f"{STILL_OPEN}{_MINE}"),
        **reader.values(),
    )
    return (int(row["n"]), int(row["overdue"])) if row else (0, 0)


async def count_kinds(session: Session, now: datetime) -> tuple[KindCount, ...]:
    """Count the followed tickets of each kind by state, however many there are."""
    rows = await session.run(
        _tickets(
            f"t.kind, t.is_open, t.state_label, count(*) AS n, {_OVERDUE}",
            " AND t.standing = 'followed' GROUP BY t.kind, t.is_open, t.state_label",
        ),
        today=day_text(now.date()),
    )
    return tuple(_kind(kind, [row for row in rows if row["kind"] == kind]) for kind in TicketKind)


async def any_known(session: Session) -> bool:
    """Tell whether there is any ticket that lists may show."""
    row = await session.first(_tickets("1 AS yes", f"{KNOWN} LIMIT 1"))
    return row is not None


async def facets(session: Session, selection: Selection, reader: Reader) -> Facets:
    """Read to what states and priorities a list can be narrowed; the states' frequent first."""
    wider = replace(selection, state="", priority="")
    states = await _labels(session, wider, reader, "state_label", "n DESC, label")
    priorities = await _labels(session, wider, reader, "priority_label", "least, label")
    return Facets(states=states, priorities=priorities)


_END: Final = Position(towards=Towards.BEFORE, key=(9, 0, "", ""))


async def _keys(
    session: Session,
    selection: Selection,
    reader: Reader,
    position: Position | None,
    *,
    most: int = PAGE,
    more: str = "",
) -> list[ListKey]:
    """Read the keys of a part of a list, in the list's order."""
    backwards = position is not None and position.towards is Towards.BEFORE
    beside, values = _beside(position)
    down = " DESC" if backwards else ""
    rows = await session.run(
        f"{_keyed('k1, k2, k3, share', selection, more)} WHERE {beside}"
        f" ORDER BY k1{down}, k2{down}, k3{down}, share{down} LIMIT :most",
        most=most,
        **values,
        **_values(selection, reader),
    )
    found = [(row["k1"], row["k2"], row["k3"], row["share"]) for row in rows]
    return found[::-1] if backwards else found


def _beside(position: Position | None) -> tuple[str, dict[str, Value]]:
    if position is None:
        return "1", {}
    sign = "<" if position.towards is Towards.BEFORE else ">"
    k1, k2, k3, share = position.key
    at: dict[str, Value] = {"at1": k1, "at2": k2, "at3": k3, "at4": share}
    return f"(k1, k2, k3, share) {sign} (:at1, :at2, :at3, :at4)", at


async def _counted(
    session: Session, selection: Selection, reader: Reader, first: ListKey | None
) -> tuple[int, int]:
    """Count the tickets of a list, and those before a key."""
    key = first or _END.key
    earlier, values = _beside(Position(towards=Towards.BEFORE, key=key))
    row = await session.first(
        _keyed(f"count(*) AS n, count(CASE WHEN {earlier} THEN 1 END) AS earlier", selection),
        **values,
        **_values(selection, reader),
    )
    return (int(row["n"]), int(row["earlier"])) if row else (0, 0)


async def _read(session: Session, found: Iterable[ListKey]) -> tuple[Ticket, ...]:
    """Read the tickets themselves, in the order of their keys."""
    wanted = [share for *_, share in found]
    names = {f"share{index}": share for index, share in enumerate(wanted)}
    if not names:
        return ()
    marks = ", ".join(f":{name}" for name in names)
    rows = await session.run(f"{SELECT} AND t.share IN ({marks})", **names)
    known = {row["share"]: ticket(session.workspace, row) for row in rows}
    return tuple(known[share] for share in wanted if share in known)


async def _labels(
    session: Session, selection: Selection, reader: Reader, column: str, order: str
) -> tuple[tuple[str, int], ...]:
    rows = await session.run(
        _tickets(
            f"t.{column} AS label, count(*) AS n, min(t.rank) AS least",
            f"{_chosen(selection)} GROUP BY t.{column} ORDER BY {order}",
        ),
        **_values(selection, reader),
    )
    return tuple((row["label"], int(row["n"])) for row in rows if row["label"])


def _tickets(columns: str, chosen: str) -> str:
    """Say what is read of which of the workspace's tickets; all of it words of this module."""
    return f"{_READ} {columns} FROM tickets t WHERE t.workspace = :workspace {chosen}"


def _keyed(columns: str, selection: Selection, more: str = "") -> str:
    """Say what is read of a list's tickets, each with the key that orders it."""
    key = _AGE if selection.by_age else _URGENCY
    tickets = _tickets(f"{key}, t.share", f"{_chosen(selection)}{more}")
    return " ".join((_READ, columns, f"FROM ({tickets}) AS keyed"))


def _chosen(selection: Selection) -> str:
    return (
        _WHICH[selection.which]
        + (" AND t.kind = :kind" if selection.kind else "")
        + (" AND t.state_label = :state" if selection.state else "")
        + (" AND t.priority_label = :priority" if selection.priority else "")
    )


def _values(selection: Selection, reader: Reader) -> dict[str, Value]:
    kind = selection.kind.value if selection.kind else ""
    chosen = {"kind": kind, "state": selection.state, "priority": selection.priority}
    return {**chosen, **reader.values()}


def _kind(kind: TicketKind, rows: list[Row]) -> KindCount:
    still_open = [row for row in rows if row["is_open"]]
    return KindCount(
        kind=kind,
        states=tuple((row["state_label"], int(row["n"])) for row in still_open),
        overdue=sum(int(row["overdue"]) for row in still_open),
        done=sum(int(row["n"]) for row in rows if not row["is_open"]),
    )
