"""A workspace whose sign-in at ServiceNow has ended: what is asked for stays on its way."""

from datetime import UTC, datetime

from bot.sandbox import accounts
from connector.errors import Provider
from connector.models import Connection, ConnectionState, UserId, WorkspaceId
from connector.store import connections
from connector.store.connections import ConnectionRow, Sealed

TEAM = WorkspaceId(accounts.TEAM_ID)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def sign_out(end):
    """Store a connection that is over, as if an admin had made it once."""
    connection = Connection(
        workspace=TEAM,
        provider=Provider.SERVICENOW,
        remote="acme.service-now.com",
        identity="bot",
        state=ConnectionState.EXPIRED,
        connected_by=UserId(accounts.ADA.id),
        connected_at=AT,
        last_success_at=AT,
    )
    sealed = Sealed(secret=None, access=None, refresh=None, renew_at=None)
    row = ConnectionRow(connection=connection, client_id="id", sealed=sealed)
    async with end.services.connections.database.transaction(TEAM) as tx:
        await connections.put(tx, row)
