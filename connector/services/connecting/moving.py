"""Moving to another instance: what becomes of the tickets of the former one."""

from dataclasses import dataclass

from connector.announcer import Card
from connector.models import LeftBehind, ShareId, ShareState, Standing, WorkspaceId
from connector.services.tickets import cards
from connector.services.tickets.cards import Cards
from connector.store import shares, standings, tickets
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
                lane = cards.lane(record.share)
                await self.work.plan(tx, Job.REDRAW_CARD, share_id, lane=lane)

    async def redraw(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Make the card of a ticket show whether it is followed; twice does no harm.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        view = self.database.view(workspace)
        record = await shares.get(view, share_id)
        ticket = await tickets.get(view, ShareId(share_id))
        # What is not announced yet shows it when it is.
        if record is None or ticket is None or record.share.state is not ShareState.ANNOUNCED:
            return Done()
        place = await self.cards.post(Card(share=record.share, ticket=ticket))
        if place is not None and place != record.share.place:
            async with self.database.transaction(workspace) as tx:
                await shares.keep_place(tx, record.share.id, place)
        return Done()
