"""The tables, as they came to be. A migration that has shipped is never changed.

Every table but ``health`` belongs to workspaces and carries ``workspace``. Times are integer
UTC microseconds, days ISO text, structures JSON text, truth 0 or 1.
"""

from typing import Final

from sqlite_utils import Database, Migrations

MIGRATIONS: Final = Migrations("snowline")

_FIRST: Final = (
    """
    CREATE TABLE connections (
        workspace TEXT NOT NULL,
        provider TEXT NOT NULL,
        remote TEXT NOT NULL,
        identity TEXT NOT NULL,
        client_id TEXT NOT NULL,
        state TEXT NOT NULL,
        connected_by TEXT NOT NULL,
        connected_at INTEGER NOT NULL,
        last_success_at INTEGER,
        signs_out_at INTEGER,
        problem TEXT NOT NULL DEFAULT '',
        sealed_secret TEXT,
        sealed_access TEXT,
        sealed_refresh TEXT,
        renew_at INTEGER,
        PRIMARY KEY (workspace, provider)
    ) STRICT
    """,
    """
    CREATE TABLE forms (
        workspace TEXT PRIMARY KEY,
        instance TEXT NOT NULL,
        integration_user TEXT NOT NULL,
        client_id TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE sign_ins (
        workspace TEXT NOT NULL,
        ticket_hash TEXT PRIMARY KEY,
        user_id TEXT NOT NULL,
        instance TEXT NOT NULL,
        integration_user TEXT NOT NULL,
        client_id TEXT NOT NULL,
        sealed_secret TEXT,
        sealed_verifier TEXT,
        state_hash TEXT UNIQUE,
        browser_hash TEXT,
        expires_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE shares (
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        state TEXT NOT NULL,
        draft TEXT NOT NULL,
        requester TEXT NOT NULL,
        destination TEXT NOT NULL,
        instance TEXT NOT NULL,
        sys_id TEXT NOT NULL,
        correlation_id TEXT NOT NULL,
        requested_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        sent_at INTEGER,
        unsure_at INTEGER,
        not_before INTEGER,
        ended_at INTEGER,
        reason TEXT NOT NULL DEFAULT '',
        not_kept TEXT NOT NULL DEFAULT '[]',
        place_conversation TEXT,
        place_message TEXT,
        card_tried INTEGER NOT NULL DEFAULT 0,
        shown TEXT NOT NULL DEFAULT '',
        gave_up INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace, id)
    ) STRICT
    """,
    "CREATE INDEX shares_by_state ON shares (state, workspace)",
    """
    CREATE TABLE honours (
        workspace TEXT NOT NULL,
        instance TEXT NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (workspace, instance, kind)
    ) STRICT
    """,
    """
    CREATE TABLE tickets (
        workspace TEXT NOT NULL,
        share TEXT NOT NULL,
        kind TEXT NOT NULL,
        instance TEXT NOT NULL,
        sys_id TEXT NOT NULL,
        number TEXT NOT NULL,
        link TEXT NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        state_label TEXT NOT NULL,
        priority TEXT NOT NULL,
        priority_label TEXT NOT NULL,
        due TEXT,
        assigned_to TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        read_at INTEGER NOT NULL,
        PRIMARY KEY (workspace, share),
        UNIQUE (workspace, instance, kind, sys_id),
        FOREIGN KEY (workspace, share) REFERENCES shares (workspace, id)
    ) STRICT
    """,
    """
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL,
        share TEXT NOT NULL,
        number TEXT NOT NULL,
        at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL,
        changed_by TEXT NOT NULL,
        fields TEXT NOT NULL,
        announced INTEGER NOT NULL DEFAULT 0,
        FOREIGN KEY (workspace, share) REFERENCES tickets (workspace, share)
    ) STRICT
    """,
    "CREATE INDEX changes_by_share ON changes (workspace, share, id)",
    "CREATE INDEX changes_unannounced ON changes (workspace, share) WHERE announced = 0",
    """
    CREATE TABLE watermarks (
        workspace TEXT NOT NULL,
        instance TEXT NOT NULL,
        kind TEXT NOT NULL,
        through INTEGER NOT NULL,
        PRIMARY KEY (workspace, instance, kind)
    ) STRICT
    """,
    """
    CREATE TABLE scores (
        workspace TEXT NOT NULL,
        tenant TEXT NOT NULL,
        day TEXT NOT NULL,
        read_at INTEGER NOT NULL,
        current REAL NOT NULL,
        maximum REAL NOT NULL,
        profiles INTEGER NOT NULL,
        points TEXT NOT NULL,
        PRIMARY KEY (workspace, tenant, day)
    ) STRICT
    """,
    """
    CREATE TABLE score_actions (
        workspace TEXT NOT NULL,
        tenant TEXT NOT NULL,
        actions TEXT NOT NULL,
        PRIMARY KEY (workspace, tenant)
    ) STRICT
    """,
    """
    CREATE TABLE digests (
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        conversation TEXT NOT NULL,
        requested_by TEXT NOT NULL,
        requested_at INTEGER NOT NULL,
        ended_at INTEGER,
        place_conversation TEXT,
        place_message TEXT,
        PRIMARY KEY (workspace, id)
    ) STRICT
    """,
    """
    CREATE TABLE notices (
        workspace TEXT NOT NULL,
        id TEXT NOT NULL,
        user_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        provider TEXT,
        planned_at INTEGER NOT NULL,
        PRIMARY KEY (workspace, id)
    ) STRICT
    """,
    """
    CREATE TABLE deliveries (
        workspace TEXT NOT NULL,
        key TEXT NOT NULL,
        made TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (workspace, key)
    ) STRICT
    """,
    """
    CREATE TABLE work (
        workspace TEXT NOT NULL,
        job TEXT NOT NULL,
        key TEXT NOT NULL,
        lane TEXT NOT NULL,
        due_at INTEGER,
        claimed INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (workspace, job, key)
    ) STRICT
    """,
    "CREATE INDEX work_due ON work (claimed, lane, due_at)",
    "CREATE TABLE health (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT",
)


@MIGRATIONS()
def m001_first(sqlite: Database) -> None:
    """Make every table."""
    for statement in _FIRST:
        sqlite.execute(statement)


@MIGRATIONS()
def m002_waiting_shares(sqlite: Database) -> None:
    """Keep what a share waits for and which reason its card shows."""
    sqlite.execute("ALTER TABLE shares ADD COLUMN parked INTEGER NOT NULL DEFAULT 0")
    sqlite.execute("ALTER TABLE shares ADD COLUMN shown_reason TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m003_habits(sqlite: Database) -> None:
    """Keep all that an instance was seen to do with what we send; it is soon seen again."""
    sqlite.execute("DROP TABLE honours")
    sqlite.execute(
        """
        CREATE TABLE habits (
            workspace TEXT NOT NULL,
            instance TEXT NOT NULL,
            kind TEXT NOT NULL,
            keeps_sys_id INTEGER NOT NULL,
            keeps_correlation_id INTEGER NOT NULL,
            keeps_description INTEGER NOT NULL,
            PRIMARY KEY (workspace, instance, kind)
        ) STRICT
        """
    )
    for column in ("doubted", "made"):
        sqlite.execute(f"ALTER TABLE shares ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    for column in ("card_tried", "not_before"):
        sqlite.execute(f"ALTER TABLE shares DROP COLUMN {column}")


@MIGRATIONS()
def m004_search(sqlite: Database) -> None:
    """Keep who sent a share; forget which marks an instance keeps, for all are searched for."""
    sqlite.execute("ALTER TABLE shares ADD COLUMN sent_as TEXT NOT NULL DEFAULT ''")
    for column in ("keeps_correlation_id", "keeps_description"):
        sqlite.execute(f"ALTER TABLE habits DROP COLUMN {column}")


@MIGRATIONS()
def m005_rounds(sqlite: Database) -> None:
    """Keep which tickets are gone, and when each was last asked for by name."""
    sqlite.execute("ALTER TABLE tickets ADD COLUMN is_gone INTEGER NOT NULL DEFAULT 0")
    sqlite.execute("ALTER TABLE tickets ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS()
def m006_sign_outs(sqlite: Database) -> None:
    """Keep when refresh tokens die, and how many days before whoever connected was warned."""
    sqlite.execute("ALTER TABLE connections ADD COLUMN sign_out_assumed INTEGER NOT NULL DEFAULT 0")
    sqlite.execute("ALTER TABLE connections ADD COLUMN warned TEXT NOT NULL DEFAULT '[]'")
    # Nobody asked when these end: ServiceNow's default is 100 days after the sign-in.
    sqlite.execute(
        "UPDATE connections SET signs_out_at = connected_at + 8640000000000, sign_out_assumed = 1"
        " WHERE provider = 'ServiceNow' AND signs_out_at IS NULL AND sealed_refresh IS NOT NULL"
    )


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
