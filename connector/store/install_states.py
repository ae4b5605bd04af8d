"""States of installations that were used, until they would not count any more anyway."""

from datetime import datetime

from connector.store.columns import micros
from connector.store.database import Transaction


async def use(tx: Transaction, state_hash: str, expires_at: datetime) -> bool:
    """Use a state up; False where it was used before."""
    row = await tx.first(
        "INSERT INTO install_states (state_hash, expires_at) VALUES (:state_hash, :expires_at)"
        " ON CONFLICT (state_hash) DO NOTHING RETURNING state_hash",
        state_hash=state_hash,
        expires_at=micros(expires_at),
    )
    return row is not None


async def purge(tx: Transaction, now: datetime) -> None:
    """Forget those whose time is over."""
    await tx.run("DELETE FROM install_states WHERE expires_at <= :now", now=micros(now))
