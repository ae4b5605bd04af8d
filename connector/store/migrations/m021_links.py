"""What previews of links took."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m021_links(sqlite: Database) -> None:
    """Keep which links are shown where, and what admins say about that."""
    sqlite.execute(
        """
        CREATE TABLE unfurls (
            workspace TEXT NOT NULL,
            conversation TEXT NOT NULL,
            target TEXT NOT NULL,
            message TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (workspace, conversation, target)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE preview_rules (
            workspace TEXT NOT NULL,
            conversation TEXT NOT NULL,
            rule TEXT NOT NULL,
            PRIMARY KEY (workspace, conversation)
        ) STRICT
        """
    )
