"""Tells, in the thread of a ticket's card, what was said in ServiceNow."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from connector.announcer import Announcer, Card
from connector.errors import OutcomeUnknownError, PlaceGoneError
from connector.models import JournalEntry, WorkspaceId
from connector.services.notifying.discretion import Discretion
from connector.services.notifying.spreading import Spreader, said
from connector.services.tickets.cards import Cards
from connector.store import journal
from connector.store.database import Database
from connector.work import Done, Next

_MOST_ALONE: Final = 5
"""Up to how many entries each have a message of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalTelling:
    """Tells each entry once, the oldest first; a card that is not there yet comes before."""

    database: Database
    cards: Cards
    spreader: Spreader
    discretion: Discretion
    announcer: Announcer

    async def tell(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Tell what nobody was told of yet.

        An entry is marked as told after it was posted: a crash in between tells it twice. Where
        nobody knows whether it was posted it is not told again.

        Raises:
            ProviderUnavailableError: the chat system could not be reached, or did not say who
                reads along.
        """
        card = await self.cards.announced(workspace, share_id)
        if card is None:
            return Done()
        untold = await journal.untold(self.database.view(workspace), card.share.id)
        quiet = await self.spreader.quiet(card)
        for bundle in _bundles(untold):
            await self._tell(card, bundle, aloud=quiet.tells(said(card, bundle[0])))
        if untold:
            await self.spreader.plan(workspace)
        return Done()

    async def _tell(self, card: Card, bundle: tuple[JournalEntry, ...], *, aloud: bool) -> None:
        if aloud:
            with suppress(PlaceGoneError, OutcomeUnknownError):
                await self.announcer.entries(card, await self.discretion.entries(card, bundle))
        async with self.database.transaction(card.share.workspace) as tx:
            for entry in bundle:
                await journal.mark_told(tx, entry.id)
                await self.spreader.spread(tx, card, said(card, entry))


def _bundles(entries: tuple[JournalEntry, ...]) -> list[tuple[JournalEntry, ...]]:
    if len(entries) > _MOST_ALONE:
        return [entries]
    return [(entry,) for entry in entries]
