"""Which conversations can be written to, as far as was seen."""

from connector.store.database import Session, Transaction


async def works(session: Session, conversation: str) -> bool:
    """Tell whether the last post into a conversation came through."""
    row = await session.first(
        "SELECT works FROM conversations WHERE workspace = :workspace AND id = :id",
        id=conversation,
    )
    return bool(row and row["works"])


async def keep_working(tx: Transaction, conversation: str) -> None:
    """Note that a conversation can be written to."""
    await tx.run(
        "INSERT INTO conversations (workspace, id, works) VALUES (:workspace, :id, 1)"
        " ON CONFLICT (workspace, id) DO UPDATE SET works = 1",
        id=conversation,
    )


async def lose(tx: Transaction, conversation: str) -> bool:
    """Note that a conversation cannot be written to; tell whether it could be until now."""
    rows = await tx.run(
        "UPDATE conversations SET works = 0"
        " WHERE workspace = :workspace AND id = :id AND works = 1 RETURNING id",
        id=conversation,
    )
    return bool(rows)
