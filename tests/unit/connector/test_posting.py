"""Posts: made once as far as anybody can know, and never into nothing without a word."""

import asyncio
from datetime import timedelta

import pytest

from connector.announcer import NoticeKind
from connector.errors import (
    OutcomeUnknownError,
    PlaceGoneError,
    Provider,
    ProviderUnavailableError,
    ThrottledError,
)
from connector.models import Place, TicketDraft
from connector.services.notices import NoticeService
from connector.services.posting import Post, Posts, Way
from connector.services.rights.leavers import Leavers
from connector.store import connections
from connector.store.database import Database
from connector.work import Work
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, MIA, Chat, Clock, until
from tests.unit.connector.stage import Stage

UNSURE = timedelta(seconds=60)
LOST = OutcomeUnknownError(Provider.CHAT, "ServerDisconnectedError")
BUSY = ProviderUnavailableError(Provider.CHAT, "service_unavailable")


class Channel:
    """A chat that takes what it is given; ``troubles`` are raised instead, one a post."""

    def __init__(self, *troubles: BaseException) -> None:
        self.troubles = list(troubles)
        self.ways: list[Way] = []

    async def make(self, way: Way) -> Place:
        self.ways.append(way)
        if self.troubles:
            raise self.troubles.pop(0)
        return Place(conversation="D0MIA" if way.in_private else CHANNEL, message="1")

    @property
    def seen(self) -> list[tuple[bool, bool]]:
        return [(way.in_private, way.may_be_twice) for way in self.ways]


@pytest.fixture
def posts(database: Database, work: Work, leavers: Leavers, clock: Clock) -> Posts:
    notices = NoticeService(
        database=database, work=work, leavers=leavers, announcer=Chat(), clock=clock
    )
    return Posts(database=database, notices=notices, leavers=leavers, clock=clock, unsure=UNSURE)


async def made(posts: Posts, channel: Channel, *, kept: bool = True) -> Place | None:
    """Post, and keep where it stands unless the process is to end before that."""
    place = await posts.make(
        Post(workspace=ACME, key="card 1", conversation=CHANNEL, asker=MIA, make=channel.make)
    )
    if kept:
        async with posts.database.transaction(ACME) as tx:
            await posts.settle(tx, "card 1")
    return place


async def told(posts: Posts) -> list[tuple[str, str, str]]:
    found = await posts.database.view(ACME).run(
        "SELECT user_id, conversation, text FROM notices WHERE workspace = :workspace"
    )
    return [(row["user_id"], row["conversation"], row["text"]) for row in found]


async def test_what_may_have_been_posted_waits_and_then_says_that_it_may_be_twice(
    posts: Posts, clock: Clock
) -> None:
    channel = Channel(LOST)
    with pytest.raises(ThrottledError):
        await made(posts, channel)
    clock.jump(59)
    with pytest.raises(ThrottledError):
        await made(posts, channel)
    assert channel.seen == [(False, False)]
    clock.jump(1)
    assert await made(posts, channel) == Place(conversation=CHANNEL, message="1")
    assert channel.seen == [(False, False), (False, True)]
    assert await posts.may_be_twice(ACME, "card 1")


@pytest.mark.parametrize("end", ["cancelled", "posted and not kept"])
async def test_what_a_process_was_posting_when_it_ended_may_have_been_posted(
    posts: Posts, clock: Clock, end: str
) -> None:
    channel = Channel(*([asyncio.CancelledError()] if end == "cancelled" else []))
    if end == "cancelled":
        with pytest.raises(asyncio.CancelledError):
            await made(posts, channel)
    else:
        await made(posts, channel, kept=False)
    with pytest.raises(ThrottledError):
        await made(posts, channel)
    clock.jump(61)
    await made(posts, channel)
    assert channel.seen == [(False, False), (False, True)]


@pytest.mark.parametrize("trouble", [BUSY, PlaceGoneError("is_archived")])
async def test_what_was_surely_not_posted_is_posted_without_waiting_or_doubt(
    posts: Posts, trouble: Exception
) -> None:
    channel = Channel(trouble)
    if trouble is BUSY:
        with pytest.raises(ProviderUnavailableError):
            await made(posts, channel)
    await made(posts, channel)
    assert [twice for _, twice in channel.seen] == [False, False]
    assert not await posts.may_be_twice(ACME, "card 1")


async def test_a_clock_that_was_ahead_holds_nothing_back_for_longer(
    posts: Posts, clock: Clock
) -> None:
    clock.jump(86_400)
    channel = Channel(LOST)
    with pytest.raises(ThrottledError):
        await made(posts, channel)
    clock.jump(-86_400)
    with pytest.raises(ThrottledError) as held:
        await made(posts, channel)
    assert held.value.retry_after is not None
    assert held.value.retry_after <= UNSURE.total_seconds()


async def connect(posts: Posts) -> None:
    async with posts.database.transaction(ACME) as tx:
        for provider in (Provider.SERVICENOW, Provider.MICROSOFT):
            await connections.put(tx, rows.connection_row(ACME, provider))


async def test_a_channel_that_is_lost_is_told_once_until_it_works_again(posts: Posts) -> None:
    await connect(posts)
    gone = PlaceGoneError("is_archived")
    await made(posts, Channel())
    for _ in range(3):
        assert await made(posts, Channel(gone)) == Place(conversation="D0MIA", message="1")
    assert await told(posts) == [(ADA, CHANNEL, "is_archived")]
    await made(posts, Channel())
    await made(posts, Channel(PlaceGoneError("not_in_channel")))
    assert {reason for *_, reason in await told(posts)} == {"is_archived", "not_in_channel"}


async def test_of_a_channel_that_never_worked_only_who_asked_is_told(posts: Posts) -> None:
    await connect(posts)
    channel = Channel(PlaceGoneError("channel_not_found"))
    assert await made(posts, channel) == Place(conversation="D0MIA", message="1")
    assert await told(posts) == []


async def test_where_nobody_can_be_reached_nothing_stays_open(posts: Posts) -> None:
    gone = PlaceGoneError("user_disabled")
    assert await made(posts, Channel(gone, gone)) is None
    assert await made(posts, Channel()) == Place(conversation=CHANNEL, message="1")


async def until_card(stage: Stage) -> None:
    await until(lambda: stage.chat.posted > 0 and stage.chat.latest.ticket is not None)


async def test_a_card_that_may_be_twice_says_so_for_good(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.chat.troubles = [LOST]
    share = await connected.connector.services.shares.request(ACME, draft, CHANNEL, "view-1")
    await connected.until_done(share.id)
    await until_card(connected)
    assert connected.chat.posted == 1
    assert all(card.may_be_twice for card in connected.chat.shown)
    number = connected.end.tickets()[0]["number"]
    connected.end.change(number, state="2")
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: len(connected.chat.changes) == 1)
    assert connected.chat.latest.may_be_twice


async def test_a_change_of_which_nobody_knows_whether_it_was_told_is_not_told_again(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await connected.connector.services.shares.request(ACME, draft, CHANNEL, "view-1")
    await connected.until_done(share.id)

    async def lose(when: str) -> None:
        if when == "after change":
            raise LOST

    connected.chat.boundary = lose
    connected.end.change(connected.end.tickets()[0]["number"], state="2")
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: len(connected.chat.changes) == 1)
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(5):
        while await view.run(
            "SELECT 1 AS yes FROM work WHERE workspace = :workspace AND job = 'announce ticket'"
        ):
            await asyncio.sleep(0.01)
    assert len(connected.chat.changes) == 1


async def test_a_card_whose_channel_is_archived_goes_to_its_requester_and_an_admin_is_told(
    connected: Stage, draft: TicketDraft
) -> None:
    share = await connected.connector.services.shares.request(ACME, draft, CHANNEL, "view-1")
    await connected.until_done(share.id)
    connected.chat.notices.clear()
    # It can neither be updated nor posted anew.
    connected.chat.troubles = [PlaceGoneError("is_inactive"), PlaceGoneError("is_archived")]
    connected.end.change(connected.end.tickets()[0]["number"], state="2")
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: len(connected.chat.notices) == 1)
    ((_, user, notice),) = connected.chat.notices
    assert (user, notice.kind, notice.conversation) == (ADA, NoticeKind.PLACE_LOST, CHANNEL)
    await until(lambda: len(connected.chat.changes) == 1)
    place, _ = connected.chat.changes[0]
    assert place == Place(conversation=MIA, message="2")
