"""How the last sign-in failed, until one succeeds."""

from connector.models import FailedSignIn, StepName
from connector.store.columns import micros, moment
from connector.store.database import Session, Transaction


async def keep(tx: Transaction, end: FailedSignIn) -> None:
    """Keep why a sign-in failed, in place of the one before."""
    await tx.run(
        "INSERT INTO sign_in_ends (workspace, instance, step, sentence, remedy, at)"
        " VALUES (:workspace, :instance, :step, :sentence, :remedy, :at)"
        " ON CONFLICT (workspace) DO UPDATE SET instance = excluded.instance,"
        " step = excluded.step, sentence = excluded.sentence, remedy = excluded.remedy,"
        " at = excluded.at",
        instance=end.instance,
        step=end.step.value,
        sentence=end.sentence,
        remedy=end.remedy,
        at=micros(end.at),
    )


async def last(session: Session) -> FailedSignIn | None:
    """Read why the last sign-in failed; None where none did, or one has succeeded since."""
    row = await session.first(
        "SELECT instance, step, sentence, remedy, at FROM sign_in_ends WHERE workspace = :workspace"
    )
    if row is None:
        return None
    return FailedSignIn(
        instance=row["instance"],
        step=StepName(row["step"]),
        sentence=row["sentence"],
        remedy=row["remedy"],
        at=moment(row["at"]),
    )


async def forget(tx: Transaction) -> None:
    """Forget it, when one has succeeded."""
    await tx.run("DELETE FROM sign_in_ends WHERE workspace = :workspace")
