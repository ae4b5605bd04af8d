"""What upkeep looks at: cards that are to be drawn anew, and posts that ended long ago."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m025_upkeep(sqlite: Database) -> None:
    """Keep which cards are behind, and since when it is known what became of a post."""
    sqlite.execute(
        """
        CREATE TABLE redraws (
            workspace TEXT NOT NULL,
            share TEXT NOT NULL,
            wanted INTEGER NOT NULL DEFAULT 1,
            PRIMARY KEY (workspace, share)
        ) STRICT
        """
    )
    sqlite.execute("ALTER TABLE posts ADD COLUMN settled_at INTEGER")
    sqlite.execute(
        "INSERT INTO redraws (workspace, share)"
        " SELECT workspace, key FROM work WHERE job = 'redraw card'"
    )
