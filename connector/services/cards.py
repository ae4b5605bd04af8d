"""Makes the card of a share show how far it has come, and remembers what it shows."""

import logging
from dataclasses import dataclass, replace

from connector.announcer import Announcer, Card
from connector.errors import ConnectorError, PlaceGoneError
from connector.models import Place, Ticket
from connector.services.progress import named
from connector.store import shares
from connector.store.database import Database
from connector.store.shares import ShareRecord, Shown

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Speaks of shares through the announcer.

    A card is posted once and then updated. A crash between posting and storing its place
    leaves that one behind, and the next step posts another.
    """

    database: Database
    announcer: Announcer

    async def first(self, record: ShareRecord) -> ShareRecord:
        """Say that a share is on its way; tried once, and a failure stops nothing."""
        if record.card_tried:
            return record
        record = await self._keep(replace(record, card_tried=True))
        return await self.try_to_show(record, Shown.ON_ITS_WAY)

    async def try_to_show(self, record: ShareRecord, what: Shown) -> ShareRecord:
        """Make the card show something that may as well stay unsaid."""
        try:
            return await self._keep(await self.show(record, what))
        except ConnectorError as exc:
            _log.warning("The card does not say %s: %s %s", what, exc, named(record.share))
            return record

    async def show(
        self, record: ShareRecord, what: Shown, ticket: Ticket | None = None
    ) -> ShareRecord:
        """Make the card show something; the record that comes back is not stored yet.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        card = Card(share=record.share, ticket=ticket)
        place = await self.post(card)
        share = replace(record.share, place=place)
        return replace(record, share=share, shown=what, shown_reason=share.reason)

    async def post(self, card: Card) -> Place | None:
        """Update the card where it is, or post it; None where nobody can be reached.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        places = dict.fromkeys((card.share.place, None))
        for place in places:
            try:
                return await self.announcer.card(
                    replace(card, share=replace(card.share, place=place))
                )
            except PlaceGoneError as exc:
                _log.warning("The card has no place: %s %s", exc, named(card.share))
        return None

    async def _keep(self, record: ShareRecord) -> ShareRecord:
        async with self.database.transaction(record.share.workspace) as tx:
            await shares.save(tx, record)
        return record
