"""Who is told of what: follows, mutes, settings, what is still to be told, and names of people."""

from typing import Final

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS

_TABLES: Final = (
    """
    CREATE TABLE follows (
        workspace TEXT NOT NULL,
        share TEXT NOT NULL,
        user_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (workspace, share, user_id)
    ) STRICT
    """,
    "CREATE INDEX follows_by_user ON follows (workspace, user_id, at)",
    """
    CREATE TABLE mutes (
        workspace TEXT NOT NULL,
        share TEXT NOT NULL,
        conversation TEXT NOT NULL,
        by_user TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (workspace, share, conversation)
    ) STRICT
    """,
    """
    CREATE TABLE channel_news (
        workspace TEXT NOT NULL,
        conversation TEXT NOT NULL,
        told TEXT NOT NULL,
        broadcasts INTEGER NOT NULL,
        by_user TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (workspace, conversation)
    ) STRICT
    """,
    """
    CREATE TABLE personal_news (
        workspace TEXT NOT NULL,
        user_id TEXT NOT NULL,
        asked TEXT NOT NULL,
        followed TEXT NOT NULL,
        every_outcome INTEGER NOT NULL,
        PRIMARY KEY (workspace, user_id)
    ) STRICT
    """,
    """
    CREATE TABLE news (
        id INTEGER PRIMARY KEY,
        workspace TEXT NOT NULL,
        user_id TEXT NOT NULL,
        share TEXT NOT NULL,
        because TEXT NOT NULL,
        change TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX news_by_user ON news (workspace, user_id, id)",
    """
    CREATE TABLE person_names (
        workspace TEXT NOT NULL,
        user_id TEXT NOT NULL,
        name TEXT NOT NULL,
        read_at INTEGER NOT NULL,
        PRIMARY KEY (workspace, user_id)
    ) STRICT
    """,
    "ALTER TABLE changes ADD COLUMN by_user TEXT",
    "ALTER TABLE changes ADD COLUMN turn TEXT NOT NULL DEFAULT ''",
)


@MIGRATIONS()
def m015_notifying(sqlite: Database) -> None:
    """Keep who follows what, what is muted, and what is still to be told to whom."""
    for statement in _TABLES:
        sqlite.execute(statement)
