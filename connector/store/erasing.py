"""All that a workspace owns: read to be taken along, and erased.

The tables are asked for their names, so that no newcomer among them is forgotten. What is numbered
across workspaces is left out: it would tell of the others.
"""

from typing import Final

from connector.store.columns import Row
from connector.store.database import Session, Transaction

_OWNED: Final = (
    "SELECT t.name AS owner, c.name AS name FROM sqlite_master t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND NOT (c.pk = 1 AND c.type = 'INTEGER') AND :workspace <> ''"
    " AND EXISTS (SELECT 1 FROM pragma_table_info(t.name) w WHERE w.name = 'workspace')"
    " ORDER BY t.name, c.cid"
)
# The names that come in here are those of our own tables and columns.
_READ: Final = "SELECT {columns} FROM {table} WHERE workspace = :workspace ORDER BY rowid"
_ERASE: Final = "DELETE FROM {table} WHERE workspace = :workspace"
_OURS: Final = frozenset(
    {"deliveries", "installs", "leases", "notices", "redraws", "sign_ins", "work"}
)
"""What only we have a use for: none of it says anything about a ticket."""
_SEALED: Final = "sealed_"


async def export(session: Session) -> dict[str, list[Row]]:
    """Read everything of use that a workspace owns, by table; no secret, sealed or not."""
    return {
        table: await session.run(_READ.format(table=table, columns=", ".join(columns)))
        for table, columns in (await _owned(session)).items()
        if table not in _OURS
    }


async def erase(tx: Transaction) -> None:
    """Erase every row that a workspace owns, its installation among them."""
    # Tables refer to each other; at the commit nothing is left that could.
    await tx.line.run("PRAGMA defer_foreign_keys = ON", {})
    for table in await _owned(tx):
        await tx.run(_ERASE.format(table=table))


async def _owned(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in await session.run(_OWNED):
        columns = found.setdefault(row["owner"], [])
        if not row["name"].startswith(_SEALED):
            columns.append(row["name"])
    return found
