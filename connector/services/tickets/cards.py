"""Makes the card of a share show how far it has come, and remembers what it shows."""

import logging
from dataclasses import dataclass, replace
from functools import partial

from connector.announcer import Announcer, Card
from connector.clock import Clock
from connector.errors import PlaceGoneError
from connector.models import Mute, Place, Share, ShareId, ShareState, WorkspaceId
from connector.services.notifying.names import Names
from connector.services.posting import Post, Posts, Way
from connector.services.rights.leavers import Leavers
from connector.services.sharing import progress
from connector.services.sharing.progress import named
from connector.store import bulks, journal, news_settings, shares, tickets
from connector.store.database import Database, Transaction
from connector.store.shares import ShareRecord, Shown
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)


def lane(destination: str) -> str:
    """Name the lane of a conversation's cards: a new card queues behind no change."""
    return f"card {destination}"


def bulk_lane(destination: str) -> str:
    """Name the lane of what tells of bulks: it is kept up while their cards are still posted."""
    return f"bulk {destination}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Speaks of shares through the announcer.

    Showing is work of its own, in the lane of the conversation: a chat system that is slow or
    down holds up no ticket. A card is posted once and then updated. Where nobody knows whether
    it was posted, another follows after a while, and says so. A card in private is left as it is
    once whoever asked for it is no full member any more.
    """

    database: Database
    work: Work
    names: Names
    announcer: Announcer
    posts: Posts
    leavers: Leavers
    clock: Clock

    async def plan(self, tx: Transaction, record: ShareRecord) -> None:
        """Have the card brought up to date, if it is not."""
        if progress.to_show(record, self.clock()) != (record.shown, record.shown_reason):
            share = record.share
            await self.work.plan(tx, Job.SHOW_SHARE, share.id, lane=lane(share.destination))
            if share.bulk:
                told = bulk_lane(share.destination)
                await self.work.plan(tx, Job.SHOW_BULK, share.bulk, lane=told)

    async def show(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Make the card show how far the share has come now; twice does no harm.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        record = await shares.get(self.database.view(workspace), share_id)
        if record is None or not await self._may_show(record.share):
            return Done()
        now, late_at = self.clock(), progress.late_at(record)
        what, reason = progress.to_show(record, now)
        told = what is Shown.ON_ITS_WAY and record.share.bulk
        if (what, reason) != (record.shown, record.shown_reason) and not told:
            await self._show(await self._named(record), what, reason)
        return Again(late_at) if what is Shown.ON_ITS_WAY and now < late_at else Done()

    async def _may_show(self, share: Share) -> bool:
        """Tell whether a card may be posted: those of a bulk follow the message about it."""
        if not share.bulk:
            return True
        row = await bulks.get(self.database.view(share.workspace), share.bulk)
        return row is None or row.is_announced

    async def _named(self, record: ShareRecord) -> ShareRecord:
        """Call whoever asked for a ticket what they are really called."""
        share = record.share
        draft = share.draft
        name = await self.names.of(share.workspace, draft.requester, draft.requester_name)
        if name == draft.requester_name:
            return record
        async with self.database.transaction(share.workspace) as tx:
            await shares.keep_requester_name(tx, share.id, name)
        return replace(record, share=replace(share, draft=replace(draft, requester_name=name)))

    async def _show(self, record: ShareRecord, what: Shown, reason: str) -> None:
        share = record.share
        place = await self.post(await self._card(record, what))
        async with self.database.transaction(share.workspace) as tx:
            await shares.keep_shown(tx, share.id, what, reason, place)
            await self.posts.settle(tx, _key(share))
            if what is Shown.TICKET and await tickets.unannounced(tx, share.id):
                await self.work.plan(tx, Job.ANNOUNCE_TICKET, share.id, lane=share.destination)
            if what is Shown.TICKET and await journal.untold(tx, share.id):
                await self.work.plan(tx, Job.TELL_JOURNAL, share.id, lane=share.destination)

    async def _card(self, record: ShareRecord, what: Shown) -> Card:
        share = record.share
        if what is Shown.TICKET:
            ticket = await tickets.get(self.database.view(share.workspace), share.id)
            return Card(share=share, ticket=ticket, mute=await self._mute(share))
        if what is Shown.ON_ITS_WAY:
            # What delays a share within its first minute is nobody's worry yet.
            share = replace(share, state=ShareState.RECEIVED, reason="")
        again = progress.is_surely_none(record) and not share.draft.is_trial
        return Card(share=share, ticket=None, may_be_sent_again=again)

    async def announced(self, workspace: WorkspaceId, share_id: str) -> Card | None:
        """Read the card that shows a ticket; None where none does, not yet or not any more."""
        view = self.database.view(workspace)
        record = await shares.get(view, share_id)
        ticket = await tickets.get(view, ShareId(share_id))
        if record is None or ticket is None or record.share.state is not ShareState.ANNOUNCED:
            return None
        return Card(share=record.share, ticket=ticket, mute=await self._mute(record.share))

    async def _mute(self, share: Share) -> Mute | None:
        if share.place is None:
            return None
        view = self.database.view(share.workspace)
        mute = await news_settings.mute_of(view, share.id, share.place.conversation)
        if mute is None:
            return None
        return replace(mute, by_name=await self.names.of(share.workspace, mute.by, ""))

    async def redraw(self, card: Card) -> Card:
        """Make a ticket's card show it as it is now, and keep where the card stands.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        place = await self.post(card)
        if place is None or card.ticket is None or place == card.share.place:
            return card
        async with self.database.transaction(card.share.workspace) as tx:
            await shares.keep_place(tx, card.share.id, place)
            await self.posts.settle(tx, _key(card.share))
        return replace(
            card,
            share=replace(card.share, place=place),
            ticket=replace(card.ticket, place=place),
        )

    async def post(self, card: Card) -> Place | None:
        """Update the card where it is, or post it; None where nobody can be reached.

        Raises:
            ProviderUnavailableError: the chat system could not be reached, or may have posted it.
        """
        share = card.share
        if await self.leavers.had_card(share):
            return share.place
        twice = await self.posts.may_be_twice(share.workspace, _key(share))
        card = replace(card, may_be_twice=twice)
        if share.place is not None:
            try:
                return await self.announcer.card(card)
            except PlaceGoneError as exc:
                _log.warning("The card has no place any more: %s %s", exc, named(share))
        return await self.posts.make(
            Post(
                workspace=share.workspace,
                key=_key(share),
                conversation=share.destination,
                asker=share.draft.requester,
                make=partial(self._post, card),
            )
        )

    async def _post(self, card: Card, way: Way) -> Place:
        return await self.announcer.card(
            replace(
                card,
                share=replace(card.share, place=None),
                in_private=way.in_private,
                may_be_twice=way.may_be_twice,
            )
        )


def _key(share: Share) -> str:
    return f"card {share.id}"
