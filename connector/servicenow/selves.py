"""Who somebody is in an instance, by their verified e-mail address."""

from dataclasses import dataclass
from typing import Any, Final

from connector.errors import (
    InvalidInputError,
    ProviderRefusedError,
    SignInExpiredError,
    UnexpectedAnswerError,
)
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.record import is_sys_id
from connector.servicenow.table import rows_in, table_call
from connector.text import query_value

_QUICK: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """A user of an instance; all is empty for nobody."""

    sys_id: str = ""
    user_name: str = ""
    name: str = ""


NOBODY: Final = Self()


async def self_of(client: ServiceNowClient, *, email: str) -> Self:
    """Read the one active user with exactly that e-mail address.

    Nobody where there is none, more than one, or where users cannot be read.

    Raises:
        ProviderUnavailableError: the instance could not be asked.
        SignInExpiredError: it no longer accepts the sign-in.

    Source:
        Table API, ``GET /api/now/table/sys_user``; ``sys_updated_by`` holds user names.
    """
    try:
        params = {
            "sysparm_query": f"email={query_value(email)}^active=true",
            "sysparm_fields": "sys_id,user_name,name,email",
            "sysparm_limit": "5",
        }
        call = table_call(
            client.host, client.token, "sys_user", method="GET", params=params, deadline=_QUICK
        )
        rows = rows_in(await client.http.send(call))
    except SignInExpiredError:
        raise
    except (InvalidInputError, ProviderRefusedError, UnexpectedAnswerError):
        return NOBODY
    exact = [row for row in rows if str(row.get("email", "")).casefold() == email.casefold()]
    return _self(exact[0]) if len(exact) == 1 else NOBODY


def _self(row: dict[str, Any]) -> Self:
    sys_id = str(row.get("sys_id") or "")
    return Self(
        sys_id=sys_id if is_sys_id(sys_id) else "",
        user_name=str(row.get("user_name") or ""),
        name=str(row.get("name") or ""),
    )
