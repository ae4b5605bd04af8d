"""What work says: which message, where, and of what it is a part."""

from typing import Final

from bot.clients import Clients
from bot.delivery.pace import Pace
from bot.delivery.posting import Posting
from bot.views import acts, digest, journal, places
from bot.views import card as cards
from bot.views import home as homes
from bot.views import news as newly
from bot.views.notices import notice as worded
from bot.views.why import notice_footer, outcome_footer, with_footer
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
    TicketNews,
    UserId,
    WorkspaceId,
)

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
        stands = place is not None and place.message
        is_moved = asked_in not in {place.conversation, user} if place else card.in_private
        message = cards.card(card, self._clock(), moved=is_moved)
        message = places.repeated(message) if card.may_be_twice else message
        if place is not None and stands:
            await self._posting.change(share.workspace, place, message)
            return place
        where = user if card.in_private else asked_in
        return await self._posting.post(share.workspace, where, message)

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        """Say what changed, in the thread of the card; with ``broadcast`` in the channel, too.

        Nobody is mentioned: Slack notifies those who wrote in the thread or chose to follow it.
        A direct message notifies of everything, so there nobody is told of what they did.
        """
        place = _place_of(card)
        direct = place.conversation.startswith(_DIRECT)
        own = change.from_chat and change.by_user == card.share.draft.requester
        if own and direct:
            return
        await self._posting.post(
            card.share.workspace,
            place.conversation,
            cards.change(card, change),
            place.message,
            broadcast=broadcast and not direct,
        )

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
        place = _place_of(card)
        told = journal.said(card, entries)
        await self._posting.post(card.share.workspace, place.conversation, told, place.message)

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


def _place_of(card: Card) -> Place:
    if card.share.place is None:
        raise PlaceGoneError("the card was never posted")
    return card.share.place
