"""Which workspaces are connected to an instance."""

from connector.errors import Provider
from connector.models import ConnectionState, WorkspaceId
from connector.store.database import Database


async def connected(database: Database, name: str) -> tuple[tuple[WorkspaceId, str], ...]:
    """Name each workspace that is connected to the instance of that name, and the host."""
    rows = await database.view_everywhere().run(
        "SELECT workspace, remote FROM connections WHERE provider = :provider"
        " AND state = :connected AND substr(remote, 1, length(:prefix)) = :prefix",
        provider=Provider.SERVICENOW.value,
        connected=ConnectionState.CONNECTED.value,
        prefix=f"{name}.",
    )
    return tuple((WorkspaceId(row["workspace"]), row["remote"]) for row in rows)
