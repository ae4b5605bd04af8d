"""How the instance makes priorities: read from it, kept, and read anew when it is not so."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import ProviderError, ProviderUnavailableError, SignInExpiredError
from connector.models import Share, TicketKind
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.priorities import SHIPPED, Matrix
from connector.servicenow.record import Record
from connector.services.desks import Desk
from connector.store import matrices
from connector.store.database import Database, Session, Transaction
from connector.store.matrices import MatrixRow

_log = logging.getLogger(__name__)

_FRESH: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities:
    """Knows an instance's matrix of impact and urgency, and lets no ticket wait for it long."""

    database: Database
    clock: Clock

    async def at(self, share: Share, desk: Desk[ServiceNowClient], *, patient: bool) -> Matrix:
        """Return the matrix of a share's instance, at most a day old where it can be read.

        Where it cannot be read it is an older one, or the one ServiceNow is shipped with.

        Raises:
            ProviderUnavailableError: with patience, where none was ever read.
            SignInExpiredError: the instance no longer accepts the sign-in.
        """
        view = self.database.view(share.workspace)
        known = await matrices.get(view, share.instance)
        # What was read after now, by a clock that was ahead, is not fresh.
        if known and timedelta(0) <= self.clock() - known.read_at < _FRESH:
            return _usable(known)
        try:
            matrix = dict(await desk.ask(ServiceNowClient.priorities))
        except SignInExpiredError:
            raise
        except ProviderUnavailableError as exc:
            if patient and known is None:
                raise
            _log.info("How %s makes priorities is asked another time: %s", share.instance, exc)
            return _usable(known)
        except ProviderError as exc:
            _log.info("How %s makes priorities may not be read: %s", share.instance, exc)
            matrix = {}
        async with self.database.transaction(share.workspace) as tx:
            row = MatrixRow(matrix=matrix, read_at=self.clock())
            await matrices.put(tx, share.instance, row)
        return matrix or SHIPPED


async def known_matrix(session: Session, share: Share) -> Matrix:
    """Return the matrix that a share was sent by, as far as that is still known."""
    return await kept_matrix(session, share.instance)


async def kept_matrix(session: Session, instance: str) -> Matrix:
    """Return the matrix of an instance as it was read last, or as ServiceNow is shipped."""
    return _usable(await matrices.get(session, instance))


async def doubt(tx: Transaction, share: Share, record: Record) -> None:
    """Have the matrix read anew where a record got another priority than was wanted."""
    looked_up = share.draft.kind is TicketKind.INCIDENT and "priority" not in record.unread
    if looked_up and record.priority != str(share.draft.priority.value):
        await matrices.forget(tx, share.instance)


def _usable(known: MatrixRow | None) -> Matrix:
    return known.matrix if known and known.matrix else SHIPPED
