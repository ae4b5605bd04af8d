"""Who may do what: each right for each kind of person, and what happens without an answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from connector.errors import (
    NotAllowedError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from connector.models import (
    Member,
    Membership,
    Right,
    RightRule,
    Rights,
    UserGroup,
    UserId,
    WorkspaceId,
)
from connector.services.rights.service import RightsService
from connector.store.database import Database
from tests.unit.connector.fakes import ACME, ADA, GLOBEX, MIA, Clock, People

OLE, NED, GUS = UserId("U0OLE"), UserId("U0NED"), UserId("U0GUS")
TEAM, DESK = UserGroup(id="S0TEAM", name="Team"), UserGroup(id="S0DESK", name="Desk")
ONLY_LISTED = RightRule(users=(MIA, GUS))
ONLY_TEAM = RightRule(groups=(TEAM, DESK))
EVERYBODY = RightRule(everybody=True)
RANKS = {
    "admin": Membership.ADMIN,
    "member": Membership.MEMBER,
    "guest": Membership.GUEST,
    "outsider": Membership.OUTSIDER,
    "bot": Membership.MACHINE,
    "gone": Membership.GONE,
}


def every(rule: RightRule) -> Rights:
    return Rights(connect=rule, share=rule, change=rule)


@dataclass
class Scene:
    """A rights service in front of a directory that a test fills."""

    service: RightsService
    people: People
    clock: Clock
    answers: list[bool] = field(default_factory=list)

    async def may(self, user: UserId, right: Right) -> bool:
        return await self.service.may(ACME, user, right)


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    people = People(members={TEAM.id: frozenset({OLE}), DESK.id: frozenset({GUS})})
    people.ranks |= {MIA: Membership.MEMBER, OLE: Membership.MEMBER, NED: Membership.MEMBER}
    people.ranks[GUS] = Membership.GUEST
    return Scene(RightsService.of(database, people, clock), people, clock)


@pytest.mark.parametrize("rank", RANKS.values(), ids=RANKS.keys())
@pytest.mark.parametrize(
    ("right", "allowed"),
    [
        pytest.param(Right.CONNECT, {"admin"}, id="connect"),
        pytest.param(Right.ADMINISTER, {"admin"}, id="administer"),
        pytest.param(Right.SHARE, {"admin", "member"}, id="share"),
        pytest.param(Right.CHANGE, {"admin", "member"}, id="change"),
        pytest.param(Right.SEE, {"admin", "member"}, id="see"),
        pytest.param(Right.ANYONE, set(RANKS), id="anyone"),
    ],
)
async def test_what_each_kind_of_person_may_where_nothing_is_set(
    scene: Scene, rank: Membership, right: Right, allowed: set[str]
) -> None:
    scene.people.ranks[NED] = rank
    assert await scene.may(NED, right) is (rank in {RANKS[each] for each in allowed})


@pytest.mark.parametrize("right", [Right.CONNECT, Right.SHARE, Right.CHANGE])
@pytest.mark.parametrize(
    ("rule", "user", "allowed"),
    [
        pytest.param(ONLY_LISTED, MIA, True, id="listed"),
        pytest.param(ONLY_LISTED, NED, False, id="not listed"),
        pytest.param(ONLY_LISTED, GUS, False, id="listed, but a guest"),
        pytest.param(ONLY_TEAM, OLE, True, id="in a group"),
        pytest.param(ONLY_TEAM, MIA, False, id="in no group"),
        pytest.param(ONLY_TEAM, GUS, False, id="in a group, but a guest"),
        pytest.param(EVERYBODY, NED, True, id="everybody"),
        pytest.param(EVERYBODY, GUS, False, id="everybody, but a guest"),
        pytest.param(RightRule(), NED, False, id="nobody, a member"),
        pytest.param(RightRule(), ADA, True, id="nobody, an admin"),
    ],
)
async def test_a_right_is_with_those_it_was_given_to(
    scene: Scene, right: Right, rule: RightRule, user: UserId, allowed: bool
) -> None:
    await scene.service.keep(ACME, ADA, every(rule))
    assert await scene.may(user, right) is allowed


async def test_whoever_may_change_settings_does_not_decide_who_else_may(scene: Scene) -> None:
    await scene.service.keep(ACME, ADA, every(EVERYBODY))
    assert await scene.may(MIA, Right.CONNECT)
    assert not await scene.may(MIA, Right.ADMINISTER)


async def test_another_workspace_has_its_own_rights(scene: Scene) -> None:
    await scene.service.keep(GLOBEX, ADA, every(ONLY_LISTED))
    assert await scene.may(NED, Right.SHARE)


async def test_a_member_is_known_for_ten_minutes_and_an_admin_is_asked_about_each_time(
    scene: Scene,
) -> None:
    for _ in range(3):
        assert await scene.may(NED, Right.SHARE)
    assert scene.people.asked == [NED]
    scene.people.ranks[NED] = Membership.GUEST
    scene.clock.jump(11 * 60)
    assert not await scene.may(NED, Right.SHARE)
    scene.people.asked.clear()
    for _ in range(2):
        assert await scene.may(ADA, Right.CONNECT)
    assert scene.people.asked == [ADA, ADA]


async def test_who_is_in_a_group_is_known_for_three_minutes(scene: Scene) -> None:
    await scene.service.keep(ACME, ADA, every(ONLY_TEAM))
    for _ in range(3):
        assert await scene.may(OLE, Right.SHARE)
    assert scene.people.asked.count(TEAM.id) == 1
    scene.people.members[TEAM.id] = frozenset()
    scene.clock.jump(4 * 60)
    assert not await scene.may(OLE, Right.SHARE)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda p: setattr(p, "hangs", True), id="the chat system hangs"),
        pytest.param(
            lambda p: setattr(p, "trouble", ProviderUnavailableError(Provider.CHAT, "503")),
            id="it is down",
        ),
    ],
)
@pytest.mark.parametrize("right", [Right.CONNECT, Right.SHARE, Right.SEE])
async def test_without_an_answer_it_is_a_no_within_two_seconds(
    scene: Scene, trouble: Callable[[People], None], right: Right
) -> None:
    trouble(scene.people)
    async with asyncio.timeout(2.5):
        with pytest.raises(ProviderUnavailableError) as failure:
            await scene.service.require(ACME, ADA, right)
    assert "gain" in failure.value.user_message


async def test_a_silent_group_stops_only_those_whom_it_would_let_in(scene: Scene) -> None:
    await scene.service.keep(ACME, ADA, every(RightRule(users=(MIA,), groups=(TEAM,))))
    scene.people.silent_on.add(TEAM.id)
    assert await scene.may(ADA, Right.SHARE)
    assert await scene.may(MIA, Right.SHARE)
    async with asyncio.timeout(2.5):
        with pytest.raises(ProviderUnavailableError) as failure:
            await scene.service.require(ACME, OLE, Right.SHARE)
    assert "did not say in time whether you may" in failure.value.user_message


@dataclass
class Slow(People):
    """People of whom it takes over a second to hear who they are."""

    async def member(self, workspace: WorkspaceId, user: UserId) -> Member:
        await asyncio.sleep(1.2)
        return await super().member(workspace, user)


async def test_a_slow_answer_and_a_silent_group_take_two_seconds_together(
    database: Database, clock: Clock
) -> None:
    people = Slow(ranks={OLE: Membership.MEMBER}, silent_on={TEAM.id})
    service = RightsService.of(database, people, clock)
    await service.keep(ACME, ADA, every(RightRule(groups=(TEAM,))))
    async with asyncio.timeout(2.5):
        with pytest.raises(ProviderUnavailableError):
            await service.require(ACME, OLE, Right.SHARE)


async def test_a_group_that_cannot_be_read_lets_nobody_in_and_says_to_try_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.service.keep(ACME, ADA, every(ONLY_TEAM))
    await scene.service.membership(ACME, NED)
    scene.people.trouble = ProviderRefusedError(Provider.CHAT, "missing_scope")
    with pytest.raises(ProviderUnavailableError):
        await scene.service.require(ACME, NED, Right.SHARE)


async def test_a_refusal_says_why_and_whether_one_can_ask(scene: Scene) -> None:
    await scene.service.keep(ACME, ADA, Rights(share=RightRule(), approvers=(ADA,)))
    with pytest.raises(NotAllowedError) as refusal:
        await scene.service.require(ACME, NED, Right.SHARE)
    assert refusal.value.may_ask
    assert "have chosen may make tickets" in refusal.value.user_message
    with pytest.raises(NotAllowedError) as refusal:
        await scene.service.require(ACME, GUS, Right.SHARE)
    assert not refusal.value.may_ask
    assert "full members" in refusal.value.user_message


async def test_nobody_is_sent_to_ask_where_nobody_else_answers(scene: Scene) -> None:
    await scene.service.keep(ACME, NED, Rights(share=RightRule()))
    with pytest.raises(NotAllowedError) as refusal:
        await scene.service.require(ACME, NED, Right.SHARE)
    assert not refusal.value.may_ask


async def test_a_change_of_rights_is_kept_with_who_made_it(
    scene: Scene, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await scene.service.keep(ACME, ADA, every(ONLY_LISTED))
    await scene.service.keep(ACME, OLE, every(ONLY_LISTED))
    rows = await database.view(ACME).run(
        "SELECT by_user, topic FROM setting_changes WHERE workspace = :workspace"
    )
    assert [tuple(row.values()) for row in map(dict, rows)] == [(ADA, "rights")]
    assert f"settings changed workspace={ACME} by={ADA}" in caplog.text
