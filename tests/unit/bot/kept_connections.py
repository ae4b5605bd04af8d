"""Connections put into the store as if an admin had made them once."""

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
    await keep_connection(
        end,
        provider=Provider.SERVICENOW,
        remote="acme.service-now.com",
        identity="bot",
        state=ConnectionState.EXPIRED,
        connected_at=AT,
    )


async def keep_connection(end, *, connected_at, **about):
    """Store a connection without secrets, as if Ada had made it."""
    connection = Connection(
        workspace=TEAM,
        connected_by=UserId(accounts.ADA.id),
        connected_at=connected_at,
        last_success_at=connected_at,
        **about,
    )
    sealed = Sealed(secret=None, access=None, refresh=None, renew_at=None)
    row = ConnectionRow(connection=connection, client_id="5a0c", sealed=sealed)
    async with end.services.connections.database.transaction(TEAM) as tx:
        await connections.put(tx, row)
