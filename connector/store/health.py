"""Whether the database takes writes, and whose rows it holds."""

from datetime import datetime

from connector.models import WorkspaceId
from connector.store.columns import micros
from connector.store.database import Database


async def beat(database: Database, at: datetime) -> None:
    """Write something and read it back.

    Raises:
        StoreError: the database takes no writes.
    """
    async with database.transaction_everywhere() as tx:
        await tx.run(
            "INSERT INTO health (id, at) VALUES (1, :at)"
            " ON CONFLICT (id) DO UPDATE SET at = excluded.at",
            at=micros(at),
        )


async def workspaces(database: Database) -> tuple[WorkspaceId, ...]:
    """Name every workspace that owns something."""
    rows = await database.view_everywhere().run(
        "SELECT workspace FROM connections UNION SELECT workspace FROM shares"
        " UNION SELECT workspace FROM digests UNION SELECT workspace FROM notices"
        " UNION SELECT workspace FROM sign_ins UNION SELECT workspace FROM deliveries"
        " UNION SELECT workspace FROM installs"
        " UNION SELECT workspace FROM right_requests"
    )
    return tuple(WorkspaceId(row["workspace"]) for row in rows)
