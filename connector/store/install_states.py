"""Installations that a browser has begun and that belong to no workspace yet."""

from datetime import datetime

from connector.store.columns import micros
from connector.store.database import Transaction


async def add(
    tx: Transaction, state_hash: str, browser_hash: str, expires_at: datetime, most: int
) -> None:
    """Keep a begun installation, and of all that are open the newest ``most`` alone.

    Whoever reaches the page can begin one: they must not fill the disk.
    """
    await tx.run(
        "INSERT INTO install_states (state_hash, browser_hash, expires_at)"
        " VALUES (:state_hash, :browser_hash, :expires_at)",
        state_hash=state_hash,
        browser_hash=browser_hash,
        expires_at=micros(expires_at),
    )
    await tx.run(
        "DELETE FROM install_states WHERE state_hash NOT IN (SELECT state_hash FROM install_states"
        " ORDER BY expires_at DESC, state_hash LIMIT :most)",
        most=most,
    )


async def consume(tx: Transaction, state_hash: str, now: datetime) -> str | None:
    """Take an unexpired state, once, and return the hash of the browser that began it."""
    row = await tx.first(
        "DELETE FROM install_states WHERE state_hash = :state_hash RETURNING browser_hash,"
        " expires_at",
        state_hash=state_hash,
    )
    return row["browser_hash"] if row and row["expires_at"] > micros(now) else None


async def purge(tx: Transaction, now: datetime) -> None:
    """Forget those whose time is over."""
    await tx.run("DELETE FROM install_states WHERE expires_at <= :now", now=micros(now))
