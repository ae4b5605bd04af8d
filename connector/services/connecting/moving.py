"""Moving to another instance: what becomes of the tickets of the former one."""

from dataclasses import dataclass

from connector.models import LeftBehind, Standing, WorkspaceId
from connector.services.tickets.redrawing import plan_redraw
from connector.store import standings
from connector.store.database import Database, Transaction
from connector.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Asks before, and carries out once the other instance is really connected.

    Nothing is changed or deleted in ServiceNow.
    """

    database: Database
    work: Work

    async def left_behind(self, workspace: WorkspaceId, instance: str) -> LeftBehind | None:
        """Count the tickets that are followed elsewhere than in ``instance``; None without any."""
        return await standings.left_behind(self.database.view(workspace), instance)

    async def answer(self, workspace: WorkspaceId, instance: str, becomes: Standing) -> None:
        """Keep what they become once ``instance`` is connected; the last answer counts."""
        async with self.database.transaction(workspace) as tx:
            await standings.keep_answer(tx, instance, becomes)

    async def move(self, tx: Transaction, instance: str) -> None:
        """Follow the tickets of ``instance`` alone, as was answered, and have cards say so."""
        for share_id in await standings.move(tx, instance):
            await plan_redraw(self.work, tx, share_id)
