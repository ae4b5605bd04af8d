"""Writes that show what an instance lets Snowline write, and that leave nothing behind."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from connector.models import TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import result_in, table_call

_REWRITTEN: Final = ("correlation_display", "short_description")
_FIELDS: Final = ",".join(("sys_id", "sys_updated_on", "sys_mod_count", *_REWRITTEN))
_MISSING: Final = frozenset({HTTPStatus.NOT_FOUND})
_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of writing a value to the record that has it: one of these, or all is well.

    ``unseen``: the record, or every such field of it, may not be read; ``refused``: it may not be
    written; ``traced``: the instance noted a change although there was none.
    """

    unseen: bool = False
    refused: bool = False
    traced: bool = False


async def rewrite(client: ServiceNowClient, kind: TicketKind, sys_id: str) -> Trial:
    """Write to a record the very value it has; may be repeated.

    Source: Table API, ``PATCH``; a record whose values stay is not saved, so that
    ``sys_updated_on`` and ``sys_mod_count`` stay, and neither rules nor notifications run.

    Raises:
        ProviderError: it did not answer; as ``Http.send`` describes.
    """
    path = f"{kind.value}/{sys_id}"
    before = await _read(client, path)
    name = next((each for each in _REWRITTEN if each in before), "")
    if not name:
        return Trial(unseen=True)
    call = table_call(
        client.host,
        client.token,
        path,
        method="PATCH",
        params={"sysparm_fields": "sys_id"},
        json={name: before[name]},
        writes=True,
        accepts=_MISSING | _REFUSED,
    )
    answer = await client.http.send(call)
    if answer.status in _REFUSED:
        return Trial(refused=True)
    after = await _read(client, path)
    if not after:
        return Trial(unseen=True)
    return Trial(traced=_traces(before) != _traces(after))


async def _read(client: ServiceNowClient, path: str) -> dict[str, Any]:
    """Read a record's raw values; empty where it is not there or may not be read."""
    params = {"sysparm_fields": _FIELDS}
    call = table_call(
        client.host, client.token, path, method="GET", params=params, accepts=_MISSING | _REFUSED
    )
    answer = await client.http.send(call)
    if answer.status in _MISSING | _REFUSED:
        return {}
    result = result_in(answer)
    return result if isinstance(result, dict) else {}


def _traces(row: dict[str, Any]) -> tuple[Any, Any]:
    return row.get("sys_updated_on"), row.get("sys_mod_count")
