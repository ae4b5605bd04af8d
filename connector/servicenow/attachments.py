"""Files that hang on records.

Source: REST API reference, "Attachment API", ``/api/now/attachment``.
"""

from typing import Any, Final

from connector.errors import OutcomeUnknownError, Provider, UnexpectedAnswerError
from connector.http import Call
from connector.models import FileRef, TicketKind
from connector.servicenow.acts import checked
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import result_in, rows_in, total_in

_UPLOAD: Final = 60.0
"""Seconds for a file of ten megabytes."""


async def attach(
    client: ServiceNowClient, *, kind: TicketKind, sys_id: str, file: FileRef, content: bytes
) -> None:
    """Hang a file on a record. Not safe to repeat blindly: each time makes one more.

    Raises:
        OutcomeUnknownError: the answer did not come or is not the instance's.
        ProviderError: as ``Http.send`` describes.
    """
    named = {"table_name": kind.value, "table_sys_id": checked(sys_id), "file_name": file.name}
    call = _attachment_call(
        client,
        "POST",
        "/file",
        kind=file.type,
        params=named,
        content=content,
        writes=True,
        deadline=_UPLOAD,
    )
    try:
        row = result_in(await client.http.send(call))
    except UnexpectedAnswerError as exc:
        raise OutcomeUnknownError(Provider.SERVICENOW, exc.reason) from exc
    if not isinstance(row, dict) or str(row.get("size_bytes")) != str(len(content)):
        raise OutcomeUnknownError(Provider.SERVICENOW, "answered with another attachment")


async def times_attached(
    client: ServiceNowClient, *, sys_id: str, name: str, digest: str
) -> int | None:
    """Count the attachments of a record with this name and SHA-256; None where some are hidden.

    Raises:
        ProviderError: as ``Http.send`` describes.
    """
    params = {
        "sysparm_query": f"table_sys_id={checked(sys_id)}",
        "sysparm_limit": "1000",
    }
    answer = await client.http.send(_attachment_call(client, "GET", "", params=params))
    rows = rows_in(answer)
    if total_in(answer, len(rows)) > len(rows):
        return None
    ours = [row for row in rows if row.get("table_sys_id") == sys_id]
    same = [row for row in ours if row.get("file_name") == name]
    return sum(str(row.get("hash") or digest) == digest for row in same)


def _attachment_call(
    client: ServiceNowClient, method: str, path: str, *, kind: str = "", **rest: Any
) -> Call:
    of_type = {"content-type": kind} if kind else {}
    return Call(
        provider=Provider.SERVICENOW,
        method=method,
        url=f"https://{client.host}/api/now/attachment{path}",
        headers={"authorization": f"Bearer {client.token.get_secret_value()}", **of_type},
        **rest,
    )
