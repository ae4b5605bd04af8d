"""What it takes to post once: what is under way, and which conversations can be written to."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m022_delivery(sqlite: Database) -> None:
    """Keep posts whose outcome is open, and conversations that work or no longer do."""
    sqlite.execute(
        """
        CREATE TABLE posts (
            workspace TEXT NOT NULL,
            key TEXT NOT NULL,
            begun_at INTEGER,
            repeated INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (workspace, key)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE conversations (
            workspace TEXT NOT NULL,
            id TEXT NOT NULL,
            works INTEGER NOT NULL,
            PRIMARY KEY (workspace, id)
        ) STRICT
        """
    )
    sqlite.execute(
        "INSERT INTO conversations (workspace, id, works)"
        " SELECT DISTINCT workspace, place_conversation, 1 FROM shares"
        " WHERE place_conversation IS NOT NULL AND place_conversation = destination"
    )
    sqlite.execute("ALTER TABLE notices ADD COLUMN conversation TEXT NOT NULL DEFAULT ''")
