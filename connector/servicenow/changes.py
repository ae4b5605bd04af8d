"""ServiceNow's Change Management API: standard change requests and their templates.

Source: REST API reference, "Change Management API", ``/api/sn_chg_rest/change``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from connector.errors import (
    OutcomeUnknownError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    UnexpectedAnswerError,
    UnseenError,
)
from connector.http import Answer, Call, MissingError
from connector.models import ChangeTemplate, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.mapping import further_in
from connector.servicenow.marks import reference_of
from connector.servicenow.record import Record, is_sys_id
from connector.servicenow.table import result_in, rows_in
from connector.text import clean, query_value
from connector.words import later

_NOT_TAKEN: Final = frozenset({"sys_id", "type"})
"""What this API chooses by itself: nobody promises that it keeps a sys_id."""
_NO_TEMPLATE: Final = later(
    "does not have the template of this standard change any more, or does not let Snowline use it."
    " Choose another one."
)
_MOST: Final = 100
_LONGEST_NAME: Final = 255


async def standard_templates(
    client: ServiceNowClient, words: Sequence[str] = ()
) -> tuple[ChangeTemplate, ...]:
    """Read the active templates whose names hold every word, by name; at most 100.

    Raises:
        InvalidInputError: a word may not stand in a query.
        ProviderError: as ``Http.send`` describes.
    """
    named = "".join(f"^nameLIKE{query_value(word)}" for word in words)
    query = {"sysparm_query": f"active=true{named}^ORDERBYname", "sysparm_limit": str(_MOST)}
    rows = rows_in(await _send(client, "GET", "template", params=query))
    every = [each for each in map(_template, rows) if each is not None]
    # An instance drops a term that it does not know, and answers with the whole table.
    wanted = [word.casefold() for word in words]
    return tuple(each for each in every if all(w in each.name.casefold() for w in wanted))


async def insert_standard(
    client: ServiceNowClient, template: str, payload: Mapping[str, str]
) -> Record:
    """Make one change request from a template and return it as the Table API reads it back.

    Never safe to repeat: the instance chooses the sys_id. What is raised after the request has
    left never says that it was not carried out where it may have been.

    Raises:
        UnseenError: the record was made, and could not be read back.
        OutcomeUnknownError: the answer did not come or is not the instance's.
        ProviderError: as ``Http.send`` describes.
    """
    if not is_sys_id(template):
        raise UnexpectedAnswerError(Provider.SERVICENOW, "a template that is none")
    body = {name: value for name, value in payload.items() if name not in _NOT_TAKEN}
    try:
        answer = await _send(client, "POST", template, json=body, writes=True)
    except MissingError as exc:
        raise ProviderRefusedError(Provider.SERVICENOW, exc.reason, remedy=_NO_TEMPLATE) from exc
    sys_id = _made(answer, payload["correlation_id"])
    try:
        # A refused token must not lead to the request being sent again with another.
        record = await client.by_sys_id(TicketKind.CHANGE_REQUEST, sys_id, further_in(payload))
    except ProviderError as exc:
        raise UnseenError(Provider.SERVICENOW, exc.reason) from exc
    if record is None:
        raise UnseenError(Provider.SERVICENOW, "what was made is not shown")
    if reference_of(record) not in {"", payload["correlation_id"]}:
        raise OutcomeUnknownError(Provider.SERVICENOW, "answered with another record")
    return record


async def _send(client: ServiceNowClient, method: str, path: str, **rest: Any) -> Answer:
    call = Call(
        provider=Provider.SERVICENOW,
        method=method,
        url=f"https://{client.host}/api/sn_chg_rest/change/standard/{path}",
        headers={"authorization": f"Bearer {client.token.get_secret_value()}"},
        **rest,
    )
    return await client.http.send(call)


def _made(answer: Answer, reference: str) -> str:
    """Return the sys_id of what was made."""
    try:
        result = result_in(answer)
    except UnexpectedAnswerError as exc:
        raise OutcomeUnknownError(Provider.SERVICENOW, exc.reason) from exc
    row = result if isinstance(result, dict) else {}
    sys_id, theirs = _value(row, "sys_id"), _value(row, "correlation_id")
    if not is_sys_id(sys_id) or theirs not in {"", reference}:
        raise OutcomeUnknownError(Provider.SERVICENOW, "answered with another record")
    return sys_id


def _template(row: Mapping[str, Any]) -> ChangeTemplate | None:
    sys_id = _value(row, "sys_id")
    name = clean(_value(row, "name") or _value(row, "short_description"), _LONGEST_NAME)
    return ChangeTemplate(id=sys_id, name=name) if is_sys_id(sys_id) and name else None


def _value(row: Mapping[str, Any], name: str) -> str:
    cell = row.get(name)
    value = cell.get("value") if isinstance(cell, dict) else cell
    return value if isinstance(value, str) else ""
