"""The words and small honest fakes the connector's tests share."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connector.announcer import Card, Notice
from connector.errors import ConnectorError, NotFoundError, PlaceGoneError, ThreadGoneError
from connector.models import (
    Act,
    Bulk,
    Digest,
    FileRef,
    Home,
    JournalEntry,
    Member,
    Membership,
    Person,
    Place,
    RightRequest,
    Ticket,
    TicketChange,
    TicketNews,
    UserGroup,
    UserId,
    WorkspaceId,
)

ACME = WorkspaceId("T0ACME")
GLOBEX = WorkspaceId("T0GLOBEX")
ADA = UserId("U0ADA")
MIA = UserId("U0MIA")
CHANNEL = "C0SECURITY"


class Clock:
    """Runs as fast as the real one, and jumps when a test says so."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(time.time(), tz=UTC) + self.ahead

    def jump(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Chat:
    """A chat that keeps what it is told: cards by place, changes, entries, digests and notices.

    ``troubles`` are raised instead of the next calls; ``before`` and ``after`` run around each.
    """

    cards: dict[Place, Card] = field(default_factory=dict)
    posted: int = 0
    shown: list[Card] = field(default_factory=list)
    changes: list[tuple[Place | None, TicketChange]] = field(default_factory=list)
    broadcasts: list[TicketChange] = field(default_factory=list)
    news_told: list[tuple[UserId, tuple[TicketNews, ...]]] = field(default_factory=list)
    acts: list[tuple[Act, Ticket]] = field(default_factory=list)
    entries_told: list[tuple[Place | None, tuple[JournalEntry, ...]]] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    bulks: list[Bulk] = field(default_factory=list)
    dead_threads: set[Place] = field(default_factory=set)
    notices: list[tuple[WorkspaceId, UserId, Notice]] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    requests: dict[Place, RightRequest] = field(default_factory=dict)
    requests_posted: int = 0
    answers: list[RightRequest] = field(default_factory=list)
    unreachable: set[UserId] = field(default_factory=set)
    troubles: list[ConnectorError] = field(default_factory=list)
    boundary: Callable[[str], Awaitable[None]] | None = None

    async def _reach(self, when: str) -> None:
        if self.boundary is not None:
            await self.boundary(when)
        if self.troubles and when.startswith("before"):
            raise self.troubles.pop(0)

    async def card(self, card: Card) -> Place:
        await self._reach("before card")
        place = card.share.place
        if place is None or place not in self.cards:
            self.posted += 1
            where = card.share.draft.requester if card.in_private else card.share.destination
            place = Place(conversation=where, message=f"{self.posted}")
        self.cards[place] = card
        self.shown.append(card)
        await self._reach("after card")
        return place

    async def bulk(self, bulk: Bulk) -> Place:
        await self._reach("before bulk")
        if bulk.place is None and bulk.thread in self.dead_threads:
            raise ThreadGoneError("thread_not_found")
        self.bulks.append(bulk)
        posted = f"b{len({each.place for each in self.bulks})}"
        where = bulk.requester if bulk.in_private else bulk.destination
        place = bulk.place or Place(conversation=where, message=posted)
        await self._reach("after bulk")
        return place

    async def change(self, card: Card, change: TicketChange, *, broadcast: bool = False) -> None:
        await self._reach("before change")
        self.changes.append((card.share.place, change))
        if broadcast:
            self.broadcasts.append(change)
        await self._reach("after change")

    async def act(self, act: Act, ticket: Ticket) -> None:
        await self._reach("before act")
        self.acts.append((act, ticket))
        await self._reach("after act")

    async def news(
        self, _workspace: WorkspaceId, user: UserId, news: tuple[TicketNews, ...]
    ) -> None:
        await self._reach("before news")
        self.news_told.append((user, news))
        await self._reach("after news")

    async def entries(self, card: Card, entries: tuple[JournalEntry, ...]) -> None:
        await self._reach("before entries")
        self.entries_told.append((card.share.place, entries))
        await self._reach("after entries")

    async def digest(self, digest: Digest) -> Place:
        await self._reach("before digest")
        self.digests.append(digest)
        await self._reach("after digest")
        where = digest.requested_by if digest.in_private else digest.conversation
        return Place(conversation=where, message=f"d{len(self.digests)}")

    async def home(self, home: Home) -> None:
        await self._reach("before home")
        self.homes.append(home)
        await self._reach("after home")

    async def notice(self, workspace: WorkspaceId, user: UserId, notice: Notice) -> None:
        await self._reach("before notice")
        self.notices.append((workspace, user, notice))
        await self._reach("after notice")

    async def right_request(
        self, request: RightRequest, approver: UserId, place: Place | None
    ) -> Place:
        await self._reach("before right request")
        if approver in self.unreachable:
            raise PlaceGoneError("user_disabled")
        place = place or Place(conversation=f"D{approver}", message=f"r{len(self.requests)}")
        self.requests[place] = request
        self.requests_posted += 1
        await self._reach("after right request")
        return place

    async def right_answer(self, request: RightRequest) -> None:
        await self._reach("before right answer")
        self.answers.append(request)
        await self._reach("after right answer")

    @property
    def latest(self) -> Card:
        return self.shown[-1]


@dataclass
class Drawer:
    """Files as a chat hands them out, by their ids; ``trouble`` is raised instead."""

    contents: dict[str, bytes] = field(default_factory=dict)
    trouble: ConnectorError | None = None

    async def content(self, _workspace: WorkspaceId, file: FileRef) -> bytes:
        if self.trouble is not None:
            raise self.trouble
        return self.contents[file.id]


@dataclass
class People:
    """A directory of the people it was given; everybody but ``demoted`` is an admin.

    ``ranks`` say what somebody is instead; ``members`` are of user groups, by their ids.
    Guests read along where it is ``overheard``.
    """

    known: dict[UserId, Person] = field(default_factory=dict)
    demoted: set[UserId] = field(default_factory=set)
    ranks: dict[UserId, Membership] = field(default_factory=dict)
    members: dict[str, frozenset[UserId]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    overheard: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    silent_on: set[str] = field(default_factory=set)
    trouble: ConnectorError | None = None
    hangs: bool = False

    async def person(self, _workspace: WorkspaceId, user: UserId) -> Person:
        if self.hangs:
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble
        if user not in self.known:
            raise NotFoundError(user)
        return replace(self.known[user])

    async def member(self, _workspace: WorkspaceId, user: UserId) -> Member:
        await self._answer(user)
        usual = Membership.MEMBER if user in self.demoted else Membership.ADMIN
        locale = self.known[user].locale if user in self.known else ""
        return Member(membership=self.ranks.get(user, usual), locale=locale)

    async def user_groups(self, _workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        await self._answer("groups")
        return tuple(UserGroup(id=each, name=f"Group {each}") for each in self.members)

    async def group_members(self, _workspace: WorkspaceId, group: str) -> frozenset[UserId]:
        await self._answer(group)
        return self.members.get(group, frozenset())

    def is_direct(self, conversation: str) -> bool:
        return conversation.startswith(("U", "D"))

    async def is_closed(self, _workspace: WorkspaceId, conversation: str) -> bool:
        await self._answer(conversation)
        return conversation not in self.overheard

    async def may_post(self, _workspace: WorkspaceId, conversation: str) -> bool:
        await self._answer(conversation)
        return conversation not in self.closed

    async def _answer(self, about: str) -> None:
        self.asked.append(about)
        if self.hangs or about in self.silent_on:
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something to come true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
