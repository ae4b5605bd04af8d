"""Leases: who alone may do something for a workspace, until when.

They hold between processes too, and end by themselves: a holder that died holds up nobody for
longer than it asked for.
"""

from datetime import datetime

from connector.store.columns import micros
from connector.store.database import Transaction


async def take(tx: Transaction, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take a lease that is free or over; False where another holds it.

    One that would last over twice as long as the one asked for was taken by a clock that was
    wrong; a little longer lasts one that another has taken since ``now`` was read.
    """
    row = await tx.first(
        "INSERT INTO leases (workspace, name, holder, until)"
        " VALUES (:workspace, :name, :holder, :until)"
        " ON CONFLICT (workspace, name) DO UPDATE SET holder = excluded.holder,"
        " until = excluded.until WHERE leases.until <= :now OR leases.until > :longest"
        " RETURNING holder",
        name=name,
        holder=holder,
        now=micros(now),
        until=micros(until),
        longest=micros(until + (until - now)),
    )
    return row is not None


async def give_back(tx: Transaction, name: str, holder: str) -> None:
    """End a lease, unless another has taken it since."""
    await tx.run(
        "DELETE FROM leases WHERE workspace = :workspace AND name = :name AND holder = :holder",
        name=name,
        holder=holder,
    )
