"""What is left out of a thread because others than full members read along there."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final, Self

from connector.announcer import Card, Directory
from connector.clock import Clock
from connector.errors import ConnectorError, ProviderUnavailableError
from connector.models import JournalElement, JournalEntry, TicketChange, WorkspaceId
from connector.services.acts.words import LABELS
from connector.services.rights.remembered import Remembered

_log = logging.getLogger(__name__)

_KNOWN_FOR: Final = timedelta(minutes=1)
_INTERNAL: Final = JournalElement.WORK_NOTES
_FIELD: Final = LABELS[_INTERNAL.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretion:
    """Keeps the text of work notes out of threads that guests or another organisation read.

    Who reads along is asked when there is a note to tell, and remembered for a minute. Where
    nobody can tell, it is left out: it stands in ServiceNow.
    """

    directory: Directory
    known: Remembered[bool]

    @classmethod
    def of(cls, directory: Directory, clock: Clock) -> Self:
        """Know no conversation yet."""
        return cls(directory=directory, known=Remembered(clock, _KNOWN_FOR))

    async def is_closed(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether full members alone read a conversation.

        Raises:
            PlaceGoneError: it cannot be looked into.
            ProviderError: the chat system did not say.
        """
        asking = partial(self.directory.is_closed, workspace, conversation)
        return await self.known.get((workspace, conversation), asking)

    async def entries(
        self, card: Card, entries: tuple[JournalEntry, ...]
    ) -> tuple[JournalEntry, ...]:
        """Return entries of a journal as they may be told in the thread of a card.

        Raises:
            ProviderUnavailableError: the chat system did not say who reads there.
        """
        if all(each.element is not _INTERNAL for each in entries) or not await self._withholds(
            card
        ):
            return entries
        return tuple(
            replace(each, text="", is_withheld=True) if each.element is _INTERNAL else each
            for each in entries
        )

    async def change(self, card: Card, change: TicketChange) -> TicketChange:
        """Return a change as it may be told in the thread of a card.

        Raises:
            ProviderUnavailableError: the chat system did not say who reads there.
        """
        if all(each.field != _FIELD for each in change.fields) or not await self._withholds(card):
            return change
        fields = tuple(
            replace(each, after="", is_withheld=True) if each.field == _FIELD else each
            for each in change.fields
        )
        return replace(change, fields=fields)

    async def _withholds(self, card: Card) -> bool:
        place = card.share.place
        if place is None:
            return True
        try:
            return not await self.is_closed(card.share.workspace, place.conversation)
        except ProviderUnavailableError:
            raise
        except ConnectorError as exc:
            _log.info("nobody can tell who reads %s: %s", place.conversation, exc)
            return True
