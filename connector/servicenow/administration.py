"""The Table API as an admin, by HTTP Basic: to find, make, change and remove single rows.

Source: REST API reference, "Table API", ``/api/now/table/{tableName}``.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr

from connector.errors import Provider, ProviderRefusedError, UnexpectedAnswerError
from connector.http import Answer, Call, Http
from connector.servicenow.table import ME, result_in, rows_in, table_call

Row = Mapping[str, str]

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_NOT_FOUND: Final = 404
_FACTOR: Final = "x-mfa_token"
_NO_LINKS: Final = {"sysparm_exclude_reference_link": "true"}
_AS_SHOWN: Final = {"sysparm_input_display_value": "true"}
_WRONG: Final = (
    "does not accept that user name and password. If they are right, the instance restricts basic"
    " authentication: for the time of this command give the account the role"
    " snc_basic_auth_api_access, or name it in the property"
    " glide.authenticate.basic_auth.restriction.allowed_users."
)
_SECOND_FACTOR: Final = (
    "asks this account for a second factor, which a command cannot give. Take an admin without"
    " multi-factor authentication, or turn it off for API requests while this runs."
)
_ADDRESS: Final = (
    "does not let this machine in. Allow its address in ServiceNow's IP access control."
)
_NO_ADMIN: Final = (
    "lets this account in, but it has not the role admin. Take an account that has it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Works on one instance as one admin, whose password it holds and never shows."""

    http: Http
    host: str
    user_name: str
    password: SecretStr

    async def check(self) -> None:
        """Have the instance accept the account, and see that it is an admin.

        Raises:
            ProviderRefusedError: it does not, or the account is none; says what to do.
            ProviderError: as ``Http.send`` describes.
        """
        params = _NO_LINKS | {"sysparm_query": ME, "sysparm_fields": "sys_id"}
        accepts = frozenset({_UNAUTHORIZED, _FORBIDDEN})
        answer = await self.http.send(self._call("GET", "sys_user", params=params, accepts=accepts))
        if answer.status in accepts:
            raise _not_let_in(answer)
        rows = rows_in(answer)
        mine = rows[0]["sys_id"] if len(rows) == 1 else ""
        if not mine or not await self.find("sys_user_has_role", f"user={mine}^role.name=admin"):
            raise ProviderRefusedError(Provider.SERVICENOW, "no admin", remedy=_NO_ADMIN)

    async def read(self, table: str, sys_id: str) -> Row | None:
        """Read one row; None where there is none.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        call = self._call(
            "GET", f"{table}/{sys_id}", params=_NO_LINKS, accepts=frozenset({_NOT_FOUND})
        )
        answer = await self.http.send(call)
        return None if answer.status == _NOT_FOUND else _row(answer)

    async def find(self, table: str, query: str) -> Row | None:
        """Read the oldest row of an encoded query.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        params = {"sysparm_query": f"{query}^ORDERBYsys_created_on", "sysparm_limit": "1"}
        answer = await self.http.send(self._call("GET", table, params=_NO_LINKS | params))
        rows = rows_in(answer)
        return _texts(rows[0]) if rows else None

    async def insert(self, table: str, values: Row, *, as_shown: bool = False) -> Row:
        """Make a row, and return it as it was kept.

        ``as_shown`` gives the values as a form does: so alone encrypted columns take them.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        return await self._write("POST", table, values, as_shown=as_shown)

    async def change(self, table: str, sys_id: str, values: Row) -> Row:
        """Change a row, and return it as it was kept.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        return await self._write("PATCH", f"{table}/{sys_id}", values, as_shown=False)

    async def remove(self, table: str, sys_id: str) -> None:
        """Remove a row.

        Raises:
            ProviderError: as ``Http.send`` describes.
        """
        await self.http.send(self._call("DELETE", f"{table}/{sys_id}", writes=True))

    async def _write(self, method: str, path: str, values: Row, *, as_shown: bool) -> Row:
        params = _NO_LINKS | (_AS_SHOWN if as_shown else {})
        call = self._call(method, path, params=params, json=dict(values), writes=True)
        return _row(await self.http.send(call))

    def _call(self, method: str, path: str, **rest: Any) -> Call:
        both = f"{self.user_name}:{self.password.get_secret_value()}".encode()
        basic = {"authorization": f"Basic {base64.b64encode(both).decode()}"}
        return table_call(self.host, None, path, method=method, **rest, more=basic)


def _row(answer: Answer) -> Row:
    result = result_in(answer)
    if not isinstance(result, dict):
        raise UnexpectedAnswerError(Provider.SERVICENOW, "the result is no row")
    return _texts(result)


def _texts(row: Mapping[str, Any]) -> Row:
    """Write values as they are compared: an instance may turn line ends about."""
    return {name: str(value or "").replace("\r\n", "\n") for name, value in row.items()}


def _not_let_in(answer: Answer) -> ProviderRefusedError:
    if _FACTOR in answer.headers:
        remedy = _SECOND_FACTOR
    elif answer.status == _UNAUTHORIZED:
        remedy = _WRONG
    else:
        remedy = _NO_ADMIN if isinstance(answer.body, dict) else _ADDRESS
    return ProviderRefusedError(
        Provider.SERVICENOW, f"{answer.status} for the admin", remedy=remedy
    )
