"""Whatever work says is said in the language of whom it is for."""

from dataclasses import dataclass

from connector.announcer import Announcer, Card, Notice
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
from connector.services.languages import Languages


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Speaks through another announcer; implements ``connector.announcer.Announcer``.

    What stands in a channel is read by many: it is in the language of whoever asked for it,
    with all that is said of it later, whoever brought that about.
    """

    announcer: Announcer
    languages: Languages

    async def card(self, card: Card) -> Place:
        """Show a card to whoever asked for its ticket."""
        async with self.languages.speaking_to(card.share.workspace, card.share.draft.requester):
            return await self.announcer.card(card)

    async def bulk(self, bulk: Bulk) -> Place:
        """Show how far several tickets are to whoever asked for them."""
        async with self.languages.speaking_to(bulk.workspace, bulk.requester):
            return await self.announcer.bulk(bulk)

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        """Say what changed to whoever asked for the ticket."""
        async with self.languages.speaking_to(card.share.workspace, card.share.draft.requester):
            await self.announcer.change(card, change, broadcast=broadcast)

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted what came of it."""
        async with self.languages.speaking_to(act.workspace, act.draft.by):
            await self.announcer.act(act, ticket)

    async def news(
        self, workspace: WorkspaceId, user: UserId, news: tuple[TicketNews, ...]
    ) -> None:
        """Tell one user what happened to tickets."""
        async with self.languages.speaking_to(workspace, user):
            await self.announcer.news(workspace, user, news)

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say what was said on a ticket to whoever asked for it."""
        async with self.languages.speaking_to(card.share.workspace, card.share.draft.requester):
            await self.announcer.entries(card, entries)

    async def digest(self, digest: Digest) -> Place:
        """Post a digest as whoever asked for it reads it."""
        async with self.languages.speaking_to(digest.workspace, digest.requested_by):
            return await self.announcer.digest(digest)

    async def home(self, home: Home) -> None:
        """Show somebody their own page."""
        async with self.languages.speaking_to(home.workspace, home.user):
            await self.announcer.home(home)

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        """Tell one user something."""
        async with self.languages.speaking_to(workspace, user):
            await self.announcer.notice(workspace, user, notice)

    async def right_request(
        self, request: RightRequest, approver: UserId, place: Place | None
    ) -> Place:
        """Show a request to one of those who answer it."""
        async with self.languages.speaking_to(request.workspace, approver):
            return await self.announcer.right_request(request, approver, place)

    async def right_answer(self, request: RightRequest) -> None:
        """Tell whoever asked for a right what came of it."""
        async with self.languages.speaking_to(request.workspace, request.user):
            await self.announcer.right_answer(request)
