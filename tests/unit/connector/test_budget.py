"""What one user may ask one remote, as its answers tell."""

import asyncio
from datetime import datetime, timedelta

import pytest

from connector.errors import Provider, ThrottledError
from connector.http import Budget
from tests.unit.connector.fakes import Clock, until

MINUTE = {"retry-after": "60"}


def budget(clock: Clock, *, at_once: int = 8, kept: list[datetime] | None = None) -> Budget:
    async def keep(at: datetime) -> None:
        if kept is not None:
            kept.append(at)

    return Budget(provider=Provider.SERVICENOW, clock=clock, base=2.0, at_once=at_once, keep=keep)


async def refuse(one: Budget, headers: dict[str, str]) -> float:
    with pytest.raises(ThrottledError) as caught:
        await one.hear(429, headers)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def is_open(one: Budget, *, yields: bool = False) -> bool:
    try:
        one.check(yields=yields)
    except ThrottledError:
        return False
    return True


def told(clock: Clock, limit: int, seconds: float) -> dict[str, str]:
    reset = clock() + timedelta(seconds=seconds)
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-reset": str(int(reset.timestamp())),
        "x-ratelimit-rule": "c0c4",
    }


async def test_after_a_refusal_nobody_asks_before_its_time(clock: Clock) -> None:
    kept: list[datetime] = []
    one = budget(clock, kept=kept)
    assert await refuse(one, MINUTE) == pytest.approx(60, abs=1)
    with pytest.raises(ThrottledError) as caught:
        async with one.turn(yields=False):
            pytest.fail("something was asked")
    assert kept == [caught.value.until]
    assert "no more requests until" in caught.value.user_message
    clock.jump(61)
    assert is_open(one)


@pytest.mark.parametrize(("named", "longest"), [("999999999", 3600), ("-5", 0.1)])
async def test_an_absurd_time_is_cut(clock: Clock, named: str, longest: float) -> None:
    one = budget(clock)
    assert await refuse(one, {"retry-after": named}) <= longest


async def test_a_refusal_that_names_no_time_is_waited_out_longer_each_time(clock: Clock) -> None:
    one = budget(clock)
    waits = []
    for _ in range(10):
        waits.append(await refuse(one, {}))
        clock.jump(waits[-1] + 1)
    assert [round(wait) for wait in waits] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    await one.hear(200, {})
    assert round(await refuse(one, {})) == 2


async def test_those_that_are_refused_together_are_one_refusal(clock: Clock) -> None:
    one = budget(clock)
    first = await refuse(one, {})
    for _ in range(7):
        await refuse(one, {})
    # Answered late, but it was let in before the others were refused.
    await one.hear(200, {})
    clock.jump(first + 1)
    assert round(await refuse(one, {})) == 4


async def test_after_a_wait_one_goes_ahead_and_the_others_follow(clock: Clock) -> None:
    one, answered = budget(clock), asyncio.Event()
    asked: list[int] = []
    await refuse(one, MINUTE)
    clock.jump(61)

    async def ask(number: int) -> None:
        async with one.turn(yields=False):
            asked.append(number)
            await answered.wait()
            await one.hear(200, {})

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(ask(number))
        await until(lambda: bool(asked))
        for _ in range(20):
            await asyncio.sleep(0)
        assert asked == [0]
        answered.set()
    assert sorted(asked) == [0, 1, 2, 3, 4]


async def test_only_so_many_are_under_way_at_once(clock: Clock) -> None:
    one, answered = budget(clock, at_once=3), asyncio.Event()
    under_way: list[int] = []

    async def ask(number: int) -> None:
        async with one.turn(yields=False):
            under_way.append(number)
            await answered.wait()

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(ask(number))
        await until(lambda: len(under_way) == 3)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(under_way) == 3
        answered.set()
    assert len(under_way) == 6


async def test_what_an_answer_allows_is_not_exceeded_and_a_fifth_is_left_to_people(
    clock: Clock,
) -> None:
    one = budget(clock)
    for used in range(10):
        assert is_open(one, yields=True) == (used < 8)
        assert is_open(one)
        async with one.turn(yields=False):
            await one.hear(200, told(clock, 10, 600))
    assert not is_open(one)
    clock.jump(601)
    assert is_open(one, yields=True)


async def test_what_is_under_way_counts_as_asked(clock: Clock) -> None:
    one = budget(clock)
    await one.hear(200, told(clock, 2, 600))
    async with one.turn(yields=False):
        assert not is_open(one)
    assert is_open(one)


async def test_a_limit_of_one_lets_background_work_through(clock: Clock) -> None:
    one = budget(clock)
    await one.hear(200, told(clock, 1, 600))
    assert not is_open(one, yields=True)
    clock.jump(601)
    assert is_open(one, yields=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-limit": "0", "x-ratelimit-reset": "9999999999"},
        {"x-ratelimit-limit": "many", "x-ratelimit-reset": "9999999999"},
        {"x-ratelimit-limit": "1", "x-ratelimit-reset": "soon"},
        {"x-ratelimit-limit": "1", "x-ratelimit-reset": "5"},
        {"x-ratelimit-limit": "1"},
    ],
)
async def test_a_limit_that_makes_no_sense_shuts_nothing(
    clock: Clock, headers: dict[str, str]
) -> None:
    one = budget(clock)
    await one.hear(200, headers)
    assert is_open(one)


async def test_a_clock_that_is_set_back_shuts_nothing_for_longer_than_an_hour(
    clock: Clock,
) -> None:
    one = budget(clock)
    await one.hear(200, told(clock, 1, 600))
    await refuse(one, MINUTE)
    clock.jump(-86_400)
    assert is_open(one)
