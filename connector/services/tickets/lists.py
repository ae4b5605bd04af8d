"""Lists of tickets, read part by part from what is kept."""

from dataclasses import dataclass
from datetime import datetime

from connector.clock import Clock
from connector.models import Facets, Position, Selection, TicketPage, UserId, WorkspaceId
from connector.store import counterparts, ticket_lists
from connector.store.database import Database, Session
from connector.store.ticket_lists import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLists:
    """Reads any part of any list, however many tickets there are."""

    database: Database
    clock: Clock

    async def page(
        self,
        workspace: WorkspaceId,
        user: UserId,
        selection: Selection,
        position: Position | None = None,
    ) -> TicketPage:
        """Read the part of a list beside a position; its first part without one."""
        view = self.database.view(workspace)
        who = await reader(view, user, self.clock())
        return await ticket_lists.page(view, selection, who, position)

    async def facets(self, workspace: WorkspaceId, user: UserId, selection: Selection) -> Facets:
        """Read to what states and priorities a list can be narrowed."""
        view = self.database.view(workspace)
        return await ticket_lists.facets(view, selection, await reader(view, user, self.clock()))


async def reader(view: Session, user: UserId, now: datetime) -> Reader:
    """Tell as whom somebody reads: theirs is also what their ServiceNow user is assigned to."""
    return Reader(user=user, now=now, counterpart=await counterparts.sys_id(view, user))
