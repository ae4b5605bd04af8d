"""What it takes to speak to people in their language."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m023_languages(sqlite: Database) -> None:
    """Keep which language each person has chosen in the chat, and when it said so."""
    sqlite.execute(
        """
        CREATE TABLE person_languages (
            workspace TEXT NOT NULL,
            user_id TEXT NOT NULL,
            language TEXT NOT NULL,
            read_at INTEGER NOT NULL,
            PRIMARY KEY (workspace, user_id)
        ) STRICT
        """
    )
