"""Until when a remote allows a user no more requests, whoever here asks as that user."""

from datetime import datetime

from connector.errors import Provider
from connector.store.columns import micros, moment
from connector.store.database import Database


async def keep(
    database: Database, provider: Provider, remote: str, identity: str, until: datetime
) -> None:
    """Keep until when nothing may be asked."""
    async with database.transaction_everywhere() as tx:
        await tx.run(
            "INSERT INTO pauses (provider, remote, identity, until)"
            " VALUES (:provider, :remote, :identity, :until)"
            " ON CONFLICT (provider, remote, identity) DO UPDATE SET until = excluded.until",
            provider=provider.value,
            remote=remote,
            identity=identity,
            until=micros(until),
        )


async def get(
    database: Database, provider: Provider, remote: str, identity: str
) -> datetime | None:
    """Read until when nothing may be asked, be it over or not; None where it was never so."""
    row = await database.view_everywhere().first(
        "SELECT until FROM pauses"
        " WHERE provider = :provider AND remote = :remote AND identity = :identity",
        provider=provider.value,
        remote=remote,
        identity=identity,
    )
    return moment(row["until"]) if row else None
