"""Who may do what, what forms begin with, and who asked to be let in."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m018_rights(sqlite: Database) -> None:
    """Keep settings by name, each of their changes, and requests with their copies."""
    for table in _TABLES:
        sqlite.execute(table)
    sqlite.execute(
        "CREATE INDEX setting_changes_by_topic ON setting_changes (workspace, topic, id)"
    )


_TABLES = (
    """
    CREATE TABLE chat_settings (
        workspace TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (workspace, name)
    ) STRICT
    """,
    """
    CREATE TABLE setting_changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL,
        topic TEXT NOT NULL,
        by_user TEXT NOT NULL,
        at INTEGER NOT NULL,
        what TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE right_requests (
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        user_id TEXT NOT NULL,
        right_name TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        decided_by TEXT NOT NULL DEFAULT '',
        decided_at INTEGER,
        told INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace, id)
    ) STRICT
    """,
    """
    CREATE TABLE right_request_copies (
        workspace TEXT NOT NULL,
        request TEXT NOT NULL,
        approver TEXT NOT NULL,
        place_conversation TEXT,
        place_message TEXT,
        shown TEXT NOT NULL,
        PRIMARY KEY (workspace, request, approver),
        FOREIGN KEY (workspace, request) REFERENCES right_requests (workspace, id)
    ) STRICT
    """,
)
