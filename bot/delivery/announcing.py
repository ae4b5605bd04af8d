"""What work says: which message, where, and of what it is a part."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.pace import Pace
from bot.delivery.posting import Posting
from bot.views import acts, digest, journal, places
from bot.views import card as cards
from bot.views import home as homes
from bot.views.notices import notice as worded
from connector.announcer import Card, Notice
from connector.clock import Clock, utc_now
from connector.errors import PlaceGoneError
from connector.models import (
    Act,
    Digest,
    Home,
    JournalEntry,
    Place,
    Ticket,
    TicketChange,
    UserId,
    WorkspaceId,
)


class SlackDelivery:
    """Speaks to people in Slack; implements ``connector.announcer.Announcer``.

    ``pace`` is the least time between two messages to one conversation, in seconds.
    """

    def __init__(self, client: AsyncWebClient, pace: float, clock: Clock = utc_now) -> None:
        self._posting = Posting(client, Pace(pace))
        self._clock = clock

    async def card(self, card: Card) -> Place:
        """Update the card where it stands, or post it where it was asked for, or in private."""
        message, share = cards.card(card, self._clock()), card.share
        place, asked_in, user = share.place, share.destination, share.draft.requester
        message = places.repeated(message) if card.may_be_twice else message
        if place is not None and place.message:
            is_moved = asked_in not in {place.conversation, user}
            message = places.moved(message) if is_moved else message
            await self._posting.change(share.workspace, place, message)
            return place
        if card.in_private:
            return await self._posting.post(share.workspace, user, places.moved(message))
        return await self._posting.post(share.workspace, asked_in, message)

    async def change(self, card: Card, change: TicketChange) -> None:
        """Say what changed, in the thread of the card."""
        place = _place_of(card)
        told = cards.change(card, change)
        await self._posting.post(card.share.workspace, place.conversation, told, place.message)

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in their direct messages: an ephemeral word may pass unseen."""
        await self._posting.post(act.workspace, act.draft.by, acts.outcome(act, ticket))

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        place = _place_of(card)
        told = journal.said(card, entries)
        await self._posting.post(card.share.workspace, place.conversation, told, place.message)

    async def digest(self, digest_: Digest) -> Place:
        """Post a digest into its conversation, or privately to who asked for it."""
        message = digest.digest(digest_)
        message = places.repeated(message) if digest_.may_be_twice else message
        if digest_.in_private:
            user = digest_.requested_by
            return await self._posting.post(digest_.workspace, user, places.moved(message))
        return await self._posting.post(digest_.workspace, digest_.conversation, message)

    async def home(self, home: Home) -> None:
        """Publish App Home to whom it is for."""
        await self._posting.publish(home.workspace, home.user, homes.home(home))

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        """Tell one user something in private."""
        await self._posting.post(workspace, user, worded(notice))


def _place_of(card: Card) -> Place:
    if card.share.place is None:
        raise PlaceGoneError("the card was never posted")
    return card.share.place
