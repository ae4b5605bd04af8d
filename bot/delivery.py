"""The connector's Announcer in Slack: cards, changes, digests and notices, at Slack's pace."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ask, say
from bot.views import acts, connect, digest, journal
from bot.views import card as cards
from bot.views import news as newly
from bot.views.blocks import Message
from bot.views.why import notice_footer, outcome_footer, with_footer
from connector.announcer import Card, Notice
from connector.clock import Clock, utc_now
from connector.errors import PlaceGoneError
from connector.models import (
    Act,
    Digest,
    JournalEntry,
    Place,
    Ticket,
    TicketChange,
    TicketNews,
    UserId,
    WorkspaceId,
)

_log = logging.getLogger(__name__)

_REMEMBERED: Final = 1000
_DIRECT: Final = "D"
"""How the id of a direct message begins."""


class _Draw(Protocol):
    """Draws a message, told whether it stands elsewhere than where it was asked for."""

    def __call__(self, *, moved: bool) -> Message: ...


@dataclass(slots=True)
class _Pace:
    """Hands out turns, one each ``seconds`` to a key, in the order in which they are asked for."""

    seconds: float
    _next: dict[str, float] = field(default_factory=dict)

    async def turn(self, key: str) -> None:
        now = time.monotonic()
        at = max(now, self._next.get(key, now))
        if len(self._next) >= _REMEMBERED:
            self._next = {each: due for each, due in self._next.items() if due > now}
        self._next[key] = at + self.seconds
        await asyncio.sleep(at - now)


class SlackDelivery:
    """Speaks to people in Slack; implements ``connector.announcer.Announcer``.

    ``pace`` is the least time between two messages to one conversation, in seconds.
    """

    def __init__(self, client: AsyncWebClient, pace: float, clock: Clock = utc_now) -> None:
        self._client = client
        self._pace = _Pace(pace)
        self._clock = clock

    async def card(self, card: Card) -> Place:
        """Post the card, or update it where it stands; privately where it cannot be posted.

        A card that was deleted, or whose conversation is gone, is posted anew.
        """
        share = card.share
        place, asked_in, user = share.place, share.destination, share.draft.requester
        draw = partial(cards.card, card, self._clock())
        if place is not None and place.message:
            moved = asked_in not in {place.conversation, user}
            try:
                return await self._update(place, draw(moved=moved))
            except PlaceGoneError:
                _log.warning("a card is gone and is posted anew share=%s", share.id)
        return await self._post_or_tell(asked_in, user, draw)

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        """Say what changed, in the thread of the card; with ``broadcast`` in the channel, too.

        Nobody is mentioned: Slack notifies those who wrote in the thread or chose to follow it.
        A direct message notifies of everything, so there nobody is told of what they did.
        """
        place = card.share.place
        if place is None:
            raise PlaceGoneError("the card was never posted")
        own = change.from_chat and change.by_user == card.share.draft.requester
        if own and place.conversation.startswith(_DIRECT):
            return
        await self._post(
            place.conversation,
            cards.change(card, change),
            thread=place.message,
            broadcast=broadcast and not place.conversation.startswith(_DIRECT),
        )

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in their direct messages: an ephemeral word may pass unseen."""
        await self._post(act.draft.by, with_footer(acts.outcome(act, ticket), *outcome_footer()))

    async def news(
        self,
        workspace: WorkspaceId,  # noqa: ARG002  -- the token is one workspace's
        user: UserId,
        news: tuple[TicketNews, ...],
    ) -> None:
        """Tell one user in one direct message what happened to tickets."""
        await self._post(user, newly.news(news))

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        place = card.share.place
        if place is None:
            raise PlaceGoneError("the card was never posted")
        await self._post(place.conversation, journal.said(card, entries), thread=place.message)

    async def digest(self, digest_: Digest) -> Place:
        """Post a digest into its conversation, or privately to who asked for it."""
        draw = partial(digest.footed, digest_)
        return await self._post_or_tell(digest_.conversation, digest_.requested_by, draw)

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:  # noqa: ARG002  -- the token is one workspace's
        """Tell one user something in private."""
        message = with_footer(connect.notice(notice), notice_footer(notice.kind))
        await self._post(user, message)

    async def _post_or_tell(self, conversation: str, user: UserId, draw: _Draw) -> Place:
        try:
            return await self._post(conversation, draw(moved=False))
        except PlaceGoneError as exc:
            _log.info("%s cannot be written to (%s); telling %s", conversation, exc, user)
            return await self._post(user, draw(moved=True))

    async def _post(
        self, conversation: str, message: Message, thread: str = "", *, broadcast: bool = False
    ) -> Place:
        await self._pace.turn(conversation)
        channel, stamp = await say(
            self._client, conversation, message, thread=thread, broadcast=broadcast
        )
        return Place(conversation=channel, message=stamp)

    async def _update(self, place: Place, message: Message) -> Place:
        await self._pace.turn(f"{place.conversation} update")
        await ask(
            self._client.chat_update(
                channel=place.conversation,
                ts=place.message,
                text=message.text,
                blocks=message.blocks,
            )
        )
        return place
