"""How the Table API is asked and answers, whatever the table."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from pydantic import SecretStr

from connector.errors import Provider, UnexpectedAnswerError
from connector.http import Answer, Call

ME: Final = "user_name=javascript:gs.getUserName()"
"""Finds, in ``sys_user``, the user whom the token belongs to."""


def table_call(
    host: str,
    token: SecretStr | None,
    path: str,
    *,
    more: Mapping[str, str] | None = None,
    **rest: Any,
) -> Call:
    """Make a call to a table or a row of it; without a token as somebody not signed in.

    ``more`` are headers beside the token's.
    """
    bearer = {"authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    return Call(
        provider=Provider.SERVICENOW,
        url=f"https://{host}/api/now/table/{path}",
        headers={**bearer, **(more or {})},
        **rest,
    )


def unsigned(host: str, *, accepts: frozenset[int], deadline: float | None = None) -> Call:
    """Make a call by somebody who has not signed in, which shows whether anybody is there."""
    params = {"sysparm_fields": "sys_id", "sysparm_limit": "1"}
    return table_call(
        host, None, "incident", method="GET", params=params, accepts=accepts, deadline=deadline
    )


def result_in(answer: Answer) -> Any:
    """Return what the instance answers.

    Raises:
        UnexpectedAnswerError: it is no answer of this API, or not all of one.
    """
    body = answer.body
    # A cancelled transaction can end a 200 with both a result and an error.
    if not isinstance(body, dict) or "result" not in body or "error" in body:
        raise UnexpectedAnswerError(Provider.SERVICENOW, f"{answer.status} without a result")
    return body["result"]


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    """Return the rows of a list.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    result = result_in(answer)
    if not isinstance(result, list) or not all(isinstance(row, dict) for row in result):
        raise UnexpectedAnswerError(Provider.SERVICENOW, "the result is no list of rows")
    return result


def total_in(answer: Answer, unknown: int) -> int:
    """Tell how many rows there are, with those out of sight; ``unknown`` where it is not told."""
    total = answer.headers.get("x-total-count", "")
    return int(total) if total.isdecimal() else unknown


def time_in(answer: Answer) -> datetime | None:
    """Tell what time it is by the instance's clock; None where it does not say so."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None
