"""Rejected shares that were sent again, as another."""

from connector.models import ShareId
from connector.store.database import Session, Transaction


async def sent_again_as(session: Session, share_id: ShareId) -> str:
    """Name the share that a rejected one was sent again as; empty where it was not."""
    row = await session.first(
        "SELECT sent_again_as FROM shares WHERE workspace = :workspace AND id = :id", id=share_id
    )
    return str(row["sent_again_as"]) if row else ""


async def hand_over(tx: Transaction, old: ShareId, new: ShareId) -> None:
    """Give the card of a rejected share, and its place in a bulk, to its successor."""
    await tx.run(
        "UPDATE shares SET (place_conversation, place_message, bulk, position,"
        " thread_conversation, thread_message) ="
        " (SELECT o.place_conversation, o.place_message, o.bulk, o.position,"
        " o.thread_conversation, o.thread_message FROM shares o"
        " WHERE o.workspace = :workspace AND o.id = :old)"
        " WHERE workspace = :workspace AND id = :new",
        old=old,
        new=new,
    )
    await tx.run(
        "UPDATE shares SET sent_again_as = :new, place_conversation = NULL, place_message = NULL"
        " WHERE workspace = :workspace AND id = :old",
        old=old,
        new=new,
    )
