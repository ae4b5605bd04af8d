"""What work says: which message, where, and of what it is a part."""

import logging
from typing import Final

from bot.clients import Clients
from bot.delivery.pace import Pace
from bot.delivery.posting import Posting
from bot.views import access, acts, bulks, digest, journal, places
from bot.views import card as cards
from bot.views import home as homes
from bot.views import news as newly
from bot.views.blocks import Message
from bot.views.notices import notice as worded
from bot.views.why import moved_footer, notice_footer, outcome_footer, with_footer
from connector.announcer import Card, Notice
from connector.clock import Clock, utc_now
from connector.errors import PlaceGoneError, ThreadGoneError
from connector.models import (
    Act,
    Bulk,
    Digest,
    Home,
    JournalEntry,
    Place,
    RightRequest,
    Ticket,
    TicketChange,
    TicketNews,
    UserId,
    WorkspaceId,
)

_log = logging.getLogger(__name__)

_DIRECT: Final = "D"
"""How the id of a direct message begins."""


class SlackDelivery:
    """Speaks to people in Slack; implements ``connector.announcer.Announcer``.

    ``pace`` is the least time between two messages to one conversation, in seconds.
    """

    def __init__(self, clients: Clients, pace: float, clock: Clock = utc_now) -> None:
        self._posting = Posting(clients, Pace(pace))
        self._clock = clock

    async def card(self, card: Card) -> Place:
        """Update the card where it stands, or post it where it was asked for, or in private."""
        share = card.share
        place, asked_in, user = share.place, share.destination, share.draft.requester
        if place is not None and place.message:
            # In the thread of a message that tells it already, it need not be said again.
            thread = share.thread.conversation if share.thread else ""
            is_moved = place.conversation != thread and asked_in not in {place.conversation, user}
            await self._posting.change(share.workspace, place, self._card(card, moved=is_moved))
            return place
        if there := await self._in_thread(
            share.workspace, self._card(card, moved=False), share.thread
        ):
            return there
        where = user if card.in_private else asked_in
        message = self._card(card, moved=card.in_private)
        return await self._posting.post(share.workspace, where, message)

    async def bulk(self, bulk: Bulk) -> Place:
        """Update the message about a bulk where it stands, or post it, or in private."""
        message, place, user = bulks.progress(bulk), bulk.place, bulk.requester
        message = places.repeated(message) if bulk.may_be_twice else message
        if place is not None and place.message:
            is_moved = bulk.destination not in {place.conversation, user}
            message = with_footer(message, moved_footer()) if is_moved else message
            await self._posting.change(bulk.workspace, place, message)
            return place
        if bulk.thread is not None:
            if there := await self._in_thread(bulk.workspace, message, bulk.thread):
                return there
            raise ThreadGoneError(bulk.thread.message)
        if bulk.in_private:
            message = with_footer(message, moved_footer())
            return await self._posting.post(bulk.workspace, user, message)
        return await self._posting.post(bulk.workspace, bulk.destination, message)

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        """Say what changed, in the thread of the card; with ``broadcast`` in the channel, too.

        Nobody is mentioned: Slack notifies those who wrote in the thread or chose to follow it.
        A direct message notifies of everything, so there nobody is told of what they did.
        """
        direct = _place_of(card).conversation.startswith(_DIRECT)
        own = change.from_chat and change.by_user == card.share.draft.requester
        if own and direct:
            return
        await self._reply(card, cards.change(card, change), broadcast=broadcast and not direct)

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in their direct messages: an ephemeral word may pass unseen."""
        message = with_footer(acts.outcome(act, ticket), *outcome_footer())
        await self._posting.post(act.workspace, act.draft.by, message)

    async def news(
        self, workspace: WorkspaceId, user: UserId, news: tuple[TicketNews, ...]
    ) -> None:
        """Tell one user in one direct message what happened to tickets."""
        await self._posting.post(workspace, user, newly.news(news))

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        await self._reply(card, journal.said(card, entries))

    async def digest(self, digest_: Digest) -> Place:
        """Post a digest into its conversation, or privately to who asked for it."""
        message = digest.footed(digest_, moved=digest_.in_private)
        message = places.repeated(message) if digest_.may_be_twice else message
        where = digest_.requested_by if digest_.in_private else digest_.conversation
        return await self._posting.post(digest_.workspace, where, message)

    async def home(self, home: Home) -> None:
        """Publish App Home to whom it is for."""
        await self._posting.publish(home.workspace, home.user, homes.home(home))

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        """Tell one user something in private."""
        message = with_footer(worded(notice), notice_footer(notice.kind))
        await self._posting.post(workspace, user, message)

    def _card(self, card: Card, *, moved: bool) -> Message:
        message = cards.card(card, self._clock(), moved=moved)
        return places.repeated(message) if card.may_be_twice else message

    async def _in_thread(
        self,
        workspace: WorkspaceId,
        message: Message,
        thread: Place | None,
        *,
        broadcast: bool = False,
    ) -> Place | None:
        """Post into a thread; None where there is none, or none any more."""
        if thread is None:
            return None
        where, parent = thread.conversation, thread.message
        try:
            return await self._posting.post(workspace, where, message, parent, broadcast=broadcast)
        except PlaceGoneError as exc:
            _log.info("a thread of %s cannot be written to (%s)", where, exc)
            return None

    async def _reply(self, card: Card, message: Message, *, broadcast: bool = False) -> None:
        """Say something of a ticket in the thread of its card, or in which its card stands.

        There it is one of many, so that it names itself.
        """
        share, place = card.share, _place_of(card)
        if share.thread is not None and share.thread.conversation == place.conversation:
            named = cards.with_name(card, message)
            if await self._in_thread(share.workspace, named, share.thread, broadcast=broadcast):
                return
        await self._posting.post(
            share.workspace, place.conversation, message, place.message, broadcast=broadcast
        )

    async def right_request(
        self, request: RightRequest, approver: UserId, place: Place | None
    ) -> Place:
        """Show an approver what is asked for, or edit what they were shown."""
        message = access.right_request(request)
        if place is None:
            return await self._posting.post(request.workspace, approver, message)
        await self._posting.change(request.workspace, place, message)
        return place

    async def right_answer(self, request: RightRequest) -> None:
        """Tell whoever asked what came of it."""
        await self._posting.post(request.workspace, request.user, access.right_answer(request))


def _place_of(card: Card) -> Place:
    if card.share.place is None:
        raise PlaceGoneError("the card was never posted")
    return card.share.place
