"""How the connection stands, written where ServiceNow's people see it; nothing depends on it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import SecretStr

from connector.errors import ConnectorError, Provider
from connector.http import Http
from connector.models import Check, Connection, WorkspaceId
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.preferences import keep_preference
from connector.servicenow.probes import own_user
from connector.servicenow.record import is_sys_id
from connector.services.desks import Desk
from connector.settings import VERSION

_log = logging.getLogger(__name__)

_LAST_SECONDS: Final = 3.0


def preference_name(workspace: WorkspaceId) -> str:
    """Name the preference of a workspace: several may act as one integration user."""
    return f"snowline.connection.{workspace}"


async def show_connected(
    desk: Desk[ServiceNowClient], user: str, found: Sequence[Check], now: datetime
) -> None:
    """Write that it is connected and what the checks found; ``user`` is our own sys_id there.

    Raises:
        ConnectorError: it is not written, as far as is known.
    """
    connection = desk.row.connection
    counted = Counter(check.outcome for check in found)
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in counted.items())
    value = (
        f"Connected to Slack workspace {connection.workspace} since"
        f" {_time(connection.connected_at)}; last checked {_time(now)}: {outcomes}."
        f" Snowline {VERSION}"
    )
    name = preference_name(connection.workspace)
    await desk.ask(partial(keep_preference, user=user, name=name, value=value))


async def show_ended(
    http: Http, connection: Connection, token: SecretStr | None, now: datetime
) -> None:
    """Write that it is disconnected, while ``token`` still opens it; within three seconds."""
    if token is None or connection.provider is not Provider.SERVICENOW:
        return
    client = ServiceNowClient(http=http, host=connection.remote, token=token)
    workspace = connection.workspace
    value = f"Disconnected from Slack workspace {workspace} {_time(now)}. Snowline {VERSION}"
    try:
        async with asyncio.timeout(_LAST_SECONDS):
            for user in filter(is_sys_id, (await own_user(client)).values("sys_id")):
                await keep_preference(client, user, preference_name(workspace), value)
    except (ConnectorError, TimeoutError) as exc:
        _log.info("%s does not show that it is disconnected: %r", connection.remote, exc)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
