"""Changing a record that exists, and what is asked about it first.

Sources: REST API reference, "Table API" (PATCH) and "Change Management API" (nextstates).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.errors import (
    InvalidInputError,
    OutcomeUnknownError,
    Provider,
    ProviderRefusedError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.http import Call, MissingError
from connector.models import Choice, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.record import Record, fields_of, is_sys_id, to_record
from connector.servicenow.table import result_in, rows_in, table_call
from connector.text import clean, query_value

JOURNALS: Final = ("comments", "work_notes")
_QUICK: Final = 1.5
"""Seconds for what a form asks before it opens: Slack waits for three."""
_MOST: Final = 20
_LABEL: Final = 200
_HEADING: Final = r"[^\n]* - [^\n]*\([^\n]*\)\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A record with more of its columns.

    ``values`` and ``shown``, which is how people read them, lack the columns that may not be
    read; ``journals`` holds the whole text of each journal that may, newest entry first, as people
    read it.
    """

    record: Record
    values: Mapping[str, str]
    shown: Mapping[str, str]
    journals: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStates:
    """The states that a change request may move to; ``barred`` says what stands in the way."""

    states: tuple[Choice, ...]
    barred: tuple[tuple[str, str], ...]


async def read(
    client: ServiceNowClient, *, kind: TicketKind, sys_id: str, columns: Iterable[str]
) -> Seen | None:
    """Read one record; None where it is gone or out of sight.

    Raises:
        UnexpectedAnswerError: another record came.
        ProviderError: as ``Http.send`` describes.
    """
    try:
        answer = await client.http.send(_record_call(client, "GET", kind, sys_id, columns))
    except MissingError:
        return None
    return _seen(kind, sys_id, result_in(answer))


async def change(
    client: ServiceNowClient, *, kind: TicketKind, sys_id: str, values: Mapping[str, str]
) -> Seen:
    """Set columns of one record and return it as ServiceNow kept it.

    Setting a column may be repeated; writing into a journal adds an entry each time.

    Raises:
        OutcomeUnknownError: the answer did not come or is not the instance's.
        MissingError: there is no such record, or it is out of sight.
        ProviderError: as ``Http.send`` describes.
    """
    call = _record_call(client, "PATCH", kind, sys_id, values, json=dict(values), writes=True)
    answer = await client.http.send(call)
    try:
        return _seen(kind, sys_id, result_in(answer))
    except UnexpectedAnswerError as exc:
        raise OutcomeUnknownError(Provider.SERVICENOW, exc.reason) from exc


async def next_states(client: ServiceNowClient, *, sys_id: str) -> NextStates | None:
    """Read where a change request may go; None where the instance does not say.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
    """
    call = Call(
        provider=Provider.SERVICENOW,
        method="GET",
        url=f"https://{client.host}/api/sn_chg_rest/change/{checked(sys_id)}/nextstates",
        headers={"authorization": f"Bearer {client.token.get_secret_value()}"},
        deadline=_QUICK,
    )
    try:
        result = result_in(await client.http.send(call))
    except SignInExpiredError:
        raise
    except (ProviderRefusedError, UnexpectedAnswerError):
        return None
    return _next_states(result) if isinstance(result, dict) else None


async def close_codes(client: ServiceNowClient, *, kind: TicketKind) -> tuple[Choice, ...]:
    """Read the codes that records of this instance were lately closed with.

    The list of choices itself is shown to admins only.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
    """
    query = "close_codeISNOTEMPTY^ORDERBYDESCsys_updated_on"
    params = {
        "sysparm_query": query,
        "sysparm_fields": "close_code",
        "sysparm_display_value": "all",
        "sysparm_limit": "100",
    }
    found = {}
    for row in await _rows(client, kind.value, params):
        value, label = _cell(row.get("close_code"))
        found[value] = clean(label or value, _LABEL)
    return tuple(Choice(value=value, label=found[value]) for value in sorted(found) if value)


async def people(client: ServiceNowClient, *, words: str) -> tuple[Choice, ...]:
    """Find active users by the beginning of a name or an e-mail address.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
    """
    return await _named(client, "sys_user", ("name", "first_name", "last_name", "email"), words)


async def groups(client: ServiceNowClient, *, words: str) -> tuple[Choice, ...]:
    """Find active groups by a part of their names.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
    """
    return await _named(client, "sys_user_group", ("name",), words)


def times_written(journal: str, entry: str) -> int:
    """Count how often a journal, as people read it, holds exactly this entry."""
    body = re.escape(_even(entry))
    pattern = rf"(?:\A|\n){_HEADING}{body}\n*(?=\n{_HEADING}|\Z)"
    return len(re.findall(pattern, _even(journal)))


def _even(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _record_call(
    client: ServiceNowClient,
    method: str,
    kind: TicketKind,
    sys_id: str,
    columns: Iterable[str],
    **rest: Any,
) -> Call:
    params = {
        "sysparm_display_value": "all",
        "sysparm_exclude_reference_link": "true",
        "sysparm_fields": ",".join(dict.fromkeys((*fields_of(kind).split(","), *columns))),
    }
    path = f"{kind.value}/{checked(sys_id)}"
    return table_call(client.host, client.token, path, method=method, params=params, **rest)


def _seen(kind: TicketKind, sys_id: str, row: Any) -> Seen:
    record = to_record(kind, row)
    if record.sys_id != sys_id:
        raise UnexpectedAnswerError(Provider.SERVICENOW, "another sys_id than asked for")
    return Seen(
        record=record,
        values={name: _cell(each)[0] for name, each in row.items() if name not in JOURNALS},
        shown={name: _cell(each)[1] for name, each in row.items() if name not in JOURNALS},
        journals={name: _cell(row[name])[1] for name in JOURNALS if name in row},
    )


def _cell(raw: Any) -> tuple[str, str]:
    halves = raw if isinstance(raw, dict) else {"value": raw, "display_value": raw}
    value, shown = (str(halves.get(name) or "") for name in ("value", "display_value"))
    return value, shown


async def _rows(client: ServiceNowClient, table: str, params: dict[str, str]) -> list[Any]:
    call = table_call(
        client.host, client.token, table, method="GET", params=params, deadline=_QUICK
    )
    try:
        return list(rows_in(await client.http.send(call)))
    except SignInExpiredError:
        raise
    except (ProviderRefusedError, UnexpectedAnswerError):
        return []


async def _named(
    client: ServiceNowClient, table: str, columns: tuple[str, ...], words: str
) -> tuple[Choice, ...]:
    try:
        typed = query_value(" ".join(words.split())) if words.strip() else ""
    except InvalidInputError:
        return ()
    fitting = "^OR".join(f"{column}STARTSWITH{typed}" for column in columns)
    params = {
        "sysparm_query": f"active=true{f'^{fitting}' if typed else ''}^ORDERBYname",
        "sysparm_fields": "sys_id,name,email,active",
        "sysparm_limit": str(_MOST),
    }
    rows = await _rows(client, table, params)
    return tuple(_choice(row) for row in rows if is_sys_id(str(row.get("sys_id", ""))))


def _choice(row: Mapping[str, Any]) -> Choice:
    name = clean(str(row.get("name") or row.get("email") or "?"), _LABEL)
    return Choice(value=str(row["sys_id"]), label=name)


def _next_states(result: Mapping[str, Any]) -> NextStates | None:
    labels = result.get("state_label")
    available = result.get("available_states")
    if not isinstance(labels, dict) or not isinstance(available, list):
        return None
    states = [
        Choice(value=str(each), label=clean(str(labels.get(str(each)) or each), _LABEL))
        for each in available
    ]
    return NextStates(states=tuple(states), barred=tuple(_barred(result)))


def _barred(result: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    groups = result.get("state_transitions")
    rows = [row for group in groups if isinstance(group, list) for row in group] if groups else []
    for row in rows:
        if isinstance(row, dict) and row.get("transition_available") is False:
            yield str(row.get("to_state", "")), "; ".join(_failed(row.get("conditions")))


def _failed(conditions: Any) -> Iterable[str]:
    for each in conditions if isinstance(conditions, list) else []:
        about = each.get("condition") if isinstance(each, dict) else None
        if isinstance(about, dict) and each.get("passed") is False:
            yield clean(str(about.get("name") or about.get("description") or ""), _LABEL)


def checked(sys_id: str) -> str:
    """Return a sys_id that may stand in an address or a query.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    if not is_sys_id(sys_id):
        raise UnexpectedAnswerError(Provider.SERVICENOW, "a sys_id that is none")
    return sys_id
