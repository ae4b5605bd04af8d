"""The connector's Announcer in Slack: cards, changes, digests and notices, at Slack's pace."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import ask, say
from bot.views import acts, connect, digest, journal
from bot.views import card as cards
from bot.views.blocks import Message, context
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
    UserId,
    WorkspaceId,
)

_log = logging.getLogger(__name__)

_REMEMBERED: Final = 1000
_MOVED: Final = (
    "Posted here because Snowline is not a member of the conversation that this was asked for in,"
    " or may not write there."
)


def _moved(message: Message) -> Message:
    return Message(message.text, [*message.blocks, context(_MOVED)])


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
        message, share = cards.card(card, self._clock()), card.share
        place, asked_in, user = share.place, share.destination, share.draft.requester
        if place is not None and place.message:
            moved = asked_in not in {place.conversation, user}
            try:
                return await self._update(place, _moved(message) if moved else message)
            except PlaceGoneError:
                _log.warning("a card is gone and is posted anew share=%s", share.id)
        return await self._post_or_tell(asked_in, user, message)

    async def change(self, card: Card, change: TicketChange) -> None:
        """Say what changed, in the thread of the card."""
        place = card.share.place
        if place is None:
            raise PlaceGoneError("the card was never posted")
        await self._post(place.conversation, cards.change(card, change), thread=place.message)

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in their direct messages: an ephemeral word may pass unseen."""
        await self._post(act.draft.by, acts.outcome(act, ticket))

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        place = card.share.place
        if place is None:
            raise PlaceGoneError("the card was never posted")
        await self._post(place.conversation, journal.said(card, entries), thread=place.message)

    async def digest(self, digest_: Digest) -> Place:
        """Post a digest into its conversation, or privately to who asked for it."""
        message = digest.digest(digest_)
        return await self._post_or_tell(digest_.conversation, digest_.requested_by, message)

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:  # noqa: ARG002  -- the token is one workspace's
        """Tell one user something in private."""
        await self._post(user, connect.notice(notice))

    async def _post_or_tell(self, conversation: str, user: UserId, message: Message) -> Place:
        try:
            return await self._post(conversation, message)
        except PlaceGoneError as exc:
            _log.info("%s cannot be written to (%s); telling %s", conversation, exc, user)
            return await self._post(user, _moved(message))

    async def _post(self, conversation: str, message: Message, thread: str = "") -> Place:
        await self._pace.turn(conversation)
        channel, stamp = await say(self._client, conversation, message, thread=thread)
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
