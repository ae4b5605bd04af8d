"""Sign-ins under way: from the link an admin gets to the answer of the instance.

The browser brings only a secret, never a workspace: its hash finds the row, and the row says
whose it is.
"""

from dataclasses import dataclass
from datetime import datetime

from connector.models import Grant, PendingSignIn, UserId, WorkspaceId
from connector.store.columns import Row, micros, moment
from connector.store.database import Session, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRow:
    """A sign-in under way; secrets are sealed, what the browser brings is hashed.

    ``awaits_secret`` tells that its one-time page has not been sent in yet.
    """

    workspace: WorkspaceId
    ticket_hash: str
    user_id: UserId
    instance: str
    integration_user: str
    client_id: str
    sealed_secret: str | None
    sealed_verifier: str | None = None
    browser_hash: str | None = None
    grant: Grant = Grant.CODE
    awaits_secret: bool = False


async def add(tx: Transaction, row: SignInRow, expires_at: datetime) -> None:
    """Keep a new sign-in."""
    await tx.run(
        "INSERT INTO sign_ins (workspace, ticket_hash, user_id, instance, integration_user,"
        " client_id, sealed_secret, grant_type, awaits_secret, expires_at) VALUES (:workspace,"
        " :ticket_hash, :user_id, :instance, :integration_user, :client_id, :sealed_secret,"
        " :grant_type, :awaits_secret, :expires_at)",
        ticket_hash=row.ticket_hash,
        user_id=row.user_id,
        instance=row.instance,
        integration_user=row.integration_user,
        client_id=row.client_id,
        sealed_secret=row.sealed_secret,
        grant_type=row.grant.value,
        awaits_secret=int(row.awaits_secret),
        expires_at=micros(expires_at),
    )


async def by_ticket(session: Session, ticket_hash: str, now: datetime) -> SignInRow | None:
    """Find the sign-in an unexpired link belongs to, in whichever workspace."""
    row = await session.first(
        "SELECT workspace, ticket_hash, user_id, instance, integration_user, client_id,"
        " sealed_secret, sealed_verifier, browser_hash, grant_type, awaits_secret FROM sign_ins"
        " WHERE ticket_hash = :ticket_hash AND expires_at > :now",
        ticket_hash=ticket_hash,
        now=micros(now),
    )
    return _sign_in(row) if row else None


async def start(
    tx: Transaction, ticket_hash: str, *, state_hash: str, browser_hash: str, sealed_verifier: str
) -> None:
    """Bind the sign-in to a browser and a state; the last start counts."""
    await tx.run(
        "UPDATE sign_ins SET state_hash = :state_hash, browser_hash = :browser_hash,"
        " sealed_verifier = :sealed_verifier"
        " WHERE workspace = :workspace AND ticket_hash = :ticket_hash",
        ticket_hash=ticket_hash,
        state_hash=state_hash,
        browser_hash=browser_hash,
        sealed_verifier=sealed_verifier,
    )


async def consume(tx: Transaction, state_hash: str, now: datetime) -> SignInRow | None:
    """Take the unexpired sign-in of a state, once, in whichever workspace."""
    row = await tx.first(
        "DELETE FROM sign_ins WHERE state_hash = :state_hash AND awaits_secret = 0"
        " AND expires_at > :now"
        " RETURNING workspace, ticket_hash, user_id, instance, integration_user, client_id,"
        " sealed_secret, sealed_verifier, browser_hash, grant_type, awaits_secret",
        state_hash=state_hash,
        now=micros(now),
    )
    return _sign_in(row) if row else None


async def open_page(
    tx: Transaction, ticket_hash: str, *, state_hash: str, browser_hash: str
) -> None:
    """Bind the page that asks for the secret to a browser; the last that opened it counts."""
    await tx.run(
        "UPDATE sign_ins SET state_hash = :state_hash, browser_hash = :browser_hash"
        " WHERE workspace = :workspace AND ticket_hash = :ticket_hash AND awaits_secret = 1",
        ticket_hash=ticket_hash,
        state_hash=state_hash,
        browser_hash=browser_hash,
    )


async def close_page(
    tx: Transaction,
    ticket_hash: str,
    *,
    state_hash: str,
    browser_hash: str,
    sealed_secret: str | None,
    now: datetime,
) -> bool:
    """Keep what the page of that state brought from that browser, once; False for another's."""
    row = await tx.first(
        "UPDATE sign_ins SET sealed_secret = :sealed_secret, awaits_secret = 0,"
        " state_hash = NULL, browser_hash = NULL WHERE workspace = :workspace"
        " AND ticket_hash = :ticket_hash AND state_hash = :state_hash"
        " AND browser_hash = :browser_hash AND awaits_secret = 1 AND expires_at > :now"
        " RETURNING ticket_hash",
        ticket_hash=ticket_hash,
        state_hash=state_hash,
        browser_hash=browser_hash,
        sealed_secret=sealed_secret,
        now=micros(now),
    )
    return row is not None


async def remove(tx: Transaction, ticket_hash: str) -> None:
    """Forget a sign-in that is used up, with the secret it holds."""
    await tx.run(
        "DELETE FROM sign_ins WHERE workspace = :workspace AND ticket_hash = :ticket_hash",
        ticket_hash=ticket_hash,
    )


async def pending(session: Session, now: datetime) -> PendingSignIn | None:
    """Read the newest sign-in of the workspace that still waits for a browser."""
    row = await session.first(
        "SELECT instance, expires_at, browser_hash FROM sign_ins"
        " WHERE workspace = :workspace AND expires_at > :now"
        " ORDER BY expires_at DESC, ticket_hash LIMIT 1",
        now=micros(now),
    )
    if row is None:
        return None
    opened = row["browser_hash"] is not None
    expires_at = moment(row["expires_at"])
    return PendingSignIn(instance=row["instance"], expires_at=expires_at, opened=opened)


async def purge(tx: Transaction, now: datetime) -> None:
    """Forget sign-ins that have expired, with the secrets they hold."""
    await tx.run(
        "DELETE FROM sign_ins WHERE workspace = :workspace AND expires_at <= :now",
        now=micros(now),
    )


def _sign_in(row: Row) -> SignInRow:
    stated = {"grant": Grant(row["grant_type"]), "awaits_secret": bool(row["awaits_secret"])}
    return SignInRow(**{name: row[name] for name in row if name != "grant_type"} | stated)
