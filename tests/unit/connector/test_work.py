import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from connector.errors import Provider, ProviderUnavailableError, ThrottledError
from connector.models import WorkspaceId
from connector.store.database import Database
from connector.work import Again, Done, Job, Next, Work, Worker, worker
from connector.work import plan as plan_of_work
from connector.work.items import LONGEST_WAIT, backoff
from tests.unit.connector.fakes import ACME, GLOBEX, Clock, until


@dataclass
class Diary:
    """A handler that notes what it is asked and does what the test says."""

    what: Callable[[str], Next] = lambda _key: Done()
    asked: list[str] = field(default_factory=list)
    running: set[tuple[str, str]] = field(default_factory=set)
    most: int = 0
    began: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, workspace: WorkspaceId, key: str) -> Next:
        assert (workspace, key) not in self.running
        self.running.add((workspace, key))
        self.most = max(self.most, len(self.running))
        self.asked.append(key)
        self.began.set()
        try:
            await self.go_on.wait()
            return self.what(key)
        finally:
            self.running.discard((workspace, key))


@pytest.fixture
def diary() -> Diary:
    diary = Diary()
    diary.go_on.set()
    return diary


async def no_sweep() -> None:
    return


@asynccontextmanager
async def working(work: Work, diary: Diary) -> AsyncIterator[Worker]:
    worker = Worker(work=work, handlers=dict.fromkeys(Job, diary), sweep=no_sweep, retry_base=0.01)
    await worker.start()
    yield worker
    await worker.stop(grace=0.2)


async def plan(
    work: Work,
    *keys: str,
    lane: str = "lane",
    at: datetime | None = None,
    workspace: WorkspaceId = ACME,
) -> None:
    async with work.database.transaction(workspace) as tx:
        for key in keys:
            await work.plan(tx, Job.ADVANCE_SHARE, key, lane=lane, at=at)


async def plan_and_fail(work: Work) -> None:
    async with work.database.transaction(ACME) as tx:
        await work.plan(tx, Job.ADVANCE_SHARE, "one", lane="lane")
        raise ValueError("undo")


async def left(database: Database) -> int:
    row = await database.view_everywhere().first("SELECT count(*) AS n FROM work")
    assert row is not None
    return int(row["n"])


async def until_idle(database: Database) -> None:
    async with asyncio.timeout(5):
        while await left(database):
            await asyncio.sleep(0.002)


async def test_planned_work_is_done_once(work: Work, diary: Diary, database: Database) -> None:
    async with working(work, diary):
        await plan(work, "one", "two")
        await until_idle(database)
    assert sorted(diary.asked) == ["one", "two"]


async def test_work_begins_at_its_commit_and_not_when_the_loop_next_wakes(
    work: Work, diary: Diary
) -> None:
    async with working(work, diary):
        await asyncio.sleep(0.05)
        await plan(work, "one")
        async with asyncio.timeout(worker.LONGEST_SLEEP / 3):
            await diary.began.wait()


async def test_work_of_a_transaction_that_failed_is_never_done(work: Work, diary: Diary) -> None:
    async with working(work, diary):
        with pytest.raises(ValueError, match="undo"):
            await plan_and_fail(work)
        await asyncio.sleep(0.05)
    assert diary.asked == []


async def test_planning_while_it_runs_has_it_run_once_more(
    work: Work, diary: Diary, database: Database
) -> None:
    diary.go_on.clear()
    async with working(work, diary):
        await plan(work, "one")
        await diary.began.wait()
        await plan(work, "one")
        await plan(work, "one")
        diary.go_on.set()
        await until_idle(database)
    assert diary.asked == ["one", "one"]


async def test_planning_again_later_does_not_put_off_what_is_due(
    work: Work, diary: Diary, clock: Clock
) -> None:
    diary.go_on.clear()
    async with working(work, diary):
        await plan(work, "one")
        await diary.began.wait()
        await plan(work, "one")
        await plan(work, "one", at=clock() + timedelta(hours=1))
        diary.go_on.set()
        await until(lambda: len(diary.asked) == 2)


async def test_nothing_is_done_before_its_time(work: Work, diary: Diary, clock: Clock) -> None:
    async with working(work, diary):
        await plan(work, "later", at=clock() + timedelta(seconds=0.2))
        await asyncio.sleep(0.1)
        assert diary.asked == []
        await until(lambda: diary.asked == ["later"])


async def test_what_falls_due_while_claiming_is_not_slept_over(work: Work, clock: Clock) -> None:
    now = clock()
    due = now + timedelta(milliseconds=1)
    await plan(work, "one", at=due)
    assert await work.claim(now) == []
    clock.jump(1)
    assert await work.next_due(now) == due


async def test_one_key_is_never_done_twice_at_once_but_others_are(
    work: Work, diary: Diary, database: Database
) -> None:
    diary.go_on.clear()
    async with working(work, diary):
        await plan(work, "one", "two")
        await plan(work, "one", workspace=GLOBEX)
        await until(lambda: len(diary.running) == 3)
        diary.go_on.set()
        await until_idle(database)


async def test_a_lane_takes_so_many_at_once_and_holds_up_no_other(
    work: Work, diary: Diary, database: Database
) -> None:
    diary.go_on.clear()
    async with working(work, diary):
        await plan(work, *(f"slow{n}" for n in range(50)), lane="slow")
        await until(lambda: len(diary.running) == work.lane_size)
        await plan(work, "quick", lane="quick")
        await until(lambda: "quick" in diary.asked)
        assert diary.most == work.lane_size + 1
        diary.go_on.set()
        await until_idle(database)
    assert len(diary.asked) == 51


async def test_again_comes_again_at_its_time(
    work: Work, diary: Diary, clock: Clock, database: Database
) -> None:
    def what(_key: str) -> Next:
        return Again(clock() + timedelta(seconds=0.05)) if len(diary.asked) < 3 else Done()

    diary.what = what
    async with working(work, diary):
        await plan(work, "one")
        await until_idle(database)
    assert diary.asked == ["one", "one", "one"]


async def test_a_bug_is_logged_with_its_traceback_and_the_work_tried_again(
    work: Work, diary: Diary, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def what(_key: str) -> Next:
        if len(diary.asked) < 3:
            raise ZeroDivisionError("a bug")
        return Done()

    diary.what = what
    async with working(work, diary):
        await plan(work, "one")
        await until_idle(database)
    assert len(diary.asked) == 3
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 2
    assert all(each.exc_info for each in errors)


async def test_a_wait_the_provider_names_is_kept(work: Work, diary: Diary, clock: Clock) -> None:
    def what(_key: str) -> Next:
        raise ProviderUnavailableError(Provider.CHAT, "429", retry_after=30)

    diary.what = what
    async with working(work, diary):
        await plan(work, "one")
        await diary.began.wait()
        await asyncio.sleep(0.1)
        due = await work.next_due(clock())
        assert due is not None
        assert 25 < (due - clock()).total_seconds() < 31
        clock.jump(31)
        work.changed.set()
        await until(lambda: len(diary.asked) == 2)


async def test_what_a_killed_process_had_begun_is_begun_again(
    work: Work, diary: Diary, database: Database
) -> None:
    await plan(work, "one")
    assert [item.key for item in await work.claim(work.clock())] == ["one"]
    assert await work.claim(work.clock()) == []
    next_process = replace(work, changed=asyncio.Event())
    async with working(next_process, diary):
        await until_idle(database)
    assert diary.asked == ["one"]


async def test_stopping_waits_for_what_runs_and_begins_nothing_new(
    work: Work, diary: Diary, database: Database
) -> None:
    diary.go_on.clear()
    async with working(work, diary) as worker:
        await plan(work, "one")
        await diary.began.wait()
        stopping = asyncio.create_task(worker.stop(grace=5))
        await asyncio.sleep(0.02)
        await plan(work, "two")
        diary.go_on.set()
        await stopping
    assert diary.asked == ["one"]
    assert await left(database) == 1


async def test_what_does_not_end_in_time_is_cancelled_and_begun_again_by_the_next_start(
    work: Work, diary: Diary, database: Database
) -> None:
    diary.go_on.clear()
    async with working(work, diary):
        await plan(work, "one")
        await diary.began.wait()
    assert diary.running == set()
    diary.go_on.set()
    async with working(replace(work, changed=asyncio.Event()), diary):
        await until_idle(database)
    assert diary.asked == ["one", "one"]


async def test_a_sweep_that_fails_is_logged_and_work_goes_on(
    work: Work, diary: Diary, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> None:
        raise ZeroDivisionError("a bug")

    worker = Worker(work=work, handlers=dict.fromkeys(Job, diary), sweep=fails, retry_base=0.01)
    await worker.start()
    await plan(work, "one")
    await until_idle(database)
    await worker.stop()
    assert diary.asked == ["one"]
    assert "work has fallen" in caplog.text


@pytest.mark.parametrize("statement", [plan_of_work.DUE_LANES, plan_of_work.CLAIM])
async def test_waiting_items_are_found_by_an_index(database: Database, statement: str) -> None:
    rows = await database.view_everywhere().run(
        f"EXPLAIN QUERY PLAN {statement}", now=0, lane="lane", size=1
    )
    steps = [str(row["detail"]) for row in rows]
    assert not [step for step in steps if step.startswith("SCAN work")]
    assert [step for step in steps if "INDEX work_due" in step]


async def test_what_was_planned_by_a_clock_that_was_ahead_is_done_at_the_next_start(
    work: Work, diary: Diary, clock: Clock, database: Database
) -> None:
    await plan(work, "one", at=clock() + timedelta(days=365))
    async with working(work, diary):
        await until_idle(database)
    assert diary.asked == ["one"]


async def test_what_was_planned_by_a_clock_that_is_set_back_is_done_then(
    work: Work, diary: Diary, clock: Clock, database: Database
) -> None:
    async with working(work, diary):
        await plan(work, "one", at=clock() + timedelta(days=1))
        await asyncio.sleep(0.05)
        assert diary.asked == []
        clock.jump(-3600)
        work.changed.set()
        await until_idle(database)
    assert diary.asked == ["one"]


async def test_failures_in_a_row_are_counted_so_that_the_wait_grows(
    work: Work, diary: Diary
) -> None:
    def what(_key: str) -> Next:
        raise ProviderUnavailableError(Provider.CHAT, "503")

    diary.what = what
    async with working(work, diary):
        await plan(work, "one")
        await until(lambda: len(diary.asked) >= 3)
    row = await work.database.view(ACME).first(
        "SELECT attempts FROM work WHERE workspace = :workspace"
    )
    assert row is not None
    assert row["attempts"] >= 2


async def test_a_wait_that_is_known_is_no_failure_and_ends_when_it_is_over(
    work: Work, diary: Diary, clock: Clock
) -> None:
    def what(_key: str) -> Next:
        now = clock()
        until_then = now + timedelta(seconds=100)
        raise ThrottledError(Provider.CHAT, "ratelimited", until=until_then, now=now)

    diary.what = what
    async with working(work, diary):
        await plan(work, "one")
        for count in range(1, 6):
            await until(lambda count=count: len(diary.asked) == count)
            due = await due_later(work, clock)
            assert 99 < due <= 101
            clock.jump(due + 0.1)
            work.changed.set()
        row = await work.database.view(ACME).first(
            "SELECT attempts FROM work WHERE workspace = :workspace"
        )
    assert row is not None
    assert row["attempts"] <= 1


async def due_later(work: Work, clock: Clock) -> float:
    """Wait until an item is put back, and tell in how many seconds it is due."""
    async with asyncio.timeout(5):
        while (due := await work.next_due(clock())) is None:
            await asyncio.sleep(0.01)
    return (due - clock()).total_seconds()


@pytest.mark.parametrize("attempts", [0, 1, 5, 1_000])
def test_a_wait_grows_up_to_five_minutes_and_no_further(attempts: int) -> None:
    waits = [backoff(2.0, attempts).total_seconds() for _ in range(200)]
    assert min(waits) >= 0
    assert max(waits) <= min(2.0 * 2.0**attempts, LONGEST_WAIT)
