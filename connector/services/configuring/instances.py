"""Which instance a workspace's configuration is about."""

from connector.errors import NotConnectedError, Provider
from connector.store import connections
from connector.store.database import Session


async def instance_of(session: Session) -> str:
    """Name the host of the connected instance, also where its sign-in has ended.

    Raises:
        NotConnectedError: ServiceNow is not connected.
    """
    row = await connections.get(session, Provider.SERVICENOW)
    if row is None:
        raise NotConnectedError(Provider.SERVICENOW)
    return row.connection.remote
