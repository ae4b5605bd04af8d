"""The tables of the first Snowline."""

from typing import Final

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS

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
