"""What the checks of a workspace's instance found the last time."""

from typing import Final

from pydantic import TypeAdapter

from connector.models import Check, CheckRun
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction

_CHECKS: Final = TypeAdapter(tuple[Check, ...])


async def keep(tx: Transaction, run: CheckRun) -> None:
    """Keep a run in place of the one before."""
    await tx.run(
        "INSERT INTO check_runs (workspace, remote, at, checks)"
        " VALUES (:workspace, :remote, :at, :checks)"
        " ON CONFLICT (workspace) DO UPDATE SET remote = excluded.remote, at = excluded.at,"
        " checks = excluded.checks",
        remote=run.remote,
        at=micros(run.at),
        checks=_CHECKS.dump_json(run.checks).decode(),
    )


async def last(session: Session) -> CheckRun | None:
    """Read the last run."""
    row = await session.first(
        "SELECT remote, at, checks FROM check_runs WHERE workspace = :workspace"
    )
    if row is None:
        return None
    checks = _CHECKS.validate_json(row["checks"])
    return CheckRun(remote=row["remote"], at=moment(row["at"]), checks=checks)
