"""Secure Scores: one a day for ever, and the newest with every action."""

from datetime import date
from typing import Final

from pydantic import TypeAdapter

from connector.models import ImprovementAction, SecureScore
from connector.store.columns import Row, micros, moment, packed
from connector.store.database import Session, Transaction

_ACTIONS: Final = TypeAdapter(tuple[ImprovementAction, ...])


async def put(tx: Transaction, score: SecureScore) -> None:
    """Keep a score as the newest of its tenant and as that day's.

    What the actions say is kept of the newest only, their points of every day.
    """
    await tx.run(
        "INSERT INTO scores (workspace, tenant, day, read_at, current, maximum, profiles, points)"
        " VALUES (:workspace, :tenant, :day, :read_at, :current, :maximum, :profiles, :points)"
        " ON CONFLICT (workspace, tenant, day) DO UPDATE SET read_at = excluded.read_at,"
        " current = excluded.current, maximum = excluded.maximum,"
        " profiles = excluded.profiles, points = excluded.points",
        tenant=score.tenant,
        day=score.day.isoformat(),
        read_at=micros(score.read_at),
        current=score.current,
        maximum=score.maximum,
        profiles=score.profiles,
        points=packed({action.id: [action.score, action.max_score] for action in score.actions}),
    )
    await tx.run(
        "INSERT INTO score_actions (workspace, tenant, actions)"
        " VALUES (:workspace, :tenant, :actions)"
        " ON CONFLICT (workspace, tenant) DO UPDATE SET actions = excluded.actions",
        tenant=score.tenant,
        actions=_ACTIONS.dump_json(score.actions).decode(),
    )


async def newest(session: Session, tenant: str) -> SecureScore | None:
    """Read the score of a tenant that was read last."""
    row = await session.first(
        "SELECT s.tenant, s.day, s.read_at, s.current, s.maximum, s.profiles, a.actions"
        " FROM scores s JOIN score_actions a ON a.workspace = s.workspace AND a.tenant = s.tenant"
        " WHERE s.workspace = :workspace AND s.tenant = :tenant"
        " ORDER BY s.read_at DESC, s.day DESC LIMIT 1",
        tenant=tenant,
    )
    return _score(row) if row else None


async def history(
    session: Session, tenant: str, since: date = date.min
) -> tuple[tuple[date, float, float], ...]:
    """Read day, points and maximum of every day since then, oldest first."""
    rows = await session.run(
        "SELECT day, current, maximum FROM scores"
        " WHERE workspace = :workspace AND tenant = :tenant AND day >= :since ORDER BY day",
        tenant=tenant,
        since=since.isoformat(),
    )
    return tuple((date.fromisoformat(r["day"]), r["current"], r["maximum"]) for r in rows)


def _score(row: Row) -> SecureScore:
    return SecureScore(
        tenant=row["tenant"],
        day=date.fromisoformat(row["day"]),
        read_at=moment(row["read_at"]),
        current=row["current"],
        maximum=row["maximum"],
        profiles=row["profiles"],
        actions=_ACTIONS.validate_json(row["actions"]),
    )
