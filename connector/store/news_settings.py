"""What is told in conversations and to people, and what is muted."""

from connector.models import ChannelNews, Mute, PersonalNews, ShareId, Told, UserId
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction


async def channel(session: Session, conversation: str) -> ChannelNews:
    """Read what is told in a conversation's threads: everything, unless somebody said so."""
    row = await session.first(
        "SELECT * FROM channel_news WHERE workspace = :workspace AND conversation = :conversation",
        conversation=conversation,
    )
    if row is None:
        return ChannelNews(conversation=conversation)
    return ChannelNews(
        conversation=conversation,
        told=Told(row["told"]),
        broadcasts=bool(row["broadcasts"]),
        by=UserId(row["by_user"]),
        at=moment(row["at"]),
    )


async def keep_channel(tx: Transaction, news: ChannelNews) -> None:
    """Keep what is told in a conversation's threads; ``news`` names who said so and when."""
    assert news.at is not None  # noqa: S101  -- whoever said so did it at some time
    assert news.by is not None  # noqa: S101  -- and is somebody
    await tx.run(
        "INSERT INTO channel_news (workspace, conversation, told, broadcasts, by_user, at)"
        " VALUES (:workspace, :conversation, :told, :broadcasts, :by, :at)"
        " ON CONFLICT (workspace, conversation) DO UPDATE SET told = excluded.told,"
        " broadcasts = excluded.broadcasts, by_user = excluded.by_user, at = excluded.at",
        conversation=news.conversation,
        told=news.told.value,
        broadcasts=news.broadcasts,
        by=news.by,
        at=micros(news.at),
    )


async def personal(session: Session, user: UserId) -> PersonalNews:
    """Read what somebody is told in private."""
    row = await session.first(
        "SELECT * FROM personal_news WHERE workspace = :workspace AND user_id = :user", user=user
    )
    if row is None:
        return PersonalNews()
    return PersonalNews(
        asked=Told(row["asked"]),
        followed=Told(row["followed"]),
        every_outcome=bool(row["every_outcome"]),
    )


async def keep_personal(tx: Transaction, user: UserId, news: PersonalNews) -> None:
    """Keep what somebody is told in private."""
    await tx.run(
        "INSERT INTO personal_news (workspace, user_id, asked, followed, every_outcome)"
        " VALUES (:workspace, :user, :asked, :followed, :every_outcome)"
        " ON CONFLICT (workspace, user_id) DO UPDATE SET asked = excluded.asked,"
        " followed = excluded.followed, every_outcome = excluded.every_outcome",
        user=user,
        asked=news.asked.value,
        followed=news.followed.value,
        every_outcome=news.every_outcome,
    )


async def mute_of(session: Session, share: ShareId, conversation: str) -> Mute | None:
    """Read whether a ticket is muted in a conversation, and by whom."""
    row = await session.first(
        "SELECT * FROM mutes WHERE workspace = :workspace AND share = :share"
        " AND conversation = :conversation",
        share=share,
        conversation=conversation,
    )
    if row is None:
        return None
    return Mute(conversation=conversation, by=UserId(row["by_user"]), at=moment(row["at"]))


async def mute(tx: Transaction, share: ShareId, by: Mute) -> bool:
    """Keep that a ticket is muted in a conversation; tell whether that is new."""
    rows = await tx.run(
        "INSERT INTO mutes (workspace, share, conversation, by_user, at)"
        " VALUES (:workspace, :share, :conversation, :by, :at)"
        " ON CONFLICT DO NOTHING RETURNING share",
        share=share,
        conversation=by.conversation,
        by=by.by,
        at=micros(by.at),
    )
    return bool(rows)


async def unmute(tx: Transaction, share: ShareId, conversation: str) -> bool:
    """Keep that a ticket is not muted in a conversation; tell whether it was."""
    rows = await tx.run(
        "DELETE FROM mutes WHERE workspace = :workspace AND share = :share"
        " AND conversation = :conversation RETURNING share",
        share=share,
        conversation=conversation,
    )
    return bool(rows)
