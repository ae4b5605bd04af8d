"""What an instance's Application Registry says of the OAuth client that Snowline is.

Source: table ``oauth_entity``; only admins may read it unless an instance allows it to others.
"""

import logging
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from connector.errors import ConnectorError
from connector.http import Call, Http
from connector.servicenow.table import table_call
from connector.text import query_value

_log = logging.getLogger(__name__)

_DEADLINE: Final = 2.0
_A_CENTURY: Final = 100 * 366 * 24 * 3600


class _Registration(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    client_id: str
    refresh_token_lifespan: Annotated[int, Field(gt=0, le=_A_CENTURY)]


class _Registrations(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    result: tuple[_Registration, ...]


async def refresh_lifetime(
    http: Http, host: str, token: SecretStr, client_id: str
) -> timedelta | None:
    """Read how long a client's refresh tokens live; None where the instance does not say.

    It is asked on the side, of whoever waits for a sign-in: two seconds at most.
    """
    try:
        answer = await http.send(_question(host, token, client_id))
        found = _Registrations.model_validate(answer.body).result
    except ConnectorError as exc:
        _log.info("%s does not say how long refresh tokens live: %s", host, exc)
        return None
    except ValidationError:
        _log.info("%s does not say how long refresh tokens live", host)
        return None
    seconds = {each.refresh_token_lifespan for each in found if each.client_id == client_id}
    return timedelta(seconds=seconds.pop()) if len(seconds) == 1 else None


def _question(host: str, token: SecretStr, client_id: str) -> Call:
    params = {
        "sysparm_query": f"client_id={query_value(client_id)}",
        "sysparm_fields": "client_id,refresh_token_lifespan",
        "sysparm_limit": "5",
    }
    return table_call(host, token, "oauth_entity", method="GET", params=params, deadline=_DEADLINE)
