"""Which links are shown where, and what admins have said about showing them."""

from datetime import datetime, timedelta
from typing import Final

from connector.models import Place, PreviewRule
from connector.store.columns import micros
from connector.store.database import Session, Transaction

REPEATED: Final = timedelta(minutes=30)
"""For how long after it was shown in a conversation a thing is not shown there again."""


async def claim(tx: Transaction, place: Place, target: str, now: datetime) -> bool:
    """Note that a message shows ``target`` now; False where another one has shown it lately.

    A message that shows it already may show it anew. What was noted after ``now``, by a clock
    that was ahead, is forgotten with what is old.
    """
    await tx.run(
        "DELETE FROM unfurls WHERE workspace = :workspace AND (at <= :before OR at > :now)",
        before=micros(now - REPEATED),
        now=micros(now),
    )
    row = await tx.first(
        "INSERT INTO unfurls (workspace, conversation, target, message, at)"
        " VALUES (:workspace, :conversation, :target, :message, :at)"
        " ON CONFLICT (workspace, conversation, target) DO UPDATE SET target = excluded.target"
        " RETURNING message",
        conversation=place.conversation,
        target=target,
        message=place.message,
        at=micros(now),
    )
    return row is not None and row["message"] == place.message


async def release(tx: Transaction, place: Place, target: str) -> None:
    """Forget that a message shows ``target``: it could not be shown."""
    await tx.run(
        "DELETE FROM unfurls WHERE workspace = :workspace AND conversation = :conversation"
        " AND target = :target AND message = :message",
        conversation=place.conversation,
        target=target,
        message=place.message,
    )


async def rule(session: Session, conversation: str) -> PreviewRule:
    """Read what an admin has said about a conversation."""
    row = await session.first(
        "SELECT rule FROM preview_rules"
        " WHERE workspace = :workspace AND conversation = :conversation",
        conversation=conversation,
    )
    return PreviewRule(row["rule"]) if row else PreviewRule.AUTO


async def keep_rule(tx: Transaction, conversation: str, said: PreviewRule) -> None:
    """Keep what an admin says about a conversation."""
    await tx.run(
        "INSERT INTO preview_rules (workspace, conversation, rule)"
        " VALUES (:workspace, :conversation, :rule)"
        " ON CONFLICT (workspace, conversation) DO UPDATE SET rule = excluded.rule",
        conversation=conversation,
        rule=said.value,
    )
