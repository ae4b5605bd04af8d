"""Which roles a person has, and which of them may read tickets.

Sources: Table API, ``sys_user_has_role``; the roles of Incident Management and Change Management.
"""

from collections.abc import Mapping
from typing import Any, Final

from connector.errors import (
    InvalidInputError,
    ProviderRefusedError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.models import TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import rows_in, table_call
from connector.text import query_value

READERS: Final[Mapping[TicketKind, frozenset[str]]] = {
    TicketKind.INCIDENT: frozenset({"admin", "itil", "sn_incident_read", "sn_incident_write"}),
    TicketKind.CHANGE_REQUEST: frozenset({"admin", "itil", "sn_change_read", "sn_change_write"}),
}
"""The roles that read tickets as ServiceNow ships them; roles inside others are listed, too."""
_QUICK: Final = 1.5
"""Seconds: whoever waits for this waits for three in all."""
_MOST: Final = 500


async def of_person(client: ServiceNowClient, *, email: str) -> frozenset[str]:
    """Name the roles of the one active user with exactly that e-mail address.

    Empty where there is none, more than one, or where roles cannot be read.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
    """
    try:
        query = f"user.email={query_value(email)}^user.active=true^state=active"
        params = {
            "sysparm_query": query,
            "sysparm_fields": "user,user.email,role.name",
            "sysparm_exclude_reference_link": "true",
            "sysparm_limit": str(_MOST),
        }
        call = table_call(
            client.host,
            client.token,
            "sys_user_has_role",
            method="GET",
            params=params,
            deadline=_QUICK,
        )
        rows = rows_in(await client.http.send(call))
    except SignInExpiredError:
        raise
    except (InvalidInputError, ProviderRefusedError, UnexpectedAnswerError):
        return frozenset()
    return _of_one(rows, email.casefold())


def _of_one(rows: list[dict[str, Any]], email: str) -> frozenset[str]:
    theirs = [row for row in rows if str(row.get("user.email", "")).casefold() == email]
    users = {str(row.get("user") or "") for row in theirs}
    if len(users) != 1 or "" in users:
        return frozenset()
    return frozenset(str(row.get("role.name") or "") for row in theirs) - {""}
