"""Questions about an instance's ticket tables: their columns, choices, groups and states.

What only admins may read is asked for all the same: where it is open it says more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from connector.errors import InvalidInputError
from connector.models import Column, Group, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.mapping import Cell, cell_of, may_be_mapped
from connector.servicenow.probes import glimpse
from connector.servicenow.record import is_sys_id
from connector.servicenow.table import result_in, rows_in, table_call
from connector.text import clean, query_value

_GROUPS: Final = "sys_user_group"
_MOST_COLUMNS: Final = 2_000
_MOST: Final = 100
_LABEL: Final = 80
_TASK: Final = "task"
_JOURNALS: Final = "journal"
# What every instance begins with, for those that show nobody their choices.
_SHIPPED: Final[Mapping[TicketKind, Mapping[str, tuple[str, ...]]]] = {
    TicketKind.INCIDENT: {
        "category": ("inquiry", "software", "hardware", "network", "database"),
        "contact_type": ("email", "monitoring", "phone", "self-service", "virtual_agent"),
    },
    TicketKind.CHANGE_REQUEST: {
        "category": ("Hardware", "Software", "Service", "Network", "Documentation", "Other"),
        "risk": ("2", "3", "4"),
    },
}
_SHIPPED_LABELS: Final = {
    "inquiry": "Inquiry / Help",
    "virtual_agent": "Virtual Agent",
    "2": "High",
    "3": "Moderate",
    "4": "Low",
}


async def columns(client: ServiceNowClient, kind: TicketKind) -> tuple[Column, ...]:
    """Name the columns that may be mapped, custom ones first, by their labels.

    They are those that a record shows to the integration user, and those of the dictionary
    where it may read that.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    found = await _seen(client, kind)
    for column in await _in_dictionary(client, kind):
        known = found.get(column.name)
        target = column.points_at or (known.points_at if known else "")
        found[column.name] = Column(name=column.name, label=column.label, points_at=target)
    usable = (each for each in found.values() if may_be_mapped(each.name))
    return tuple(sorted(usable, key=_custom_first))


def _custom_first(column: Column) -> tuple[bool, str, str]:
    return (not column.name.startswith("u_"), column.label.casefold(), column.name)


async def _seen(client: ServiceNowClient, kind: TicketKind) -> dict[str, Column]:
    # Without sysparm_fields a record comes with all its columns; custom ones are among them.
    params = {"sysparm_limit": "1", "sysparm_display_value": "all"}
    call = table_call(client.host, client.token, kind.value, method="GET", params=params)
    rows = rows_in(await client.http.send(call))
    cells = rows[0] if rows else {}
    return {
        name: Column(name=name, label=_humane(name), points_at=_target(name, cell))
        for name, cell in cells.items()
    }


async def _in_dictionary(client: ServiceNowClient, kind: TicketKind) -> list[Column]:
    fields = "name,element,column_label,internal_type,reference"
    query = f"nameINtask,{kind.value}^elementISNOTEMPTY"
    seen = await glimpse(client, "sys_dictionary", query, fields, _MOST_COLUMNS)
    # What the table says of a column comes after what it has from tasks.
    rows = sorted(seen.rows, key=lambda row: row.get("name") == kind.value)
    return [
        Column(
            name=str(row["element"]),
            label=clean(str(row.get("column_label")), _LABEL) or _humane(str(row["element"])),
            points_at=str(row.get("reference") or ""),
        )
        for row in rows
        if row.get("element") and not str(row.get("internal_type")).startswith(_JOURNALS)
    ]


def _humane(name: str) -> str:
    return name.removeprefix("u_").replace("_", " ").capitalize()


def _target(name: str, cell: Any) -> str:
    if name == "assignment_group":
        return _GROUPS
    link = str(cell.get("link") or "") if isinstance(cell, dict) else ""
    return link.partition("/table/")[2].partition("/")[0]


async def choices(
    client: ServiceNowClient, kind: TicketKind, column: str
) -> tuple[tuple[str, str], ...]:
    """Name a column's values with their labels: those of the instance, else the shipped ones.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    return await _choices_of(client, kind.value, column) or tuple(
        (value, _SHIPPED_LABELS.get(value, value.capitalize()))
        for value in _SHIPPED[kind].get(column, ())
    )


async def _choices_of(
    client: ServiceNowClient, table: str, column: str
) -> tuple[tuple[str, str], ...]:
    # A table with choices of its own has none of those of tasks.
    query = f"name={table}^element={column}^language=en^inactive=false^ORDERBYsequence"
    seen = await glimpse(client, "sys_choice", query, "element,value,label", _MOST)
    found = {
        str(row["value"]): clean(str(row.get("label")), _LABEL) or str(row["value"])
        for row in seen.rows
        if row.get("element") == column and row.get("value")
    }
    if not found and table != _TASK:
        return await _choices_of(client, _TASK, column)
    return tuple(found.items())


async def groups(client: ServiceNowClient, words: str) -> tuple[Group, ...]:
    """Find active groups by a part of their name, at most 100.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    try:
        like = f"^nameLIKE{query_value(words)}" if words else ""
    except InvalidInputError:
        return ()
    return await _groups(client, f"active=true{like}^ORDERBYname")


async def groups_of(client: ServiceNowClient, sys_ids: Iterable[str]) -> dict[str, Group]:
    """Read groups by their sys_ids; those that are not there are left out.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    wanted = {each for each in sys_ids if is_sys_id(each)}
    if not wanted:
        return {}
    found = await _groups(client, f"sys_idIN{','.join(sorted(wanted))}")
    return {each.sys_id: each for each in found if each.sys_id in wanted}


async def _groups(client: ServiceNowClient, query: str) -> tuple[Group, ...]:
    seen = await glimpse(client, _GROUPS, query, "sys_id,name", _MOST)
    named = ((str(row.get("sys_id")), clean(str(row.get("name")), _LABEL)) for row in seen.rows)
    return tuple(
        Group(sys_id=sys_id, name=name) for sys_id, name in named if is_sys_id(sys_id) and name
    )


async def cells(
    client: ServiceNowClient, kind: TicketKind, sys_id: str, names: Iterable[str]
) -> dict[str, Cell]:
    """Read some columns of one record; those that may not be read are left out.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    params = {
        "sysparm_display_value": "all",
        "sysparm_exclude_reference_link": "true",
        "sysparm_fields": ",".join(names),
    }
    path = f"{kind.value}/{sys_id}"
    call = table_call(client.host, client.token, path, method="GET", params=params)
    row = result_in(await client.http.send(call))
    return {name: cell_of(cell) for name, cell in row.items()} if isinstance(row, dict) else {}


async def states(client: ServiceNowClient, kind: TicketKind) -> dict[str, tuple[str, bool]]:
    """Find states by value, with their label and whether records in them are active.

    They are those of the newest 100 records, and those of the choices where these can be read.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    found = {value: (label, True) for value, label in await choices(client, kind, "state")}
    params = {
        "sysparm_query": "ORDERBYDESCsys_updated_on",
        "sysparm_fields": "state,active",
        "sysparm_display_value": "all",
        "sysparm_limit": str(_MOST),
    }
    call = table_call(client.host, client.token, kind.value, method="GET", params=params)
    for row in rows_in(await client.http.send(call)):
        state, active = cell_of(row.get("state")), cell_of(row.get("active"))
        if state.value:
            label = clean(state.shown or state.value, _LABEL)
            found[state.value] = (label, active.value != "false")
    return found


async def set_state(client: ServiceNowClient, kind: TicketKind, sys_id: str, state: str) -> bool:
    """Move one record to a state, and tell whether it stands there now.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    params = {"sysparm_fields": "sys_id,state", "sysparm_exclude_reference_link": "true"}
    call = table_call(
        client.host,
        client.token,
        f"{kind.value}/{sys_id}",
        method="PATCH",
        params=params,
        json={"state": state},
        writes=True,
    )
    row = result_in(await client.http.send(call))
    return isinstance(row, dict) and row.get("sys_id") == sys_id and row.get("state") == state
