"""Who may read a ticket in ServiceNow, and what it says there now."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.errors import NotFoundError
from connector.models import Person, Ticket, TicketDetails
from connector.servicenow import acts as remote
from connector.servicenow import roles
from connector.servicenow.acts import Seen
from connector.services.desks import Desks
from connector.words import later

_GROUP: Final = "assignment_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Asks ServiceNow, each time, whether somebody may read a ticket: a no stands for not sure."""

    desks: Desks

    async def may_read(self, ticket: Ticket, who: Person | None) -> bool:
        """Tell whether the person's verified e-mail is an active user's with a role that may.

        Raises:
            ConnectorError: ServiceNow is not connected or could not be asked.
        """
        if who is None or not who.email:
            return False
        desk = await self.desks.servicenow(ticket.workspace)
        if desk.remote != ticket.instance:
            return False
        held = await desk.ask(partial(roles.of_person, email=who.email))
        return not held.isdisjoint(roles.READERS[ticket.kind])

    async def details(self, ticket: Ticket, who: Person | None) -> TicketDetails | None:
        """Read a ticket for somebody; None where they may not.

        Raises:
            NotFoundError: it is not there any more.
            ConnectorError: as for ``may_read``.
        """
        may, seen = await asyncio.gather(self.may_read(ticket, who), self._seen(ticket))
        if not may:
            return None
        if seen is None:
            raise NotFoundError(later("This ticket"))
        return TicketDetails(
            ticket=ticket,
            description=seen.record.description,
            assignment_group=seen.shown.get(_GROUP, ""),
        )

    async def _seen(self, ticket: Ticket) -> Seen | None:
        desk = await self.desks.servicenow(ticket.workspace)
        question = partial(remote.read, kind=ticket.kind, sys_id=ticket.sys_id, columns=(_GROUP,))
        return await desk.ask(question)
