"""From a change that was told in a thread to the people who want to hear of it in private.

The rows are kept with the mark that the change was told; whoever has rows gets work of their
own. Following tickets is held up by none of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zlib import crc32

from connector.announcer import Card
from connector.clock import Clock
from connector.models import (
    ChannelNews,
    FieldChange,
    JournalEntry,
    Mute,
    TicketChange,
    WorkspaceId,
)
from connector.services.rights.leavers import Leavers
from connector.store import news, news_settings
from connector.store.database import Database, Transaction
from connector.text import clean
from connector.work import Job, Work

PLANNED_AT_ONCE: Final = 25
"""For how many people work is planned in one turn at the store."""
_LANES: Final = 8
_LONGEST_ENTRY: Final = 300


def lane(user: str) -> str:
    """Name the lane in which somebody is told news: one of a few, whatever the number of people.

    However many are told at once, only so many messages are under way. Nobody is told twice at
    once, and nobody who cannot be told now holds others up.
    """
    return f"news {crc32(user.encode()) % _LANES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What is to be said, and what not, in the thread of one card.

    Nothing is where it stands in private with somebody who ``has_left``.
    """

    channel: ChannelNews
    mute: Mute | None
    has_left: bool = False

    def tells(self, change: TicketChange) -> bool:
        """Tell whether a change is said there."""
        is_said = self.mute is None and not self.has_left
        return is_said and self.channel.tells(change)

    def broadcasts(self, change: TicketChange) -> bool:
        """Tell whether it is shown outside the thread, too."""
        return self.channel.broadcasts and bool(change.turn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreader:
    """Keeps, for each person, what they are still to be told.

    ``gathers`` is how long news wait for more, so that a round of changes is one message.
    """

    database: Database
    work: Work
    leavers: Leavers
    gathers: timedelta
    clock: Clock

    async def quiet(self, card: Card) -> Quiet:
        """Read what is to be said in the thread of a card.

        Raises:
            ProviderUnavailableError: the chat system did not say whether whoever reads it in
                private is still a full member.
        """
        view, place = self.database.view(card.share.workspace), card.share.place
        where = place.conversation if place else ""
        return Quiet(
            channel=await news_settings.channel(view, where),
            mute=await news_settings.mute_of(view, card.share.id, where),
            has_left=await self.leavers.had_card(card.share),
        )

    async def spread(self, tx: Transaction, card: Card, change: TicketChange) -> None:
        """Keep a change for everybody who is to be told of it in private."""
        share = card.share
        # In their own direct messages the card and its thread tell whoever asked for the ticket.
        private = share.place is not None and share.place.conversation != share.destination
        requester = None if private else share.draft.requester
        await news.spread(tx, change, requester, self.clock())

    async def plan(self, workspace: WorkspaceId) -> None:
        """Have everybody told who is to be told something, a few people at a time."""
        view, at, after = self.database.view(workspace), self.clock() + self.gathers, ""
        while some := await news.people_without_work(view, PLANNED_AT_ONCE, after):
            async with self.database.transaction(workspace) as tx:
                for user in some:
                    await self.work.plan(tx, Job.TELL_NEWS, user, lane=lane(user), at=at)
            after = some[-1]


def said(card: Card, entry: JournalEntry) -> TicketChange:
    """Make what was said on a ticket a change of it, in short."""
    assert card.ticket is not None  # noqa: S101  -- it was said on it
    text = clean(entry.text, _LONGEST_ENTRY)
    return TicketChange(
        id=0,
        ticket=entry.ticket,
        number=card.ticket.number,
        at=entry.at or card.ticket.read_at,
        by=entry.author,
        fields=(FieldChange(field=entry.element.label, before="", after=text),),
    )
