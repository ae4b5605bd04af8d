"""The one port through which work speaks to people, and the one that knows who they are."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from connector.models import (
    Act,
    Bulk,
    ChatToken,
    Check,
    Connection,
    Digest,
    FileRef,
    Home,
    JournalEntry,
    Member,
    Mute,
    Person,
    Place,
    RightRequest,
    Share,
    Ticket,
    TicketChange,
    TicketNews,
    UserGroup,
    UserId,
    WorkspaceId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the card of a share shows; ``ticket`` is None until it exists.

    ``may_be_sent_again`` tells that there surely is no ticket and never will be, ``mute`` that
    nothing is said in its thread. A card that stands nowhere yet is posted for its requester
    alone where ``in_private``. One that ``may_be_twice`` was posted again although nobody knows
    that it was not there already.
    """

    share: Share
    ticket: Ticket | None
    may_be_sent_again: bool = False
    mute: Mute | None = None
    in_private: bool = False
    may_be_twice: bool = False


class NoticeKind(StrEnum):
    """What a private notice is about."""

    CONNECTED = "connected"
    CONNECT_REFUSED = "connect refused"
    SIGN_IN_EXPIRED = "sign-in expired"
    SIGN_IN_ENDS = "sign-in ends soon"
    PLACE_LOST = "place lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A private word to one user: about ``connection`` if there is one, else ``text``.

    ``checks`` tell what was found right after connecting. Of a ``conversation`` that can no
    longer be written to, ``text`` is the chat system's word for why.
    """

    kind: NoticeKind
    text: str
    connection: Connection | None = None
    checks: tuple[Check, ...] = ()
    conversation: str = ""


class Announcer(Protocol):
    """Speaks to people; every method may be repeated after a crash.

    Raises:
        ProviderUnavailableError: nothing was said; try again, after ``retry_after`` seconds
            where named.
        OutcomeUnknownError: it may have been said.
        PlaceGoneError: the place, or the person, cannot be reached.
    """

    async def card(self, card: Card) -> Place:
        """Update the card where ``card.share.place`` says, or post it; return where it is.

        Posted ``in_private`` the requester reads why it is not where it was asked for.
        """
        ...

    async def bulk(self, bulk: Bulk) -> Place:
        """Post the message about a bulk, or update it where ``bulk.place`` says.

        Where the destination cannot be written to, the requester gets it privately.

        Raises:
            ThreadGoneError: it was not posted, for ``bulk.thread`` cannot be written to.
        """
        ...

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        """Say what changed, in the thread of the card; with ``broadcast`` outside it, too.

        Where the thread is in private, nobody is told there of what they did themselves.
        """
        ...

    async def act(self, act: Act, ticket: Ticket) -> None:
        """Tell whoever acted, in private, what came of it."""

    async def news(
        self, workspace: WorkspaceId, user: UserId, news: tuple[TicketNews, ...]
    ) -> None:
        """Tell one user in private, in one message, what happened to tickets."""
        ...

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        """Say, in one message in the thread of the card, what was said on its ticket."""
        ...

    async def digest(self, digest: Digest) -> Place:
        """Post a digest into its conversation, or ``in_private`` to who asked for it."""
        ...

    async def home(self, home: Home) -> None:
        """Show somebody their own page of what there is."""
        ...

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        """Tell one user something in private."""
        ...

    async def right_request(
        self, request: RightRequest, approver: UserId, place: Place | None
    ) -> Place:
        """Show an approver in private what somebody asks for, or at ``place`` what became of it."""
        ...

    async def right_answer(self, request: RightRequest) -> None:
        """Tell whoever asked for a right, in private, what came of it."""
        ...


class Files(Protocol):
    """Hands out the files of the chat."""

    async def content(self, workspace: WorkspaceId, file: FileRef) -> bytes:
        """Fetch all of a file.

        Raises:
            ProviderUnavailableError: the chat system did not answer, or not with all of it.
            ProviderRefusedError: the file may not be read or is too large.
        """
        ...


class Directory(Protocol):
    """Knows the workspace's users."""

    async def person(self, workspace: WorkspaceId, user: UserId) -> Person:
        """Look a user up.

        Raises:
            ProviderUnavailableError: the chat system did not answer.
            NotFoundError: there is no such user.
        """
        ...

    async def member(self, workspace: WorkspaceId, user: UserId) -> Member:
        """Tell what a user is to the workspace now; whom the chat system does not know is gone.

        Raises:
            ProviderUnavailableError: the chat system did not say.
        """
        ...

    async def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        """List the workspace's groups of users that are in use.

        Raises:
            ProviderError: the chat system did not say.
        """
        ...

    async def group_members(self, workspace: WorkspaceId, group: str) -> frozenset[UserId]:
        """Tell who is in a group; nobody is in one that there is no more.

        Raises:
            ProviderError: the chat system did not say.
        """
        ...

    def is_direct(self, conversation: str) -> bool:
        """Tell of a conversation, or a user, whether one user alone reads there."""
        ...

    async def is_closed(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether full members alone read a conversation; of a very large one it is a no.

        Raises:
            PlaceGoneError: it cannot be looked into.
            ProviderError: the chat system did not say.
        """
        ...

    async def may_post(self, workspace: WorkspaceId, conversation: str) -> bool:
        """Tell whether cards can be posted to a conversation, as far as can be known before.

        Raises:
            ProviderError: the chat system did not say.
        """
        ...


class Chat(Protocol):
    """Gives the tokens by which workspaces are spoken in."""

    async def renew(self, workspace: WorkspaceId, refresh: SecretStr) -> ChatToken:
        """Have a token renewed, once: the answer is checked, and ``refresh`` is used up.

        Raises:
            ProviderUnavailableError: the chat system did not answer.
            ProviderRefusedError: it does not renew this one any more.
            UnexpectedAnswerError: what came is no token of this workspace.
        """
        ...

    async def takes(self, workspace: WorkspaceId, token: SecretStr | None) -> bool:
        """Tell whether a token opens the workspace now; None is the one of the settings.

        Raises:
            ProviderUnavailableError: the chat system did not say.
        """
        ...
