"""Runs what is due, looks after it, and never gives up on it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from connector.clock import Ticks
from connector.errors import ConnectorError, ProviderUnavailableError, ThrottledError
from connector.models import WorkspaceId
from connector.store.engine import StoreError
from connector.work.items import Again, Done, Item, Job, Next, backoff
from connector.work.plan import Work

_log = logging.getLogger(__name__)

Handler = Callable[[WorkspaceId, str], Awaitable[Next]]
Sweep = Callable[[], Awaitable[None]]

GRACE: Final = 8.0
_LAST_SECONDS: Final = 1.0
LONGEST_SLEEP: Final = 30.0
_AFTER_A_FALL: Final = 1.0
SWEEP_EVERY: Final = 60.0
_SET_BACK: Final = timedelta(seconds=1)


@dataclass(kw_only=True)
class Worker:
    """Does the work of all workspaces; one per process.

    An item whose handler fails, for whatever reason, is begun again after a growing wait; one
    whose remote allows no requests for now, as soon as it does.
    ``sweep`` runs at the start and every ``SWEEP_EVERY`` seconds and plans what was lost.
    ``retry_base`` is the first wait in seconds.
    """

    work: Work
    handlers: Mapping[Job, Handler]
    sweep: Sweep
    retry_base: float
    ticks: Ticks = time.monotonic
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _keepers: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Take back what a former process had begun, and begin to work."""
        await self.work.free_claims()
        await self.work.bring_forward()
        self._keepers = {asyncio.create_task(self._keep_up(each)) for each in self._loops}

    async def stop(self, grace: float = GRACE) -> None:
        """Begin nothing new; let what runs finish within ``grace`` seconds, then cancel it.

        What is cancelled keeps its claim and is taken back by the next start.
        """
        await _cancelled(self._keepers)
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        await _cancelled(self._running)

    @property
    def _loops(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return self._work, self._sweep

    async def _keep_up(self, loop: Callable[[], Awaitable[None]]) -> None:
        while True:
            round_ = asyncio.ensure_future(loop())
            try:
                await asyncio.wait({round_})
            finally:
                await _cancelled({round_})
            _log.error("work has fallen and goes on", exc_info=round_.exception())
            await asyncio.sleep(_AFTER_A_FALL)

    async def _sweep(self) -> None:
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_EVERY)

    async def _work(self) -> None:
        started_at = self._started_at()
        while True:
            before, started_at = started_at, self._started_at()
            if self._was_set_back(before):
                _log.warning("the machine's clock was set back by %s", before - started_at)
                await self.work.bring_forward()
            # One time for both: what falls due in between must not be slept over.
            now = self.work.clock()
            self.work.changed.clear()
            for item in await self.work.claim(now):
                self._begin(item)
            await self._wait(now)

    def _started_at(self) -> datetime:
        """Tell when the ticks began by the machine's clock; it only moves if that one is set."""
        return self.work.clock() - timedelta(seconds=self.ticks())

    def _was_set_back(self, since: datetime) -> bool:
        """Tell whether the machine's clock was set back since the ticks began at ``since``."""
        return self._started_at() < since - _SET_BACK

    def _begin(self, item: Item) -> None:
        task = asyncio.create_task(self._attend(item), name=f"{item.job} {item.key}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _wait(self, since: datetime) -> None:
        due = await self.work.next_due(since)
        seconds = (due - self.work.clock()).total_seconds() if due else LONGEST_SLEEP
        try:
            async with asyncio.timeout(min(max(seconds, 0.0), LONGEST_SLEEP)):
                await self.work.changed.wait()
        except TimeoutError:
            return

    async def _attend(self, item: Item) -> None:
        started_at = self._started_at()
        step = asyncio.ensure_future(self.handlers[item.job](item.workspace, item.key))
        try:
            await asyncio.wait({step})
        except asyncio.CancelledError:
            await _cancelled({step})
            raise
        await self._settle_surely(item, step, started_at)

    async def _settle_surely(
        self, item: Item, step: asyncio.Future[Next], started_at: datetime
    ) -> None:
        while True:
            try:
                return await self._settle(item, step, started_at)
            except StoreError as exc:
                _log.warning("the end of %s %s is not stored yet: %s", item.job, item.key, exc)
                await asyncio.sleep(_AFTER_A_FALL)

    async def _settle(self, item: Item, step: asyncio.Future[Next], started_at: datetime) -> None:
        error = asyncio.CancelledError() if step.cancelled() else step.exception()
        if isinstance(error, ThrottledError):
            # A wait that is known is no failure, and must not make the next one longer.
            _log.info("%s %s waits: %s", item.job, item.key, error)
            wait = timedelta(seconds=error.retry_after or 0.0)
            await self.work.put_back(item, self.work.clock() + wait, failed=False)
            return
        if error is not None:
            wait = self._wait_after(item, error)
            await self.work.put_back(item, self.work.clock() + wait, failed=True)
            return
        match step.result():
            case Done():
                await self.work.finish(item)
            case Again(at):
                # A time that was chosen by a clock that was ahead is no time any more.
                at = self.work.clock() if self._was_set_back(started_at) else at
                await self.work.put_back(item, at, failed=False)

    def _wait_after(self, item: Item, error: BaseException) -> timedelta:
        wait = backoff(self.retry_base, item.attempts - 1)
        if isinstance(error, ProviderUnavailableError) and error.retry_after:
            wait += timedelta(seconds=error.retry_after)
        if isinstance(error, ConnectorError):
            _log.warning("%s %s is tried again: %s", item.job, item.key, error)
        else:
            _log.error("%s %s failed", item.job, item.key, exc_info=error)
        return wait


async def _cancelled(tasks: set[asyncio.Task[Any]] | set[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LAST_SECONDS)
