"""Questions that show what an instance lets Snowline see; none of them writes anything."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from connector.http import Answer, Http, is_sign_in_page, leads_to_sign_in
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import ME, rows_in, table_call, time_in, total_in, unsigned

_OK: Final = 200
_FORBIDDEN: Final = 403
_SHOWN: Final = 10
_ON: Final = frozenset({301, 302, 303, 307, 308})
_BEFORE_SIGN_IN: Final = _ON | {_OK, 401, _FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """How an instance answers somebody who has not signed in.

    ``is_data`` tells JSON from a page; ``ahead`` is how far its clock is ahead of ours.
    ``is_sign_in`` tells that it is sent to, or gets, a page to sign in on.
    """

    status: int
    is_data: bool
    ahead: timedelta | None
    is_sign_in: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """Whether it sends the caller on."""
        return self.status in _ON

    @property
    def is_closed(self) -> bool:
        """Whether it refuses the caller before it knows who calls."""
        return self.status == _FORBIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What a question about a table shows.

    ``total`` counts the rows that are there, with those not shown; ``refused`` tells that the
    question itself is not allowed.
    """

    rows: tuple[dict[str, Any], ...] = ()
    total: int = 0
    refused: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """Return what the shown rows hold in a field, where they hold anything."""
        found = (row.get(name) for row in self.rows)
        return tuple(value for value in found if isinstance(value, str) and value)


async def knock(http: Http, host: str) -> Knock:
    """Ask without signing in.

    Raises:
        ProviderError: it does not answer; as ``Http.send`` describes.
    """
    answer = await http.send(unsigned(host, accepts=_BEFORE_SIGN_IN))
    at = time_in(answer)
    return Knock(
        status=answer.status,
        is_data=isinstance(answer.body, dict),
        ahead=at - http.now() if at else None,
        is_sign_in=_is_sign_in(answer),
    )


def _is_sign_in(answer: Answer) -> bool:
    if answer.status in _ON:
        return leads_to_sign_in(answer.headers.get("location", ""))
    page = answer.status == _OK and not isinstance(answer.body, dict)
    return page and is_sign_in_page(answer.headers)


async def own_user(client: ServiceNowClient) -> Glimpse:
    """Look at the user whom the token belongs to.

    Raises:
        ProviderError: as ``glimpse`` describes.
    """
    return await glimpse(client, "sys_user", ME, "sys_id,user_name,email")


async def glimpse(
    client: ServiceNowClient, table: str, query: str, fields: str, limit: int = _SHOWN
) -> Glimpse:
    """Look at the first rows of a query, ``fields`` of them.

    Raises:
        UnauthorizedError: the token is not accepted.
        ProviderError: it does not answer; as ``Http.send`` describes.
    """
    params = {
        "sysparm_query": query,
        "sysparm_fields": fields,
        "sysparm_limit": str(limit),
        "sysparm_exclude_reference_link": "true",
    }
    accepts = frozenset({_FORBIDDEN})
    call = table_call(
        client.host, client.token, table, method="GET", params=params, accepts=accepts
    )
    answer = await client.http.send(call)
    if answer.status == _FORBIDDEN:
        return Glimpse(refused=True)
    rows = tuple(rows_in(answer))
    return Glimpse(rows=rows, total=total_in(answer, len(rows)))
