"""Follow, mute, and what people and conversations want to be told."""

from dataclasses import dataclass, replace
from typing import Final

from connector.clock import Clock
from connector.errors import NotFoundError, StoppedError
from connector.models import (
    ChannelNews,
    Followed,
    Mute,
    PersonalNews,
    ShareId,
    Ticket,
    Told,
    UserId,
    WorkspaceId,
)
from connector.services.notifying.names import Names
from connector.services.tickets.redrawing import plan_redraw
from connector.store import follows, news, news_settings, tickets
from connector.store.database import Database
from connector.words import later, tr
from connector.work import Work

FOLLOWED_SHOWN: Final = 10
"""How many followed tickets are listed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationService:
    """Keeps what is wanted; each wish holds from the next change on, and can be taken back."""

    database: Database
    work: Work
    names: Names
    clock: Clock

    async def follow(self, workspace: WorkspaceId, user: UserId, share: str) -> Ticket:
        """Tell somebody in private of a ticket's changes from now on.

        Raises:
            NotFoundError: there is no such ticket.
            StoppedError: nothing will be read of it any more.
        """
        ticket = await self._ticket(workspace, share)
        if ticket.is_gone or not ticket.is_followed:
            raise _nothing_more(ticket)
        async with self.database.transaction(workspace) as tx:
            await follows.add(tx, ticket.share, user, self.clock())
        return ticket

    async def unfollow(self, workspace: WorkspaceId, user: UserId, share: str) -> Ticket:
        """Tell somebody no more of a ticket they followed; not of what waits to be told, either.

        Raises:
            NotFoundError: there is no such ticket.
        """
        ticket = await self._ticket(workspace, share)
        async with self.database.transaction(workspace) as tx:
            await follows.remove(tx, ticket.share, user)
            await news.withdraw(tx, user, ticket.share)
        return ticket

    async def mute(
        self, workspace: WorkspaceId, share: str, conversation: str, user: UserId
    ) -> Ticket:
        """Say nothing more in the thread of a ticket's card, which stands in a conversation.

        Raises:
            NotFoundError: there is no such ticket.
            StoppedError: its card is in another conversation.
        """
        ticket = await self._placed(workspace, share, conversation)
        by = Mute(conversation=conversation, by=user, at=self.clock())
        async with self.database.transaction(workspace) as tx:
            if await news_settings.mute(tx, ticket.share, by):
                await plan_redraw(self.work, tx, ticket.share)
        return ticket

    async def unmute(self, workspace: WorkspaceId, share: str, conversation: str) -> Ticket:
        """Say in the thread of a ticket's card again what changes.

        Raises:
            NotFoundError: there is no such ticket.
            StoppedError: its card is in another conversation.
        """
        ticket = await self._placed(workspace, share, conversation)
        async with self.database.transaction(workspace) as tx:
            if await news_settings.unmute(tx, ticket.share, conversation):
                await plan_redraw(self.work, tx, ticket.share)
        return ticket

    async def channel(self, workspace: WorkspaceId, conversation: str) -> ChannelNews:
        """Read what is told in the threads of a conversation, and who said so."""
        news = await news_settings.channel(self.database.view(workspace), conversation)
        if news.by is None:
            return news
        return replace(news, by_name=await self.names.of(workspace, news.by, ""))

    async def change_channel(
        self,
        workspace: WorkspaceId,
        conversation: str,
        user: UserId,
        *,
        told: Told | None = None,
        broadcasts: bool | None = None,
    ) -> bool:
        """Keep what is told in the threads of a conversation; tell whether that is another now."""
        async with self.database.transaction(workspace) as tx:
            before = await news_settings.channel(tx, conversation)
            after = replace(
                before,
                told=before.told if told is None else told,
                broadcasts=before.broadcasts if broadcasts is None else broadcasts,
            )
            if after == before:
                return False
            after = replace(after, by=user, at=self.clock())
            await news_settings.keep_channel(tx, after)
        return True

    async def personal(self, workspace: WorkspaceId, user: UserId) -> PersonalNews:
        """Read what somebody is told in private."""
        return await news_settings.personal(self.database.view(workspace), user)

    async def change_personal(
        self, workspace: WorkspaceId, user: UserId, wanted: PersonalNews
    ) -> None:
        """Keep what somebody is told in private."""
        async with self.database.transaction(workspace) as tx:
            await news_settings.keep_personal(tx, user, wanted)

    async def followed(self, workspace: WorkspaceId, user: UserId, skipped: int = 0) -> Followed:
        """Read the tickets that somebody follows, ``FOLLOWED_SHOWN`` at a time."""
        view = self.database.view(workspace)
        return await follows.listed(view, user, FOLLOWED_SHOWN, skipped)

    async def _ticket(self, workspace: WorkspaceId, share: str) -> Ticket:
        found = await tickets.get(self.database.view(workspace), ShareId(share))
        if found is None:
            raise NotFoundError(later("This ticket"))
        return found

    async def _placed(self, workspace: WorkspaceId, share: str, conversation: str) -> Ticket:
        ticket = await self._ticket(workspace, share)
        if ticket.place is None or ticket.place.conversation != conversation:
            raise _elsewhere(ticket)
        return ticket


def _elsewhere(ticket: Ticket) -> StoppedError:
    sentence = tr(
        "The card of {number} is in another conversation. Nothing was changed: mute it there.",
        number=ticket.number,
    )
    return StoppedError("the card is elsewhere", sentence)


def _nothing_more(ticket: Ticket) -> StoppedError:
    sentence = tr(
        "Snowline does not read {number} any more, so there is nothing to tell of it."
        " Look at it in ServiceNow.",
        number=ticket.number,
    )
    return StoppedError(f"{ticket.standing}, gone: {ticket.is_gone}", sentence)
