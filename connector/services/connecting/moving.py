"""Moving to another instance: what becomes of the tickets of the former one."""

from dataclasses import dataclass

from connector.models import LeftBehind, Standing, WorkspaceId
from connector.services.tickets import cards
from connector.services.tickets.cards import Cards
from connector.store import shares, standings
from connector.store.database import Database, Transaction
from connector.work import Done, Job, Next, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Asks before, and carries out once the other instance is really connected.

    Nothing is changed or deleted in ServiceNow.
    """

    database: Database
    work: Work
    cards: Cards

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
            record = await shares.get(tx, share_id)
            if record is not None:
                lane = cards.lane(record.share.destination)
                await self.work.plan(tx, Job.REDRAW_CARD, share_id, lane=lane)

    async def redraw(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Make the card of a ticket show whether it is followed; twice does no harm.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        # What is not announced yet shows it when it is.
        card = await self.cards.announced(workspace, share_id)
        if card is not None:
            await self.cards.redraw(card)
        return Done()
