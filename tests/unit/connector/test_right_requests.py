"""Requests for a right: shown once to each approver, answered once, told, and never lost."""

import asyncio
from dataclasses import replace

import pytest

from connector.errors import (
    NotAllowedError,
    NotFoundError,
    Provider,
    ProviderUnavailableError,
    StoppedError,
)
from connector.models import (
    Membership,
    RequestState,
    Right,
    RightRequest,
    RightRule,
    Rights,
    UserId,
)
from connector.store import right_requests
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, until
from tests.unit.connector.stage import Stage

OLE, NED = UserId("U0OLE"), UserId("U0NED")
ALLOWED, DECLINED = RequestState.ALLOWED, RequestState.DECLINED
CLOSED = Rights(share=RightRule(), change=RightRule(), approvers=(ADA, OLE))


@pytest.fixture
async def closed(stage: Stage) -> Stage:
    """Nobody but admins may share; Ada, an admin, and Ole, a member, answer requests."""
    members = {MIA: Membership.MEMBER, OLE: Membership.MEMBER, NED: Membership.MEMBER}
    stage.people.ranks |= members
    await stage.connector.services.rights.keep(ACME, ADA, CLOSED)
    return stage


async def ask(stage: Stage, user: UserId = MIA, right: Right = Right.SHARE) -> RightRequest:
    request, is_new = await stage.connector.services.right_requests.ask(ACME, user, right)
    assert is_new
    return request


async def asked(stage: Stage, copies: int = 2) -> RightRequest:
    request = await ask(stage)
    await until(lambda: len(stage.chat.requests) == copies)
    return request


async def answer(
    stage: Stage, request: RightRequest, by: UserId, state: RequestState
) -> RightRequest:
    return await stage.connector.services.right_requests.answer(ACME, by, request.id, state)


def shown(stage: Stage) -> dict[str, RequestState]:
    return {place.conversation: each.state for place, each in stage.chat.requests.items()}


async def may(stage: Stage, user: UserId, right: Right = Right.SHARE) -> bool:
    return await stage.connector.services.rights.may(ACME, user, right)


async def test_every_approver_is_asked_and_the_first_answer_gives_the_right(closed: Stage) -> None:
    request = await asked(closed)
    assert set(shown(closed)) == {f"D{ADA}", f"D{OLE}"}
    assert not await may(closed, MIA)
    answered = await answer(closed, request, OLE, ALLOWED)
    assert (answered.state, answered.decided_by) == (ALLOWED, OLE)
    await until(lambda: set(shown(closed).values()) == {ALLOWED} and bool(closed.chat.answers))
    assert [each.user for each in closed.chat.answers] == [MIA]
    assert await may(closed, MIA)
    assert not await may(closed, NED)
    assert not await may(closed, MIA, Right.CHANGE)


async def test_not_now_is_told_and_gives_nothing(closed: Stage) -> None:
    request = await asked(closed)
    await answer(closed, request, ADA, DECLINED)
    await until(lambda: set(shown(closed).values()) == {DECLINED} and bool(closed.chat.answers))
    assert not await may(closed, MIA)


async def test_the_second_answer_changes_nothing_and_learns_of_the_first(closed: Stage) -> None:
    request = await asked(closed)
    await answer(closed, request, ADA, DECLINED)
    late = await answer(closed, request, OLE, ALLOWED)
    assert (late.state, late.decided_by) == (DECLINED, ADA)
    assert not await may(closed, MIA)
    again = await answer(closed, request, ADA, DECLINED)
    assert again.decided_at == late.decided_at
    await until(lambda: bool(closed.chat.answers))
    assert len(closed.chat.answers) == 1


async def test_within_a_day_nobody_is_asked_twice_and_after_it_they_are(closed: Stage) -> None:
    first = await asked(closed)
    requests = closed.connector.services.right_requests
    same, is_new = await requests.ask(ACME, MIA, Right.SHARE)
    assert (same.id, is_new) == (first.id, False)
    closed.clock.jump(25 * 3600)
    await ask(closed)
    await until(lambda: len(closed.chat.requests) == 4)
    await until(lambda: list(shown_all(closed)).count(RequestState.OVERTAKEN) == 2)
    assert closed.chat.answers == []


def shown_all(stage: Stage) -> list[RequestState]:
    return [each.state for each in stage.chat.requests.values()]


async def test_another_right_is_another_request(closed: Stage) -> None:
    await asked(closed)
    await ask(closed, right=Right.CHANGE)
    await until(lambda: len(closed.chat.requests) == 4)


@pytest.mark.parametrize(
    ("by", "rank"),
    [
        pytest.param(NED, Membership.MEMBER, id="a member who is not set for it"),
        pytest.param(OLE, Membership.GUEST, id="an approver who is a guest by now"),
        pytest.param(ADA, Membership.GONE, id="an admin who has left"),
        pytest.param(MIA, Membership.ADMIN, id="whoever asked, an admin by now"),
    ],
)
async def test_whoever_may_not_answer_changes_nothing(
    closed: Stage, by: UserId, rank: Membership
) -> None:
    request = await asked(closed)
    closed.people.ranks[by] = rank
    with pytest.raises(NotAllowedError):
        await answer(closed, request, by, ALLOWED)
    closed.people.ranks[MIA] = Membership.MEMBER
    closed.clock.jump(11 * 60)
    assert not await may(closed, MIA)


async def test_any_admin_may_answer(closed: Stage) -> None:
    request = await asked(closed)
    closed.people.ranks[NED] = Membership.ADMIN
    assert (await answer(closed, request, NED, ALLOWED)).decided_by == NED


async def test_nobody_is_let_in_who_is_no_full_member_any_more(closed: Stage) -> None:
    request = await asked(closed)
    closed.people.ranks[MIA] = Membership.GUEST
    with pytest.raises(StoppedError, match="no full member"):
        await answer(closed, request, ADA, ALLOWED)
    assert (await answer(closed, request, ADA, DECLINED)).state is DECLINED


async def test_who_is_no_full_member_any_more_hears_no_answer(closed: Stage) -> None:
    request = await asked(closed)
    closed.people.ranks |= {MIA: Membership.GUEST, OLE: Membership.GUEST}
    closed.clock.jump(601)
    await answer(closed, request, ADA, DECLINED)
    await until(lambda: DECLINED in shown(closed).values())
    view = closed.connector.database.view(ACME)
    async with asyncio.timeout(10):
        while not await right_requests.is_told(view, request.id):
            await asyncio.sleep(0.01)
        assert await right_requests.without_work(view) == ()
    assert sorted(shown(closed).values()) == [DECLINED, RequestState.PENDING]
    assert closed.chat.answers == []


async def test_without_an_answer_from_the_chat_system_nothing_is_given(closed: Stage) -> None:
    request = await asked(closed)
    closed.people.trouble = ProviderUnavailableError(Provider.CHAT, "503")
    with pytest.raises(ProviderUnavailableError):
        await answer(closed, request, ADA, ALLOWED)
    closed.people.trouble = None
    assert not await may(closed, MIA)


async def test_a_request_of_another_workspace_is_not_there(closed: Stage) -> None:
    request = await asked(closed)
    with pytest.raises(NotFoundError):
        await closed.connector.services.right_requests.answer(GLOBEX, ADA, request.id, ALLOWED)


async def test_guests_and_those_who_have_the_right_ask_in_vain(closed: Stage) -> None:
    requests = closed.connector.services.right_requests
    closed.people.ranks[NED] = Membership.GUEST
    with pytest.raises(NotAllowedError):
        await requests.ask(ACME, NED, Right.SHARE)
    with pytest.raises(StoppedError, match="the right is there"):
        await requests.ask(ACME, ADA, Right.SHARE)
    with pytest.raises(NotAllowedError):
        await requests.ask(ACME, MIA, Right.ADMINISTER)
    assert closed.chat.requests == {}


async def test_whoever_connected_servicenow_answers_where_nobody_is_set(connected: Stage) -> None:
    connected.people.ranks[MIA] = Membership.MEMBER
    await connected.connector.services.rights.keep(ACME, ADA, replace(CLOSED, approvers=()))
    await asked(connected, copies=1)
    assert set(shown(connected)) == {f"D{ADA}"}


async def test_a_member_who_was_let_connect_answers_nothing_for_having_connected(
    connected: Stage,
) -> None:
    connected.people.ranks |= {MIA: Membership.MEMBER, ADA: Membership.MEMBER}
    rights = connected.connector.services.rights
    chosen = RightRule(users=(ADA,))
    await rights.keep(ACME, OLE, replace(CLOSED, connect=chosen, approvers=()))
    assert (await connected.connect()).ok
    (connection,) = await connected.connector.services.connections.all(ACME)
    assert connection.connected_by == ADA
    # Ole, an admin, let her connect.
    request = await asked(connected, copies=1)
    assert set(shown(connected)) == {f"D{OLE}"}
    with pytest.raises(NotAllowedError):
        await answer(connected, request, ADA, ALLOWED)
    assert not await may(connected, MIA)
    assert (await answer(connected, request, OLE, ALLOWED)).state is ALLOWED


async def test_an_admin_who_connected_and_is_none_any_more_answers_nothing(
    connected: Stage,
) -> None:
    connected.people.ranks[MIA] = Membership.MEMBER
    await connected.connector.services.rights.keep(ACME, ADA, replace(CLOSED, approvers=()))
    request = await asked(connected, copies=1)
    connected.people.ranks[ADA] = Membership.MEMBER
    with pytest.raises(NotAllowedError):
        await answer(connected, request, ADA, ALLOWED)
    assert not await may(connected, MIA)


async def test_whoever_may_not_answer_any_more_is_asked_nothing(connected: Stage) -> None:
    connected.people.ranks |= dict.fromkeys((MIA, ADA, OLE), Membership.MEMBER)
    await connected.connector.services.rights.keep(ACME, OLE, replace(CLOSED, approvers=()))
    await ask(connected)
    await until(lambda: bool(connected.chat.answers))
    assert connected.chat.answers[0].state is RequestState.UNHEARD
    assert connected.chat.requests == {}


async def test_where_nobody_can_be_reached_whoever_asked_is_told(closed: Stage) -> None:
    closed.chat.unreachable |= {ADA, OLE}
    await ask(closed)
    await until(lambda: bool(closed.chat.answers))
    assert closed.chat.answers[0].state is RequestState.UNHEARD


async def test_a_chat_that_fails_or_a_restart_loses_no_request(closed: Stage) -> None:
    closed.chat.troubles += [ProviderUnavailableError(Provider.CHAT, "503")] * 2
    request = await asked(closed)
    assert closed.chat.requests_posted == 2
    closed.chat.troubles += [ProviderUnavailableError(Provider.CHAT, "503")] * 50
    await answer(closed, request, ADA, ALLOWED)
    await closed.restart()
    closed.chat.troubles.clear()
    await until(lambda: set(shown(closed).values()) == {ALLOWED} and bool(closed.chat.answers))
    assert len(closed.chat.answers) == 1


async def test_what_was_taken_away_again_may_be_asked_for_the_same_day(closed: Stage) -> None:
    request = await asked(closed)
    await answer(closed, request, ADA, ALLOWED)
    await closed.connector.services.rights.keep(ACME, ADA, CLOSED)
    assert (await ask(closed)).id != request.id


async def test_the_sweep_finds_what_lost_its_work(closed: Stage) -> None:
    closed.chat.troubles += [ProviderUnavailableError(Provider.CHAT, "503")] * 1000
    await ask(closed)
    async with closed.connector.database.transaction(ACME) as tx:
        await tx.run("DELETE FROM work WHERE workspace = :workspace")
    await closed.restart()
    closed.chat.troubles.clear()
    await until(lambda: len(closed.chat.requests) == 2)
