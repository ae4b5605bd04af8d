"""What App Home and long lists of tickets took."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m016_home(sqlite: Database) -> None:
    """Keep what lists sort and choose tickets by, who has App Home open, and who is who there."""
    for column in ("rank INTEGER NOT NULL DEFAULT 99", "requester TEXT NOT NULL DEFAULT ''"):
        sqlite.execute(f"ALTER TABLE tickets ADD COLUMN {column}")
    sqlite.execute("ALTER TABLE tickets ADD COLUMN assignee TEXT NOT NULL DEFAULT ''")
    sqlite.execute(
        "UPDATE tickets SET rank = CASE WHEN CAST(priority AS INTEGER) BETWEEN 1 AND 98"
        " THEN CAST(priority AS INTEGER) ELSE 99 END, requester = (SELECT s.requester FROM shares s"
        " WHERE s.workspace = tickets.workspace AND s.id = tickets.share)"
    )
    # Each holds all that its lists look at: only the rows that are shown are read themselves.
    sqlite.execute(
        "CREATE INDEX tickets_by_urgency ON tickets (workspace, standing, is_open, kind, rank, due,"
        " number, share, requester, assignee, state_label, priority_label)"
    )
    sqlite.execute(
        "CREATE INDEX tickets_by_age ON tickets (workspace, created_at DESC, share, standing,"
        " is_open, kind, rank, due, number, requester, assignee, state_label, priority_label)"
    )
    sqlite.execute(
        "CREATE INDEX tickets_by_state ON tickets (workspace, standing, kind, is_open,"
        " state_label, due, rank, requester, assignee)"
    )
    sqlite.execute(
        """
        CREATE TABLE homes (
            workspace TEXT NOT NULL,
            user_id TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            shown_at INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (workspace, user_id)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE counterparts (
            workspace TEXT NOT NULL,
            user_id TEXT NOT NULL,
            instance TEXT NOT NULL,
            sys_id TEXT NOT NULL,
            user_name TEXT NOT NULL,
            name TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            PRIMARY KEY (workspace, user_id)
        ) STRICT
        """
    )
