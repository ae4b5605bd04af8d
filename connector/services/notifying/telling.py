"""Tells people in private what happened to the tickets that they want to hear of."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import OutcomeUnknownError, PlaceGoneError
from connector.models import Because, TicketChange, TicketNews, UserId, WorkspaceId
from connector.services.homes.counterparts import Counterparts
from connector.services.rights.service import RightsService
from connector.store import news, tickets
from connector.store.database import Database
from connector.store.news import NewsRow
from connector.work import Again, Done, Next

_MOST: Final = 500
"""Of how many changes one message tells."""
_LONGEST: Final = timedelta(minutes=2)
"""For how long news wait for more where more keeps coming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsTelling:
    """Tells a person everything that waits for them, in one message for a round of changes.

    A round is over when nothing more came for as long as ``gathers``.
    It is forgotten after it was told: a crash in between tells it twice. Where nobody knows
    whether it was posted it is not told again. Nobody is told of what
    they did themselves, here or in ServiceNow; guests and whoever has left are told nothing.
    """

    database: Database
    counterparts: Counterparts
    rights: RightsService
    announcer: Announcer
    gathers: timedelta
    clock: Clock

    async def tell(self, workspace: WorkspaceId, user_id: str) -> Next:
        """Tell what waits, and what came meanwhile; later, where a round is not over.

        Raises:
            ProviderUnavailableError: the chat system could not be reached, or did not say whether
                this is a full member.
        """
        user, view = UserId(user_id), self.database.view(workspace)
        while waiting := await news.waiting(view, user, _MOST):
            if (over := self._over(waiting)) > self.clock():
                return Again(over)
            is_full = (await self.rights.membership(workspace, user)).is_full
            if is_full and (told := await self._news(workspace, user, waiting)):
                with suppress(PlaceGoneError, OutcomeUnknownError):
                    await self.announcer.news(workspace, user, told)
            async with self.database.transaction(workspace) as tx:
                await news.forget(tx, user, waiting[-1].id)
        return Done()

    def _over(self, waiting: tuple[NewsRow, ...]) -> datetime:
        """Tell when a round is over of which these are the first news."""
        if len(waiting) == _MOST or waiting[0].at > self.clock():
            # More would not fit, or a clock that was ahead wrote down when they came.
            return self.clock()
        return min(waiting[-1].at + self.gathers, waiting[0].at + _LONGEST)

    async def _news(
        self, workspace: WorkspaceId, user: UserId, waiting: Iterable[NewsRow]
    ) -> tuple[TicketNews, ...]:
        told = []
        for share, rows in groupby(sorted(waiting, key=_by_ticket), key=lambda row: row.share):
            ticket = await tickets.get(self.database.view(workspace), share)
            if ticket is None:
                continue
            of_it = tuple(rows)
            changes = await self._others(workspace, user, ticket.instance, of_it)
            if changes:
                told.append(TicketNews(ticket=ticket, changes=changes, because=_reason(of_it)))
        return tuple(told)

    async def _others(
        self, workspace: WorkspaceId, user: UserId, instance: str, rows: tuple[NewsRow, ...]
    ) -> tuple[TicketChange, ...]:
        """Leave out what this person did in ServiceNow themselves."""
        changes = tuple(row.change for row in rows)
        if all(each.from_chat or not each.by for each in changes):
            return changes
        myself = await self.counterparts.at(workspace, user, instance)
        return tuple(each for each in changes if myself is None or not myself.did(each))


def _by_ticket(row: NewsRow) -> tuple[str, int]:
    return row.share, row.id


def _reason(rows: tuple[NewsRow, ...]) -> Because:
    followed = any(row.because is Because.FOLLOWED for row in rows)
    return Because.FOLLOWED if followed else Because.ASKED
