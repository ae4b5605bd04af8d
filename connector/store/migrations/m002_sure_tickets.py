"""What one ticket per share, and noticing where each went, took."""

from sqlite_utils import Database

from connector.store.migrations.series import MIGRATIONS


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
