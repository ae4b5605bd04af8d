"""Who somebody is in an instance, by their verified e-mail address: asked and read. Pure.

Source: Table API, ``GET /api/now/table/sys_user``; ``sys_updated_by`` holds user names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector.servicenow.record import is_sys_id
from connector.text import query_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """A user of an instance; all is empty for nobody."""

    sys_id: str = ""
    user_name: str = ""
    name: str = ""


NOBODY: Final = Self()


def asked_by(email: str) -> Mapping[str, str]:
    """Ask for the active users with an e-mail address.

    Raises:
        InvalidInputError: the address cannot stand in a query.
    """
    return {
        "sysparm_query": f"email={query_value(email)}^active=true",
        "sysparm_fields": "sys_id,user_name,name,email",
        "sysparm_limit": "5",
    }


def self_in(rows: Iterable[Mapping[str, Any]], email: str) -> Self:
    """Read the one user with exactly that e-mail address; nobody where there is not just one."""
    wanted = email.casefold()
    exact = [row for row in rows if str(row.get("email", "")).casefold() == wanted]
    if len(exact) != 1:
        return NOBODY
    sys_id = str(exact[0].get("sys_id") or "")
    return Self(
        sys_id=sys_id if is_sys_id(sys_id) else "",
        user_name=str(exact[0].get("user_name") or ""),
        name=str(exact[0].get("name") or ""),
    )
