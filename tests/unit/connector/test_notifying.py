"""Who is told of a change, where, and how often."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox.servicenow.schema import TABLES
from connector.announcer import Card
from connector.errors import (
    NotFoundError,
    PlaceGoneError,
    Provider,
    ProviderUnavailableError,
    StoppedError,
)
from connector.models import (
    ActDraft,
    ActKind,
    Because,
    FieldChange,
    Membership,
    Person,
    PersonalNews,
    Ticket,
    TicketChange,
    TicketDraft,
    Told,
    Turn,
    UserId,
)
from connector.services.notifying.spreading import PLANNED_AT_ONCE, Spreader, lane
from connector.services.rights.leavers import Leavers
from connector.services.rights.service import RightsService
from connector.services.upkeep import Upkeep
from connector.store import follows, news, news_settings, tickets
from connector.store.database import Database
from connector.work import Done, Job, Work
from tests.unit.connector import rows
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, GLOBEX, MIA, Clock, People, until
from tests.unit.connector.rows import MADE
from tests.unit.connector.stage import Stage

OLE = UserId("U0OLE")
STATE = FieldChange(field="State", before="New", after="Closed")
DUE = FieldChange(field="Due date", before="none", after="2031-01-31")


@pytest.fixture
async def ticket(connected: Stage, draft: TicketDraft) -> Ticket:
    share = await connected.connector.services.shares.request(ACME, draft, CHANNEL, "view-1")
    await connected.until_done(share.id)
    made = await tickets.get(connected.connector.database.view(ACME), share.id)
    assert made is not None
    return made


async def change(stage: Stage, ticket: Ticket, **fields: str) -> None:
    """Have Beth change a ticket and have that read."""
    stage.end.change(ticket.number, **fields)
    await stage.connector.services.following.sync(ACME, "incident")


async def announced(stage: Stage) -> None:
    """Wait until nothing is left to say in threads."""
    view = stage.connector.database.view(ACME)
    left = (
        "SELECT 1 FROM work WHERE workspace = :workspace"
        " AND job IN ('announce ticket', 'read journals', 'tell journal')"
    )
    async with asyncio.timeout(10):
        while await view.first(left):
            await asyncio.sleep(0.01)


async def told(stage: Stage, user: UserId) -> list[TicketChange]:
    """Wait until nothing waits for somebody, and return all they were ever told."""
    await announced(stage)
    stage.clock.jump(11)
    stage.connector.worker.work.changed.set()
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await news.waiting(view, user, 1):
            await asyncio.sleep(0.01)
    return [
        each
        for whom, items in stage.chat.news_told
        if whom == user
        for item in items
        for each in item.changes
    ]


async def wants(stage: Stage, user: UserId, **wanted: Told) -> None:
    service = stage.connector.services.notifying
    await service.change_personal(ACME, user, PersonalNews(**wanted))


async def test_a_follower_is_told_of_each_change_once(connected: Stage, ticket: Ticket) -> None:
    notifying = connected.connector.services.notifying
    await notifying.follow(ACME, ADA, ticket.share)
    await notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    (one,) = await told(connected, ADA)
    assert [each.after for each in one.fields] == ["In Progress"]
    assert await told(connected, ADA) == [one]
    assert await told(connected, OLE) == []


async def test_a_round_of_many_tickets_is_one_message(
    connected: Stage, draft: TicketDraft, ticket: Ticket
) -> None:
    other = await connected.ask(draft, "view-2")
    await connected.until_done(other)
    notifying = connected.connector.services.notifying
    await notifying.follow(ACME, ADA, ticket.share)
    await notifying.follow(ACME, ADA, other)
    for each in connected.end.tickets():
        connected.end.change(each["number"], state="2")
    await connected.connector.services.following.sync(ACME, "incident")
    assert len(await told(connected, ADA)) == 2
    ((_, items),) = connected.chat.news_told
    assert {item.ticket.share for item in items} == {ticket.share, other}
    assert {item.because for item in items} == {Because.FOLLOWED}


async def test_what_waits_is_told_in_time_by_itself(connected: Stage, ticket: Ticket) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    await announced(connected)
    await until(lambda: len(connected.chat.changes) == 1)
    assert connected.chat.news_told == []
    connected.clock.jump(11)
    connected.connector.worker.work.changed.set()
    await until(lambda: len(connected.chat.news_told) == 1)


async def test_news_wait_while_more_keeps_coming_and_at_most_two_minutes(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    handler = connected.connector.worker.handlers[Job.TELL_NEWS]
    view = connected.connector.database.view(ACME)
    began, sent = None, 0
    while True:
        async with connected.connector.database.transaction(ACME) as tx:
            one = replace(rows.change(ACME, ticket.share), by="", from_chat=True)
            await news.spread(tx, one, None, connected.clock())
        sent += 1
        began = began or (await news.waiting(view, ADA, 1))[0].at
        if await handler(ACME, ADA) == Done():
            break
        connected.clock.jump(9)
    assert connected.clock() - began < timedelta(minutes=2, seconds=10)
    ((_, (told_,)),) = connected.chat.news_told
    assert len(told_.changes) == sent == 15


async def test_news_that_a_clock_ahead_wrote_down_are_told_at_once(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    async with connected.connector.database.transaction(ACME) as tx:
        one = replace(rows.change(ACME, ticket.share), from_chat=True)
        await news.spread(tx, one, None, connected.clock() + timedelta(days=365))
    assert await connected.connector.worker.handlers[Job.TELL_NEWS](ACME, ADA) == Done()
    assert len(connected.chat.news_told) == 1


async def test_whoever_stopped_following_is_not_told_what_still_waited(
    connected: Stage, ticket: Ticket
) -> None:
    notifying = connected.connector.services.notifying
    await notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    await announced(connected)
    await notifying.unfollow(ACME, ADA, ticket.share)
    assert await told(connected, ADA) == []


async def test_a_word_that_could_not_be_said_now_is_said_later_and_not_to_nobody(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    await announced(connected)
    connected.chat.troubles = [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    assert len(await told(connected, ADA)) == 1
    await change(connected, ticket, state="1")
    await announced(connected)
    connected.chat.troubles = [PlaceGoneError()]
    assert len(await told(connected, ADA)) == 1
    assert connected.chat.troubles == []


async def test_a_thread_that_is_told_again_after_a_crash_tells_nobody_in_private_twice(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    died: list[str] = []

    async def die_once(when: str) -> None:
        if when == "after change" and not died:
            died.append(when)
            raise ProviderUnavailableError(Provider.CHAT, "killed")

    connected.chat.boundary = die_once
    await change(connected, ticket, state="2")
    await until(lambda: len(connected.chat.changes) == 2)
    assert len(await told(connected, ADA)) == 1


@pytest.mark.parametrize("wanted", list(Told))
async def test_whoever_asked_for_a_ticket_is_told_as_much_as_they_want(
    connected: Stage, ticket: Ticket, wanted: Told
) -> None:
    await wants(connected, MIA, asked=wanted)
    await change(connected, ticket, due_date="2031-01-31 12:00:00")
    await announced(connected)
    await change(connected, ticket, state="2")
    await announced(connected)
    await change(connected, ticket, state="7", close_code="Solution provided", close_notes="Done")
    expected = {
        Told.ALL: ["2031-01-31", "In Progress", "Closed"],
        Told.STATES: ["In Progress", "Closed"],
        Told.DONE: ["Closed"],
        Told.NOTHING: [],
    }
    changes = await told(connected, MIA)
    assert [each.fields[0].after for each in changes] == expected[wanted]


async def test_a_change_is_told_once_to_whoever_asked_and_follows(
    connected: Stage, ticket: Ticket
) -> None:
    await wants(connected, MIA, asked=Told.ALL)
    await connected.connector.services.notifying.follow(ACME, MIA, ticket.share)
    await change(connected, ticket, state="2")
    assert len(await told(connected, MIA)) == 1


async def test_what_is_followed_but_not_wanted_is_still_told_as_asked_for(
    connected: Stage, ticket: Ticket
) -> None:
    await wants(connected, MIA, asked=Told.ALL, followed=Told.NOTHING)
    await connected.connector.services.notifying.follow(ACME, MIA, ticket.share)
    await change(connected, ticket, state="2")
    assert len(await told(connected, MIA)) == 1
    assert connected.chat.news_told[0][1][0].because is Because.ASKED


async def test_nobody_is_told_of_what_they_did_there_under_their_verified_address(
    connected: Stage, ticket: Ticket
) -> None:
    beth = connected.end.servicenow.instance.people.named("beth.anglin")
    assert beth is not None
    row = connected.end.servicenow.instance.records.find("sys_user", beth.sys_id)
    assert row is not None
    connected.people.known[ADA] = Person(user=ADA, name="Ada", email=row["email"])
    connected.people.known[OLE] = Person(user=OLE, name="Ole", email="")
    for user in (ADA, OLE):
        await connected.connector.services.notifying.follow(ACME, user, ticket.share)
    await change(connected, ticket, state="2")
    assert await told(connected, ADA) == []
    assert len(await told(connected, OLE)) == 1


async def test_whoever_has_app_home_open_is_not_looked_up_once_more(
    connected: Stage, ticket: Ticket
) -> None:
    beth = connected.end.servicenow.instance.people.named("beth.anglin")
    assert beth is not None
    row = connected.end.servicenow.instance.records.find("sys_user", beth.sys_id)
    assert row is not None
    connected.people.known[ADA] = Person(user=ADA, name="Ada", email=row["email"])
    await connected.connector.services.homes.counterparts.meet(ACME, ADA)
    connected.end.requests.clear()
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    assert await told(connected, ADA) == []
    assert not [each for each in connected.end.requests if each.endswith("/table/sys_user")]


async def test_who_cannot_be_looked_up_is_told_rather_than_not(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.rights.membership(ACME, ADA)
    connected.people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    await change(connected, ticket, state="2")
    assert len(await told(connected, ADA)) == 1


@pytest.mark.parametrize("now", [Membership.GUEST, Membership.OUTSIDER, Membership.GONE])
async def test_whoever_is_no_full_member_any_more_is_told_nothing(
    connected: Stage, ticket: Ticket, now: Membership
) -> None:
    notifying = connected.connector.services.notifying
    await notifying.follow(ACME, ADA, ticket.share)
    await notifying.follow(ACME, OLE, ticket.share)
    connected.people.ranks[OLE] = now
    await change(connected, ticket, state="2")
    assert await told(connected, OLE) == []
    assert len(await told(connected, ADA)) == 1


async def test_nothing_is_told_until_slack_says_who_somebody_is(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, OLE, ticket.share)
    connected.people.trouble = ProviderUnavailableError(Provider.CHAT, "no answer")
    await change(connected, ticket, state="2")
    await announced(connected)
    connected.clock.jump(11)
    connected.people.asked.clear()
    connected.connector.worker.work.changed.set()
    await until(lambda: OLE in connected.people.asked)
    assert connected.chat.news_told == []
    connected.people.trouble = None
    assert len(await told(connected, OLE)) == 1


async def test_what_is_said_in_servicenow_is_told_in_short(
    connected: Stage, ticket: Ticket
) -> None:
    await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)
    instance = connected.end.servicenow.instance
    row, actor = instance.records.find("incident", ticket.sys_id), instance.people.named("admin")
    assert row is not None
    assert actor is not None
    instance.writer.update(TABLES["incident"], row, {"comments": "word " * 400}, actor)
    await connected.connector.services.following.sync(ACME, "incident")
    await until(lambda: bool(connected.chat.entries_told))
    view = connected.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while not (waiting := await news.waiting(view, ADA, 9)):
            await asyncio.sleep(0.01)
    (row_,) = waiting
    assert row_.change.by == "System Administrator"
    assert len(row_.change.fields[0].after) <= 300


async def test_a_muted_ticket_says_nothing_in_its_thread_and_its_card_says_who_muted_it(
    connected: Stage, ticket: Ticket
) -> None:
    notifying = connected.connector.services.notifying
    connected.people.known[MIA] = Person(user=MIA, name="Mia Member")
    await notifying.mute(ACME, ticket.share, CHANNEL, MIA)
    await until(lambda: connected.chat.latest.mute is not None)
    mute = connected.chat.latest.mute
    assert mute is not None
    assert mute.by_name == "Mia Member"
    await change(connected, ticket, state="2")
    await announced(connected)
    assert connected.chat.changes == []
    latest = connected.chat.latest.ticket
    assert latest is not None
    assert latest.state_label == "In Progress"
    await notifying.unmute(ACME, ticket.share, CHANNEL)
    await until(lambda: connected.chat.latest.mute is None)
    await change(connected, ticket, state="1")
    await until(lambda: len(connected.chat.changes) == 1)


@pytest.mark.parametrize("conversation", ["C0OTHER", ""])
async def test_a_ticket_is_muted_where_its_card_stands_and_nowhere_else(
    connected: Stage, ticket: Ticket, conversation: str
) -> None:
    notifying = connected.connector.services.notifying
    with pytest.raises(StoppedError) as refused:
        await notifying.mute(ACME, ticket.share, conversation, MIA)
    assert "another conversation" in refused.value.user_message


async def test_another_workspaces_ticket_is_not_there(connected: Stage, ticket: Ticket) -> None:
    notifying = connected.connector.services.notifying
    for call in (notifying.follow, notifying.unfollow):
        with pytest.raises(NotFoundError):
            await call(GLOBEX, ADA, ticket.share)


async def test_a_channel_says_states_only_and_shows_endings_outside_the_thread(
    connected: Stage, ticket: Ticket
) -> None:
    notifying = connected.connector.services.notifying
    args = {"told": Told.STATES, "broadcasts": True}
    assert await notifying.change_channel(ACME, CHANNEL, MIA, **args)  # type: ignore[arg-type]  # by name
    assert not await notifying.change_channel(ACME, CHANNEL, ADA, **args)  # type: ignore[arg-type]  # by name
    kept = await notifying.channel(ACME, CHANNEL)
    assert (kept.told, kept.broadcasts, kept.by) == (Told.STATES, True, MIA)
    await change(connected, ticket, due_date="2031-01-31 12:00:00")
    await announced(connected)
    await change(connected, ticket, state="2")
    await announced(connected)
    await change(connected, ticket, state="7", close_code="Solution provided", close_notes="Done")
    await announced(connected)
    assert [each.fields[0].after for _, each in connected.chat.changes] == ["In Progress", "Closed"]
    assert [each.turn for each in connected.chat.broadcasts] == [Turn.ENDED]


async def test_what_came_of_an_act_is_told_only_to_those_who_want_every_outcome(
    connected: Stage, ticket: Ticket
) -> None:
    service = connected.connector.services.acts
    draft = ActDraft(kind=ActKind.COMMENT, ticket=ticket.share, by=ADA, by_name="ada", text="Done.")
    await service.decided(await service.request(ACME, draft, "one"))
    await connected.connector.services.notifying.change_personal(
        ACME, ADA, PersonalNews(every_outcome=True)
    )
    act = await service.decided(await service.request(ACME, draft, "two"))
    view = connected.connector.database.view(ACME)
    planned = await view.run(
        "SELECT key FROM work WHERE workspace = :workspace AND job = 'tell act'"
    )
    assert [row["key"] for row in planned] == [act.id]


async def test_what_is_gone_cannot_be_followed(connected: Stage, ticket: Ticket) -> None:
    async with connected.connector.database.transaction(ACME) as tx:
        await tickets.put(tx, replace(ticket, is_gone=True, is_open=False))
    with pytest.raises(StoppedError):
        await connected.connector.services.notifying.follow(ACME, ADA, ticket.share)


def spreader_of(database: Database, work: Work, clock: Clock) -> Spreader:
    leavers = Leavers(rights=RightsService.of(database, People(), clock))
    return Spreader(
        database=database, work=work, leavers=leavers, gathers=timedelta(0), clock=clock
    )


async def follow_all(database: Database, people: Iterable[UserId]) -> None:
    async with database.transaction(ACME) as tx:
        await rows.fill(tx)
        for user in people:
            await follows.add(tx, MADE, user, rows.NOON)


async def test_thousands_of_followers_hold_nobody_up_and_each_gets_work_once(
    database: Database, work: Work, clock: Clock
) -> None:
    people = [UserId(f"U{number:05}") for number in range(4_000)]
    await follow_all(database, people)
    spreader = spreader_of(database, work, clock)
    card = Card(share=rows.share(ACME, MADE, rows.ShareState.ANNOUNCED), ticket=None)
    async with database.transaction(ACME) as tx:
        await spreader.spread(tx, card, rows.change(ACME, MADE))
    turns, running = 0, asyncio.create_task(spreader.plan(ACME))
    while not running.done():
        # Somebody else at the store gets a turn between any two of these.
        async with database.transaction(ACME) as tx:
            await news_settings.keep_personal(tx, ADA, PersonalNews())
        turns += 1
    await running
    assert turns > len(people) // PLANNED_AT_ONCE // 2
    view = database.view(ACME)
    planned = await view.run(
        "SELECT key, lane FROM work WHERE workspace = :workspace AND job = 'tell news'"
    )
    assert {row["key"] for row in planned} == {*people, ADA, MIA}
    assert len({row["lane"] for row in planned}) <= 8
    assert await news.people_without_work(view, 1) == ()


async def test_the_sweep_plans_whoever_has_news_and_no_work(
    database: Database, work: Work, clock: Clock
) -> None:
    await follow_all(database, ())
    await Upkeep(database=database, work=work, clock=clock).sweep()
    view = database.view(ACME)
    planned = await view.run(
        "SELECT lane FROM work WHERE workspace = :workspace AND job = 'tell news' AND key = :who",
        who=ADA,
    )
    assert [row["lane"] for row in planned] == [lane(ADA)]


async def test_followed_tickets_are_listed_a_page_at_a_time(database: Database) -> None:
    await follow_all(database, ())
    view = database.view(ACME)
    first = await follows.listed(view, ADA, 1, 0)
    second = await follows.listed(view, ADA, 1, 1)
    assert first.count == second.count == 2
    assert {each.share for one in (first, second) for each in one.tickets} == {MADE, rows.DONE}
    assert (await follows.listed(view, ADA, 1, 2)).tickets == ()


@pytest.mark.parametrize(
    ("turn", "fields", "of_state"),
    [
        (Turn.NONE, (DUE,), False),
        (Turn.NONE, (STATE,), True),
        (Turn.ENDED, (DUE,), True),
        (Turn.NONE, (FieldChange(field="Record", before="", after="gone"),), True),
    ],
)
def test_a_change_of_state_is_known_as_one(
    turn: Turn, fields: tuple[FieldChange, ...], of_state: bool
) -> None:
    one = replace(rows.change(ACME, MADE), turn=turn, fields=fields)
    assert one.is_of_state is of_state
