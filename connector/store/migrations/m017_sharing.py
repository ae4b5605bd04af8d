"""What sharing several actions at once took, and knowing which were shared before."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m017_sharing(sqlite: Database) -> None:
    """Keep which actions each share is about, what was shared together, and in which thread."""
    sqlite.execute(
        """
        CREATE TABLE covered (
            workspace TEXT NOT NULL,
            share TEXT NOT NULL,
            action TEXT NOT NULL,
            PRIMARY KEY (workspace, share, action),
            FOREIGN KEY (workspace, share) REFERENCES shares (workspace, id)
        ) STRICT
        """
    )
    sqlite.execute("CREATE INDEX covered_by_action ON covered (workspace, action)")
    sqlite.execute(
        "INSERT INTO covered (workspace, share, action)"
        " SELECT workspace, id, json_extract(draft, '$.action_id') FROM shares"
        " WHERE coalesce(json_extract(draft, '$.action_id'), '') NOT IN ('', 'SnowlineTestRecord')"
    )
    sqlite.execute(
        """
        CREATE TABLE bulks (
            workspace TEXT NOT NULL,
            id TEXT NOT NULL,
            requester TEXT NOT NULL,
            destination TEXT NOT NULL,
            thread_conversation TEXT,
            thread_message TEXT,
            requested_at INTEGER NOT NULL,
            is_announced INTEGER NOT NULL DEFAULT 0,
            shown TEXT NOT NULL DEFAULT '',
            ended_at INTEGER,
            place_conversation TEXT,
            place_message TEXT,
            PRIMARY KEY (workspace, id)
        ) STRICT
        """
    )
    for column in (
        "bulk TEXT NOT NULL DEFAULT ''",
        "position INTEGER NOT NULL DEFAULT 0",
        "thread_conversation TEXT",
        "thread_message TEXT",
    ):
        sqlite.execute(f"ALTER TABLE shares ADD COLUMN {column}")
    sqlite.execute("CREATE INDEX shares_by_bulk ON shares (workspace, bulk) WHERE bulk <> ''")
