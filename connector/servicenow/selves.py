"""Who somebody is in an instance, by their verified e-mail address."""

from typing import Final

from connector.errors import (
    InvalidInputError,
    ProviderRefusedError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.table import rows_in, table_call
from connector.text import query_value

_QUICK: Final = 2.0
_NOBODY: Final = ("", "")


async def self_of(client: ServiceNowClient, *, email: str) -> tuple[str, str]:
    """Read user name and name of the one active user with exactly that e-mail address.

    Both are empty where there is none, more than one, or where users cannot be read.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
        SignInExpiredError: it no longer accepts the sign-in.

    Source:
        Table API, ``GET /api/now/table/sys_user``; ``sys_updated_by`` holds user names.
    """
    try:
        params = {
            "sysparm_query": f"email={query_value(email)}^active=true",
            "sysparm_fields": "user_name,name,email",
            "sysparm_limit": "5",
        }
        call = table_call(
            client.host, client.token, "sys_user", method="GET", params=params, deadline=_QUICK
        )
        rows = rows_in(await client.http.send(call))
    except SignInExpiredError:
        raise
    except (InvalidInputError, ProviderRefusedError, UnexpectedAnswerError):
        return _NOBODY
    exact = [row for row in rows if str(row.get("email", "")).casefold() == email.casefold()]
    if len(exact) != 1:
        return _NOBODY
    return str(exact[0].get("user_name") or ""), str(exact[0].get("name") or "")
