"""States of installations that have come back, and no longer those that were only begun."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m024_install_states(sqlite: Database) -> None:
    """Keep of a state nothing before it is used; one under way now is begun anew."""
    sqlite.execute("DROP TABLE install_states")
    sqlite.execute(
        """
        CREATE TABLE install_states (
            state_hash TEXT PRIMARY KEY,
            expires_at INTEGER NOT NULL
        ) STRICT
        """
    )
