"""What all of ServiceNow took: connecting, settings, acts, journals, budgets."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


@MIGRATIONS()
def m007_grants(sqlite: Database) -> None:
    """Keep by which grant, which sign-ins still lack their secret, and who does what alone."""
    for table in ("connections", "forms", "sign_ins"):
        sqlite.execute(
            f"ALTER TABLE {table} ADD COLUMN grant_type TEXT NOT NULL DEFAULT 'authorization_code'"
        )
    sqlite.execute(
        "UPDATE connections SET grant_type = 'client_credentials' WHERE provider = 'Microsoft 365'"
    )
    sqlite.execute("ALTER TABLE sign_ins ADD COLUMN awaits_secret INTEGER NOT NULL DEFAULT 0")
    sqlite.execute(
        """
        CREATE TABLE leases (
            workspace TEXT NOT NULL,
            name TEXT NOT NULL,
            holder TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (workspace, name)
        ) STRICT
        """
    )


@MIGRATIONS()
def m008_installation(sqlite: Database) -> None:
    """Keep how setting up goes, and which tickets belong to a former instance."""
    sqlite.execute(
        """
        CREATE TABLE check_runs (
            workspace TEXT PRIMARY KEY,
            remote TEXT NOT NULL,
            at INTEGER NOT NULL,
            checks TEXT NOT NULL
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE sign_in_ends (
            workspace TEXT PRIMARY KEY,
            instance TEXT NOT NULL,
            step TEXT NOT NULL,
            sentence TEXT NOT NULL,
            remedy TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE moves (
            workspace TEXT NOT NULL,
            instance TEXT NOT NULL,
            becomes TEXT NOT NULL,
            PRIMARY KEY (workspace, instance)
        ) STRICT
        """
    )
    sqlite.execute("ALTER TABLE tickets ADD COLUMN standing TEXT NOT NULL DEFAULT 'followed'")
    sqlite.execute(
        "UPDATE tickets SET standing = 'former' WHERE EXISTS (SELECT 1 FROM connections c"
        " WHERE c.workspace = tickets.workspace AND c.provider = 'ServiceNow'"
        " AND c.remote <> tickets.instance)"
    )


@MIGRATIONS()
def m010_matrices(sqlite: Database) -> None:
    """Keep how instances make priorities of impact and urgency."""
    sqlite.execute(
        """
        CREATE TABLE matrices (
            workspace TEXT NOT NULL,
            instance TEXT NOT NULL,
            matrix TEXT NOT NULL,
            read_at INTEGER NOT NULL,
            PRIMARY KEY (workspace, instance)
        ) STRICT
        """
    )


@MIGRATIONS()
def m011_mapping(sqlite: Database) -> None:
    """Keep which further columns are filled, and what states are called and mean."""
    sqlite.execute(
        """
        CREATE TABLE field_rules (
            workspace TEXT NOT NULL,
            instance TEXT NOT NULL,
            kind TEXT NOT NULL,
            column_name TEXT NOT NULL,
            label TEXT NOT NULL,
            source TEXT NOT NULL,
            PRIMARY KEY (workspace, instance, kind, column_name)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE sent_values (
            workspace TEXT NOT NULL,
            share TEXT NOT NULL,
            instance TEXT NOT NULL,
            sent TEXT NOT NULL,
            PRIMARY KEY (workspace, share, instance)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE states (
            workspace TEXT NOT NULL,
            instance TEXT NOT NULL,
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            label TEXT NOT NULL,
            is_active INTEGER NOT NULL,
            name TEXT NOT NULL DEFAULT '',
            meaning TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (workspace, instance, kind, value)
        ) STRICT
        """
    )
    sqlite.execute(
        "INSERT INTO states (workspace, instance, kind, value, label, is_active)"
        " SELECT workspace, instance, kind, state, max(state_label), max(is_open) FROM tickets"
        " WHERE state <> '' GROUP BY workspace, instance, kind, state"
    )


@MIGRATIONS()
def m012_acts(sqlite: Database) -> None:
    """Keep what people do with tickets from the chat, and tell such changes from others."""
    sqlite.execute(
        """
        CREATE TABLE acts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            workspace TEXT NOT NULL,
            id TEXT NOT NULL,
            share TEXT NOT NULL,
            draft TEXT NOT NULL,
            entry TEXT NOT NULL,
            state TEXT NOT NULL,
            requested_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            doubted INTEGER NOT NULL DEFAULT 0,
            ended_at INTEGER,
            reason TEXT NOT NULL DEFAULT '',
            parked INTEGER NOT NULL DEFAULT 0,
            wanted TEXT NOT NULL DEFAULT '[]',
            not_kept TEXT NOT NULL DEFAULT '[]',
            gave_up INTEGER NOT NULL DEFAULT 0,
            told INTEGER NOT NULL DEFAULT 0,
            UNIQUE (workspace, id),
            FOREIGN KEY (workspace, share) REFERENCES tickets (workspace, share)
        ) STRICT
        """
    )
    sqlite.execute("CREATE INDEX acts_by_share ON acts (workspace, share, number)")
    sqlite.execute("ALTER TABLE changes ADD COLUMN from_chat INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m013_journals(sqlite: Database) -> None:
    """Keep what was said on tickets and who was told, and which share was sent again as which."""
    sqlite.execute(
        """
        CREATE TABLE journals (
            workspace TEXT NOT NULL,
            share TEXT NOT NULL,
            updated_at INTEGER,
            updates INTEGER,
            wanted TEXT NOT NULL DEFAULT '',
            is_begun INTEGER NOT NULL DEFAULT 1,
            PRIMARY KEY (workspace, share)
        ) STRICT
        """
    )
    sqlite.execute(
        """
        CREATE TABLE journal_entries (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            share TEXT NOT NULL,
            key TEXT NOT NULL,
            told INTEGER NOT NULL,
            element TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            text TEXT NOT NULL DEFAULT '',
            at INTEGER,
            stamp TEXT NOT NULL DEFAULT '',
            UNIQUE (workspace, share, key)
        ) STRICT
        """
    )
    sqlite.execute(
        "CREATE INDEX journal_entries_untold ON journal_entries (workspace, told, share)"
    )
    # What was said on these before was never read, and is not told now.
    sqlite.execute(
        "INSERT INTO journals (workspace, share, updated_at, is_begun)"
        " SELECT workspace, share, updated_at, 0 FROM tickets"
    )
    sqlite.execute("ALTER TABLE shares ADD COLUMN sent_again_as TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m014_pauses(sqlite: Database) -> None:
    """Keep until when a remote allows a user no more requests, and which shares wait for that."""
    sqlite.execute(
        """
        CREATE TABLE pauses (
            provider TEXT NOT NULL,
            remote TEXT NOT NULL,
            identity TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (provider, remote, identity)
        ) STRICT
        """
    )
    sqlite.execute("ALTER TABLE shares ADD COLUMN waits_until INTEGER")
