"""What work says: which message, where, and of what it is a part."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.pace import Pace
from bot.delivery.posting import Posting
from bot.views import acts, bulks, digest, journal, places
from bot.views import card as cards
from bot.views.blocks import Message
from bot.views.notices import notice as worded
from connector.announcer import Card, Notice
from connector.clock import Clock, utc_now
from connector.errors import PlaceGoneError
from connector.models import (
    Act,
    Bulk,
    Digest,
    JournalEntry,
    Place,
    Ticket,
    TicketChange,
    UserId,
    WorkspaceId,
)

_log = logging.getLogger(__name__)


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
            # In the thread of a message that tells it already, it need not be said again.
            thread = share.thread.conversation if share.thread else ""
            is_moved = asked_in not in {place.conversation, user} and thread != place.conversation
            message = places.moved(message) if is_moved else message
            await self._posting.change(share.workspace, place, message)
            return place
        if there := await self._in_thread(share.workspace, message, share.thread):
            return there
        if card.in_private:
            return await self._posting.post(share.workspace, user, places.moved(message))
        return await self._posting.post(share.workspace, asked_in, message)

    async def bulk(self, bulk: Bulk) -> Place:
        """Update the message about a bulk where it stands, or post it, or in private."""
        message, place, user = bulks.progress(bulk), bulk.place, bulk.requester
        message = places.repeated(message) if bulk.may_be_twice else message
        if place is not None and place.message:
            is_moved = bulk.destination not in {place.conversation, user}
            message = places.moved(message) if is_moved else message
            await self._posting.change(bulk.workspace, place, message)
            return place
        if there := await self._in_thread(bulk.workspace, message, bulk.thread):
            return there
        if bulk.in_private:
            return await self._posting.post(bulk.workspace, user, places.moved(message))
        return await self._posting.post(bulk.workspace, bulk.destination, message)

    async def change(self, card: Card, change: TicketChange) -> None:
        """Say what changed, in the thread of the card."""
        await self._reply(card, cards.change(card, change))

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in their direct messages: an ephemeral word may pass unseen."""
        await self._posting.post(act.workspace, act.draft.by, acts.outcome(act, ticket))

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        await self._reply(card, journal.said(card, entries))

    async def digest(self, digest_: Digest) -> Place:
        """Post a digest into its conversation, or privately to who asked for it."""
        message = digest.digest(digest_)
        message = places.repeated(message) if digest_.may_be_twice else message
        if digest_.in_private:
            user = digest_.requested_by
            return await self._posting.post(digest_.workspace, user, places.moved(message))
        return await self._posting.post(digest_.workspace, digest_.conversation, message)

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        """Tell one user something in private."""
        await self._posting.post(workspace, user, worded(notice))

    async def _in_thread(
        self, workspace: WorkspaceId, message: Message, thread: Place | None
    ) -> Place | None:
        """Post into a thread; None where there is none, or none any more."""
        if thread is None:
            return None
        where, parent = thread.conversation, thread.message
        try:
            return await self._posting.post(workspace, where, message, parent)
        except PlaceGoneError as exc:
            _log.info("a thread of %s cannot be written to (%s)", where, exc)
            return None

    async def _reply(self, card: Card, message: Message) -> None:
        """Say something of a ticket in the thread of its card, or in which its card stands.

        There it is one of many, so that it names itself.
        """
        share, place = card.share, _place_of(card)
        if share.thread is not None and share.thread.conversation == place.conversation:
            named = cards.with_name(card, message)
            if await self._in_thread(share.workspace, named, share.thread):
                return
        await self._posting.post(share.workspace, place.conversation, message, place.message)


def _place_of(card: Card) -> Place:
    if card.share.place is None:
        raise PlaceGoneError("the card was never posted")
    return card.share.place
