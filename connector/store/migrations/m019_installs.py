"""What many workspaces took: who has installed Snowline, by which token, until when."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m019_installs(sqlite: Database) -> None:
    """Keep installations, and those that a browser has begun.

    A begun one belongs to no workspace yet: which one it is, is chosen on the chat's own page.
    """
    sqlite.execute(
        """
        CREATE TABLE installs (
            workspace TEXT PRIMARY KEY,
            name TEXT NOT NULL DEFAULT '',
            bot_user TEXT NOT NULL DEFAULT '',
            installed_by TEXT NOT NULL DEFAULT '',
            installed_at INTEGER NOT NULL,
            scopes TEXT NOT NULL DEFAULT '[]',
            sealed_token TEXT,
            sealed_refresh TEXT,
            expires_at INTEGER,
            ended_at INTEGER,
            erase_at INTEGER,
            problem TEXT NOT NULL DEFAULT '',
            parked INTEGER NOT NULL DEFAULT 0
        ) STRICT
        """
    )
    sqlite.execute("CREATE INDEX installs_parked ON installs (workspace) WHERE parked = 1")
    sqlite.execute(
        """
        CREATE TABLE install_states (
            state_hash TEXT PRIMARY KEY,
            browser_hash TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT
        """
    )
