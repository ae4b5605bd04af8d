"""Questions that show what an instance lets Snowline do; none of them writes anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from connector.errors import Provider, UnexpectedAnswerError
from connector.http import Answer, Call, Http
from connector.servicenow.client import ServiceNowClient

_FORBIDDEN: Final = 403
_SHOWN: Final = 10
_ME: Final = "user_name=javascript:gs.getUserName()"
_ON: Final = frozenset({301, 302, 303, 307, 308})
_BEFORE_SIGN_IN: Final = _ON | {200, 401, _FORBIDDEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """How an instance answers somebody who has not signed in.

    ``is_data`` tells JSON from a page; ``ahead`` is how far its clock is ahead of ours.
    """

    status: int
    is_data: bool
    ahead: timedelta | None

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
    call = Call(
        provider=Provider.SERVICENOW,
        method="GET",
        url=f"https://{host}/api/now/table/incident",
        params={"sysparm_fields": "sys_id", "sysparm_limit": "1"},
        accepts=_BEFORE_SIGN_IN,
    )
    answer = await http.send(call)
    is_data = isinstance(answer.body, dict)
    return Knock(status=answer.status, is_data=is_data, ahead=_ahead(answer, http.now()))


async def own_user(client: ServiceNowClient) -> Glimpse:
    """Look at the user whom the token belongs to.

    Raises:
        ProviderError: as ``glimpse`` describes.
    """
    return await glimpse(client, "sys_user", _ME, "sys_id,user_name,email")


async def glimpse(
    client: ServiceNowClient, table: str, query: str, fields: str, limit: int = _SHOWN
) -> Glimpse:
    """Look at the first rows of a query, ``fields`` of them.

    Raises:
        UnauthorizedError: the token is not accepted.
        ProviderError: it does not answer; as ``Http.send`` describes.
    """
    call = Call(
        provider=Provider.SERVICENOW,
        method="GET",
        url=f"https://{client.host}/api/now/table/{table}",
        headers={"authorization": f"Bearer {client.token.get_secret_value()}"},
        params={
            "sysparm_query": query,
            "sysparm_fields": fields,
            "sysparm_limit": str(limit),
            "sysparm_exclude_reference_link": "true",
        },
        accepts=frozenset({_FORBIDDEN}),
    )
    answer = await client.http.send(call)
    if answer.status == _FORBIDDEN:
        return Glimpse(refused=True)
    rows = _rows(answer)
    total = answer.headers.get("x-total-count", "")
    return Glimpse(rows=rows, total=int(total) if total.isdecimal() else len(rows))


def _rows(answer: Answer) -> tuple[dict[str, Any], ...]:
    result = answer.body.get("result") if isinstance(answer.body, dict) else None
    if not isinstance(result, list) or not all(isinstance(row, dict) for row in result):
        raise UnexpectedAnswerError(Provider.SERVICENOW, f"{answer.status} without rows")
    return tuple(result)


def _ahead(answer: Answer, now: datetime) -> timedelta | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")) - now
    except (ValueError, TypeError):
        # No date, or one without a time zone.
        return None
