"""A user preference of the integration user, in which ServiceNow's people read how it stands.

Source: table ``sys_user_preference``; a row with a user is that user's own. Admins find it in
User Administration > User Preferences.
"""

import uuid
from typing import Any, Final

from connector.errors import Provider, ProviderRefusedError
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import result_in, rows_in, table_call
from connector.text import query_value

_TABLE: Final = "sys_user_preference"
_FIELDS: Final = "sys_id,name,user,value"


async def keep_preference(client: ServiceNowClient, user: str, name: str, value: str) -> None:
    """Have the user whose sys_id is ``user`` prefer ``value``; one row, however often.

    Raises:
        InvalidInputError: the name cannot be searched by.
        ProviderError: it is not kept; as ``Http.send`` describes.
    """
    known = await _known(client, user, name)
    if known is None:
        kept = await _made(client, user, name, value)
    else:
        kept = await _changed(client, known, value)
    if kept.get("value") != value:
        raise ProviderRefusedError(Provider.SERVICENOW, "the preference was not kept as sent")


async def _made(client: ServiceNowClient, user: str, name: str, value: str) -> dict[str, Any]:
    sys_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{client.host}/{user}/{name}").hex
    row = {"sys_id": sys_id, "name": name, "user": user, "type": "string", "value": value}
    try:
        return await _write(client, "POST", _TABLE, row)
    except ProviderRefusedError:
        # Somebody else may just have made it.
        known = await _known(client, user, name)
        if known is None:
            raise
        return await _changed(client, known, value)


async def _changed(client: ServiceNowClient, known: dict[str, Any], value: str) -> dict[str, Any]:
    if known.get("value") == value:
        return known
    return await _write(client, "PATCH", f"{_TABLE}/{known['sys_id']}", {"value": value})


async def _known(client: ServiceNowClient, user: str, name: str) -> dict[str, Any] | None:
    params = {
        "sysparm_query": f"name={query_value(name)}^user={user}",
        "sysparm_fields": _FIELDS,
        "sysparm_limit": "5",
        "sysparm_exclude_reference_link": "true",
    }
    call = table_call(client.host, client.token, _TABLE, method="GET", params=params)
    rows = rows_in(await client.http.send(call))
    # A condition that the instance does not know is dropped, and then others' rows come.
    ours = [row for row in rows if (row.get("name"), row.get("user")) == (name, user)]
    return ours[0] if ours else None


async def _write(
    client: ServiceNowClient, method: str, path: str, row: dict[str, str]
) -> dict[str, Any]:
    call = table_call(
        client.host,
        client.token,
        path,
        method=method,
        params={"sysparm_fields": _FIELDS, "sysparm_exclude_reference_link": "true"},
        json=row,
        writes=True,
    )
    kept = result_in(await client.http.send(call))
    return kept if isinstance(kept, dict) else {}
