"""App Home: what it tells somebody, when it is shown anew, and to whom."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from aiohttp import web

from bot.sandbox import accounts
from connector.errors import Provider, ProviderRefusedError, ProviderUnavailableError
from connector.models import Home, Membership, Person, TicketDraft, TicketKind, UserId
from connector.store import counterparts, homes, scores
from connector.work import Done
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, until
from tests.unit.connector.stage import Stage
from tests.unit.connector.test_tickets import made, sync


async def opened(stage: Stage, user: UserId = MIA) -> Home:
    """Open App Home and see it."""
    before = len(seen_by(stage, user))
    await stage.connector.services.homes.open(ACME, user)
    await until(lambda: len(seen_by(stage, user)) > before)
    return seen_by(stage, user)[-1]


def seen_by(stage: Stage, user: UserId) -> list[Home]:
    return [home for home in stage.chat.homes if home.user == user]


def known(stage: Stage, user: UserId = MIA, email: str = accounts.MIA.email) -> None:
    """Let Slack say who somebody is."""
    stage.people.known[user] = Person(user=user, name="Mia Member", email=email)


async def idle(stage: Stage) -> None:
    """Wait until nothing about App Home is planned any more."""
    question = (
        "SELECT 1 AS yes FROM work WHERE workspace = :workspace"
        " AND job IN ('show home', 'find counterpart')"
    )
    view = stage.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while await view.first(question) is not None:
            await asyncio.sleep(0.01)


async def assign(stage: Stage, number: str, user_name: str) -> None:
    """Assign a ticket in ServiceNow, and read that."""
    person = stage.end.servicenow.instance.people.named(user_name)
    assert person is not None
    stage.end.change(number, assigned_to=person.sys_id)
    await sync(stage)


async def test_before_anything_is_connected_it_tells_how_to_begin_and_who_may(
    stage: Stage,
) -> None:
    stage.people.demoted.add(MIA)
    hers, mine = await opened(stage, ADA), await opened(stage, MIA)
    assert not hers.installation.is_done
    assert hers.connections == ()
    assert (hers.may_administer, mine.may_administer) == (True, False)
    assert not hers.any_tickets


async def test_without_an_answer_nobody_is_taken_for_an_admin(stage: Stage) -> None:
    stage.people.trouble = ProviderUnavailableError(Provider.CHAT, "hangs")
    assert not (await opened(stage, ADA)).may_administer


async def test_whoever_is_no_full_member_any_more_is_shown_nothing_new(stage: Stage) -> None:
    await opened(stage, MIA)
    await idle(stage)
    stage.people.ranks[MIA] = Membership.GUEST
    stage.clock.jump(11 * 60)
    await stage.connector.services.homes.refresh(ACME)
    await opened(stage, ADA)
    await idle(stage)
    assert len(seen_by(stage, MIA)) == 1


async def test_it_tells_my_tickets_and_the_counts_of_both_kinds(
    connected: Stage, draft: TicketDraft
) -> None:
    ticket = await made(connected, draft)
    home = await opened(connected, MIA)
    assert (home.mine.open, home.mine.overdue) == (1, 0)
    assert [each.number for each in home.mine.urgent] == [ticket.number]
    counts = {each.kind: (each.open, each.waiting, dict(each.states)) for each in home.kinds}
    assert counts == {
        TicketKind.INCIDENT: (1, 0, {"New": 1}),
        TicketKind.CHANGE_REQUEST: (0, 0, {}),
    }
    assert home.any_tickets
    assert (await opened(connected, ADA)).mine.open == 0


async def test_a_share_on_its_way_is_counted_by_its_kind(
    connected: Stage, draft: TicketDraft
) -> None:
    connected.end.servicenow.faults.arm("503:1000")
    await connected.ask(draft)
    home = await opened(connected)
    assert {each.kind: each.waiting for each in home.kinds}[TicketKind.INCIDENT] == 1


async def test_it_tells_the_scores_of_the_last_month(connected: Stage) -> None:
    await connected.connect_microsoft()
    async with connected.connector.database.transaction(ACME) as tx:
        (row,) = await tx.run(
            "SELECT tenant, day FROM scores WHERE workspace = :workspace ORDER BY day"
        )
        today = date.fromisoformat(row["day"])
        for ago in (1, 30, 31):
            await tx.run(
                "INSERT INTO scores (workspace, tenant, day, read_at, current, maximum, profiles,"
                " points) VALUES (:workspace, :tenant, :day, 0, :points, 100, 1, '{}')",
                tenant=row["tenant"],
                day=(today - timedelta(days=ago)).isoformat(),
                points=float(ago),
            )
        assert len(await scores.history(tx, row["tenant"])) == 4
    home = await opened(connected)
    assert home.score is not None
    assert [(today - each.day).days for each in home.days] == [30, 1, 0]
    assert [each.points for each in home.days[:-1]] == [30.0, 1.0]


async def test_a_ticket_shows_at_home_as_soon_as_it_is_there_and_as_it_changes(
    connected: Stage, draft: TicketDraft
) -> None:
    assert (await opened(connected)).mine.open == 0
    connected.clock.jump(10)
    ticket = await made(connected, draft)
    await until(lambda: seen_by(connected, MIA)[-1].mine.open == 1)
    connected.clock.jump(10)
    connected.end.change(ticket.number, priority="1", impact="1", urgency="1")
    await sync(connected)
    await until(lambda: seen_by(connected, MIA)[-1].mine.urgent[0].priority == "1")


async def test_a_connection_shows_at_home_as_soon_as_it_is_made_and_ended(stage: Stage) -> None:
    assert (await opened(stage)).connections == ()
    stage.clock.jump(10)
    await stage.connect()
    await until(lambda: bool(seen_by(stage, MIA)[-1].connections))
    stage.clock.jump(10)
    await stage.disconnect(Provider.SERVICENOW)
    await stage.connector.services.homes.refresh(ACME)
    await until(lambda: seen_by(stage, MIA)[-1].connections == ())


async def test_many_changes_show_it_anew_once_in_three_seconds(connected: Stage) -> None:
    await opened(connected)
    shown = len(seen_by(connected, MIA))
    for _ in range(50):
        await connected.connector.services.homes.refresh(ACME)
    connected.clock.jump(10)
    await connected.connector.services.homes.refresh(ACME)
    await idle(connected)
    assert len(seen_by(connected, MIA)) == shown + 1


async def test_it_is_shown_anew_to_the_last_twenty_who_looked_within_the_hour_alone(
    connected: Stage,
) -> None:
    names = [UserId(f"U0{number:03}") for number in range(25)]
    async with connected.connector.database.transaction(ACME) as tx:
        for number, name in enumerate(names):
            await homes.note_opened(tx, name, connected.clock() - timedelta(seconds=number))
    await connected.connector.services.homes.refresh(ACME)
    await idle(connected)
    assert {each.user for each in connected.chat.homes} == set(names[:20])
    connected.clock.jump(3600)
    connected.chat.homes.clear()
    await connected.connector.services.homes.refresh(ACME)
    assert await connected.connector.services.homes.show(ACME, names[0]) == Done()
    assert connected.chat.homes == []


async def test_what_happens_in_one_workspace_shows_nothing_in_another(stage: Stage) -> None:
    await opened(stage)
    shown = len(stage.chat.homes)
    stage.clock.jump(10)
    await stage.connector.services.homes.refresh(GLOBEX)
    await idle(stage)
    assert len(stage.chat.homes) == shown


async def test_a_chat_that_is_down_gets_it_later_and_one_that_refuses_it_does_not(
    stage: Stage,
) -> None:
    stage.chat.troubles.append(ProviderUnavailableError(Provider.CHAT, "down"))
    assert (await opened(stage)).user == MIA
    stage.chat.troubles.append(ProviderRefusedError(Provider.CHAT, "not_enabled"))
    shown = len(stage.chat.homes)
    await stage.connector.services.homes.open(ACME, MIA)
    await idle(stage)
    assert len(stage.chat.homes) == shown


async def test_what_is_shown_last_is_never_older_than_what_was_shown_before(
    connected: Stage,
) -> None:
    for _ in range(20):
        await asyncio.gather(*(connected.connector.services.homes.open(ACME, MIA) for _ in "ab"))
    await idle(connected)
    times = [each.at for each in seen_by(connected, MIA)]
    assert times == sorted(times)


async def test_what_is_assigned_to_me_there_is_mine_by_my_verified_address(
    connected: Stage, draft: TicketDraft
) -> None:
    known(connected)
    ticket = await made(connected, replace(draft, requester=ADA))
    await assign(connected, ticket.number, "mia.member")
    await connected.connector.services.homes.open(ACME, MIA)
    await until(
        lambda: bool(seen_by(connected, MIA)) and seen_by(connected, MIA)[-1].mine.open == 1
    )
    await assign(connected, ticket.number, "ada.admin")
    assert (await opened(connected)).mine.open == 0


@pytest.mark.parametrize(
    "email", [pytest.param("", id="unverified"), pytest.param("nobody@a.example", id="unknown")]
)
async def test_who_is_not_known_there_is_asked_for_once_a_day(connected: Stage, email: str) -> None:
    known(connected, email=email)
    connected.end.requests.clear()
    await opened(connected)
    await idle(connected)
    asked = len(questions(connected))
    assert asked == (1 if email else 0)
    await opened(connected)
    await idle(connected)
    assert len(questions(connected)) == asked
    connected.clock.jump(24 * 3600)
    await opened(connected)
    await idle(connected)
    assert len(questions(connected)) == 2 * asked


def questions(stage: Stage) -> list[str]:
    return [each for each in stage.end.requests if each.endswith("/table/sys_user")]


async def test_somebody_who_types_is_looked_up_before_the_answer(
    connected: Stage,
) -> None:
    known(connected)
    await connected.connector.services.homes.counterparts.meet(ACME, MIA)
    assert await counterparts.sys_id(connected.connector.database.view(ACME), MIA)


async def test_a_hanging_instance_keeps_nobody_from_their_home(connected: Stage) -> None:
    known(connected)
    reached, gate = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> None:
        if request.path.endswith("/sys_user"):
            reached.set()
            await gate.wait()

    connected.end.listeners.append(hang)
    await opened(connected)
    await reached.wait()
    await opened(connected)
    gate.set()
    await idle(connected)


async def test_who_was_looked_up_at_another_instance_is_not_known_at_this_one(
    connected: Stage,
) -> None:
    known(connected)
    await opened(connected)
    await idle(connected)
    view = connected.connector.database.view(ACME)
    assert await counterparts.sys_id(view, MIA)
    async with connected.connector.database.transaction(ACME) as tx:
        await tx.run(
            "UPDATE connections SET remote = 'other.service-now.com'"
            " WHERE workspace = :workspace AND provider = 'ServiceNow'"
        )
    assert await counterparts.sys_id(view, MIA) == ""


async def test_a_home_that_cannot_be_shown_anew_fails_nothing(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(stage)
    await idle(stage)
    async with stage.connector.database.transaction_everywhere() as tx:
        await tx.run("ALTER TABLE homes RENAME TO lost")
    await stage.connector.services.homes.refresh(ACME)
    assert "App Home shows an older state" in caplog.text
