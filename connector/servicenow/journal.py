"""What was said on tickets, asked of the Table API.

Source: REST API reference, "Table API": a journal column's display value is the whole journal;
its rows, in ``sys_journal_field``, are shown to few.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from connector.errors import Provider, UnexpectedAnswerError
from connector.models import JournalElement, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.entries import Piece, keys_of, pieces_of
from connector.servicenow.record import is_sys_id
from connector.servicenow.table import ME, rows_in, table_call
from connector.text import visible

READ_TOGETHER: Final = 10
"""How many tickets' journals one question asks for: each may be long."""
_MOST_ROWS: Final = 200


class _Shown(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    value: str | None = ""
    display_value: str | None = ""


_NOTHING: Final = _Shown()


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    sys_id: _Shown
    sys_updated_on: _Shown
    sys_mod_count: _Shown = _NOTHING
    comments: _Shown = _NOTHING
    work_notes: _Shown = _NOTHING


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    element_id: str
    element: JournalElement
    value: str
    sys_created_on: datetime
    sys_created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What was said on one ticket, the newest first in each element.

    ``updated_shown`` is ``updated_at`` as heads of entries write their times. ``updates`` counts
    the ticket's updates; None where that may not be read.
    """

    sys_id: str
    updated_at: datetime
    updated_shown: str
    updates: int | None
    pieces: dict[JournalElement, tuple[Piece, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One row of a journal; ``by`` is a user name."""

    key: str
    element: JournalElement
    text: str
    at: datetime
    by: str


async def journals_of(
    client: ServiceNowClient, *, kind: TicketKind, sys_ids: tuple[str, ...]
) -> tuple[Journal, ...]:
    """Read what was said on at most ``READ_TOGETHER`` tickets; those out of sight are left out.

    Raises:
        UnexpectedAnswerError: something else came than was asked for.
        ProviderError: as ``Http.send`` describes.
    """
    rows = await _rows(
        client,
        kind.value,
        sysparm_query=f"sys_idIN{_listed(sys_ids)}",
        sysparm_fields=",".join(_Row.model_fields),
        sysparm_display_value="all",
        sysparm_limit=str(READ_TOGETHER),
    )
    found = tuple(_journal(row) for row in rows)
    if any(each.sys_id not in sys_ids for each in found):
        raise _strange("rows with another sys_id")
    return found


async def written_on(client: ServiceNowClient, *, sys_id: str) -> tuple[Written, ...] | None:
    """Read the rows of a ticket's journal, in any order; empty where they are not shown.

    None where there are more than 200.

    Raises:
        UnexpectedAnswerError: something else came than was asked for.
        ProviderError: as ``Http.send`` describes.
    """
    elements = ",".join(JournalElement)
    rows = await _rows(
        client,
        "sys_journal_field",
        sysparm_query=f"element_id={_listed((sys_id,))}^elementIN{elements}"
        "^ORDERBYDESCsys_created_on",
        sysparm_fields=",".join(_Entry.model_fields),
        sysparm_limit=str(_MOST_ROWS + 1),
    )
    try:
        entries = [_Entry.model_validate(row) for row in rows]
    except ValidationError as exc:
        raise _strange("an unusable row of a journal") from exc
    if any(each.element_id != sys_id for each in entries):
        raise _strange("a journal of another ticket")
    return None if len(entries) > _MOST_ROWS else _written(entries)


async def own_name(client: ServiceNowClient) -> str:
    """Read how ServiceNow names the token's own user to people; empty where it does not say.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    rows = await _rows(
        client, "sys_user", sysparm_query=ME, sysparm_fields="name", sysparm_limit="2"
    )
    return visible(str(rows[0].get("name") or "")) if len(rows) == 1 else ""


async def _rows(client: ServiceNowClient, table: str, **params: str) -> list[dict[str, Any]]:
    call = table_call(client.host, client.token, table, method="GET", params=params)
    return rows_in(await client.http.send(call))


def _journal(row: dict[str, Any]) -> Journal:
    try:
        read = _Row.model_validate(row)
        updates = read.sys_mod_count.value or ""
        return Journal(
            sys_id=read.sys_id.value or "",
            updated_at=datetime.fromisoformat(f"{read.sys_updated_on.value}+00:00"),
            updated_shown=read.sys_updated_on.display_value or "",
            updates=int(updates) if updates.isdecimal() else None,
            pieces={
                element: pieces_of(element, shown.display_value or "")
                for element, shown in (
                    (JournalElement.COMMENTS, read.comments),
                    (JournalElement.WORK_NOTES, read.work_notes),
                )
            },
        )
    except ValueError as exc:
        raise _strange("a ticket whose journal cannot be read") from exc


def _written(entries: list[_Entry]) -> tuple[Written, ...]:
    found: list[Written] = []
    for element in JournalElement:
        own = [each for each in entries if each.element is element]
        texts = [visible(each.value).strip() for each in own]
        for each, text, key in zip(own, texts, keys_of(element, texts), strict=True):
            at, by = each.sys_created_on.replace(tzinfo=UTC), each.sys_created_by
            found.append(Written(key=key, element=element, text=text, at=at, by=by))
    return tuple(found)


def _listed(sys_ids: tuple[str, ...]) -> str:
    if not all(map(is_sys_id, sys_ids)):
        raise _strange("a sys_id that is none")
    return ",".join(sys_ids)


def _strange(reason: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(Provider.SERVICENOW, reason)
