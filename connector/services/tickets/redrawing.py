"""Draws a card anew of which nothing but what it shows has changed."""

from dataclasses import dataclass

from connector.models import ShareId, WorkspaceId
from connector.services.tickets.cards import Cards, lane
from connector.store import redraws, shares
from connector.store.database import Database, Transaction
from connector.work import Done, Job, Next, Work


async def plan_redraw(work: Work, tx: Transaction, share: ShareId) -> None:
    """Have the card of a ticket drawn anew: noted, so that a lost plan is found again."""
    record = await shares.get(tx, share)
    if record is not None:
        await redraws.want(tx, share)
        await work.plan(tx, Job.REDRAW_CARD, share, lane=lane(record.share.destination))


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawing:
    """Draws cards anew."""

    database: Database
    cards: Cards

    async def redraw(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Make the card of a ticket show whether it is followed, and muted; twice does no harm.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        share = ShareId(share_id)
        times = await redraws.wanted(self.database.view(workspace), share)
        # What is not announced yet shows it when it is.
        card = await self.cards.announced(workspace, share_id)
        if card is not None:
            await self.cards.redraw(card)
        async with self.database.transaction(workspace) as tx:
            await redraws.settle(tx, share, times)
        return Done()
