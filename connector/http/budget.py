"""How much one user may ask one remote, shared by everybody here who asks as that user.

What the remote says is obeyed: after a 429 nobody asks before the time it names, and where every
answer names a limit, nobody asks beyond it. Background work leaves a fifth of it to people.
Where a 429 names no time, the wait grows with each.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from connector.clock import Clock
from connector.errors import Provider, ThrottledError
from connector.http.failures import retry_after
from connector.http.windows import Windows

_log = logging.getLogger(__name__)

_LONGEST: Final = timedelta(hours=1)
"""No limit is known to have longer windows: a time further away was written by a wrong clock."""
_LONGEST_GUESS: Final = 300.0

Keep = Callable[[datetime], Awaitable[None]]
"""Remember, beyond this process, until when nothing may be asked (aware UTC)."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What is left to ask; ``until`` is when asking is allowed again, None where it is.

    ``base`` is the first wait in seconds after a 429 that names none, ``at_once`` how many
    requests may be under way.
    """

    provider: Provider
    clock: Clock
    base: float
    at_once: int
    keep: Keep
    until: datetime | None = None
    _refusals: int = 0
    _turns: asyncio.Semaphore = field(init=False)
    _first: asyncio.Lock = field(default_factory=asyncio.Lock)
    _windows: Windows = field(default_factory=Windows)

    def __post_init__(self) -> None:
        """Make room for as many as may be under way."""
        self._turns = asyncio.Semaphore(self.at_once)

    def check(self, *, yields: bool) -> None:
        """Make sure that something may be asked now.

        Raises:
            ThrottledError: it may not; with ``yields`` also where only people's requests may.
        """
        now = self.clock()
        if self.until is not None and now < self.until <= now + _LONGEST:
            raise self._throttled(self.until, now, "nothing may be asked yet")
        until = self._windows.full_until(now, yields=yields)
        if until is not None:
            raise self._throttled(until, now, "the window's requests are used up")

    @asynccontextmanager
    async def turn(self, *, yields: bool) -> AsyncIterator[None]:
        """Wait for a turn.

        Raises:
            ThrottledError: as for ``check``.
        """
        async with self._turns, self._one_first():
            self.check(yields=yields)
            with self._windows.under_way():
                yield

    @asynccontextmanager
    async def _one_first(self) -> AsyncIterator[None]:
        """After a refusal let one go ahead: the others follow when it was answered."""
        async with self._first if self._refusals else nullcontext():
            if self._refusals:
                yield
                return
        yield

    async def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer.

        Raises:
            ThrottledError: it is a 429.
        """
        now = self.clock()
        self._windows.hear(headers, now, refused=status == HTTPStatus.TOO_MANY_REQUESTS)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise await self._refused(headers, now)
        if self.until is None or now >= self.until:
            # What was under way with a refused one says nothing about now.
            self._refusals = 0

    async def _refused(self, headers: Mapping[str, str], now: datetime) -> ThrottledError:
        named = retry_after(headers, now)
        # Those that were under way together are refused together: that is one refusal.
        together = self.until is not None and now < self.until
        self._refusals += 0 if together else 1
        guess = min(_LONGEST_GUESS, self.base * 2.0 ** min(self._refusals - 1, 20))
        until = now + timedelta(seconds=guess if named is None else named)
        if self.until is None or until > self.until or not together:
            self.until = until
            _log.warning("%s allows no more requests until %s", self.provider, until)
            await self.keep(until)
        return self._throttled(self.until, now, "429")

    def _throttled(self, until: datetime, now: datetime, reason: str) -> ThrottledError:
        return ThrottledError(self.provider, reason, until=until, now=now)


@dataclass(frozen=True, slots=True)
class BudgetGate:
    """The way through a budget: ``yields`` for background work, which leaves room for people."""

    budget: Budget
    yields: bool = False

    def check(self) -> None:
        """Make sure that something may be asked now.

        Raises:
            ThrottledError: it may not.
        """
        self.budget.check(yields=self.yields)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, as ``Gate.turn`` describes."""
        async with self.budget.turn(yields=self.yields):
            yield

    async def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer, as ``Gate.hear`` describes."""
        await self.budget.hear(status, headers)
