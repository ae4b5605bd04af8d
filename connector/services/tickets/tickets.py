"""Tickets: listed from what is kept, and their changes told."""

from contextlib import suppress
from dataclasses import dataclass

from connector.announcer import Announcer, Card
from connector.clock import Clock
from connector.errors import OutcomeUnknownError, PlaceGoneError
from connector.models import (
    Share,
    ShareState,
    Ticket,
    TicketChange,
    TicketFilter,
    UserId,
    WorkspaceId,
)
from connector.services.notifying.discretion import Discretion
from connector.services.notifying.spreading import Quiet, Spreader
from connector.services.tickets.cards import Cards
from connector.services.tickets.lists import reader
from connector.store import shares, ticket_lists, tickets
from connector.store.database import Database
from connector.work import Done, Next


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Shares that are no tickets yet: one's own, to list, and other people's, only to count.

    Other people's may have been asked for in private; of theirs only those on their way are here.
    """

    own: tuple[Share, ...] = ()
    others: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketService:
    """Lists tickets and tells their changes."""

    database: Database
    cards: Cards
    spreader: Spreader
    discretion: Discretion
    announcer: Announcer
    clock: Clock

    async def list(
        self, workspace: WorkspaceId, which: TicketFilter, user: UserId
    ) -> tuple[Ticket, ...]:
        """Read the newest tickets of a filter from what is kept, at most 200."""
        view = self.database.view(workspace)
        return await ticket_lists.listed(view, which, await reader(view, user, self.clock()))

    async def waiting(self, workspace: WorkspaceId, which: TicketFilter, user: UserId) -> Waiting:
        """Read the shares that are no tickets yet, with one's own that were lately rejected.

        Lately is in the last seven days. What is no ticket yet is not overdue.
        """
        if which is TicketFilter.OVERDUE:
            return Waiting()
        every = await shares.waiting(self.database.view(workspace), user, self.clock())
        own = tuple(each for each in every if each.draft.requester == user)
        if which is TicketFilter.MINE:
            return Waiting(own=own)
        others = tuple(each for each in every if each.draft.requester != user)
        on_their_way = tuple(each for each in others if each.state is not ShareState.REJECTED)
        return Waiting(own=own, others=on_their_way)

    async def announce(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Bring the card up to date, then tell each change in its thread, if it is not muted.

        A change is marked as told after it was posted: a crash in between tells it twice. Where
        nobody knows whether it was posted it is not told again: the card shows it, too. With the
        mark it is kept for everybody who is told in private.

        Raises:
            ProviderUnavailableError: the chat system could not be reached, or did not say who
                reads along.
        """
        card = await self.cards.announced(workspace, share_id)
        if card is None:
            return Done()
        untold = await tickets.unannounced(self.database.view(workspace), card.share.id)
        if untold:
            card = await self.cards.redraw(card)
            quiet = await self.spreader.quiet(card)
            for change in untold:
                await self._tell(card, change, quiet)
            await self.spreader.plan(workspace)
        return Done()

    async def _tell(self, card: Card, change: TicketChange, quiet: Quiet) -> None:
        if quiet.tells(change):
            with suppress(PlaceGoneError, OutcomeUnknownError):
                broadcast = quiet.broadcasts(change)
                told = await self.discretion.change(card, change)
                await self.announcer.change(card, told, broadcast=broadcast)
        async with self.database.transaction(card.share.workspace) as tx:
            await tickets.mark_announced(tx, change.id)
            await self.spreader.spread(tx, card, change)
