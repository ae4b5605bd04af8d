"""Asks the sandbox's Slack on behalf of one person, and waits for what shall come."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import aiohttp

from bot.sandbox.reading import DriverError, Json

_T = TypeVar("_T")
_PAUSE: Final = 0.03
_LONGEST_PAUSE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Client:
    """One person's client of the sandbox's Slack at ``origin``."""

    http: aiohttp.ClientSession
    origin: str
    user: str
    team: str = ""

    async def get(self, what: str, **fields: str) -> Json:
        """Read something."""
        query = {"user": self.user, "team": self.team, **fields}
        async with self.http.get(f"{self.origin}/_client/{what}", params=query) as response:
            answer: Json = await response.json()
            return answer

    async def post(self, what: str, **fields: Any) -> Json:
        """Do something and take whatever comes of it."""
        body = {"user": self.user, "team": self.team, **fields}
        async with self.http.post(f"{self.origin}/_client/{what}", json=body) as response:
            answer: Json = await response.json()
            return answer


def expect_ok(answer: Json, what: str) -> None:
    """Take only an answer that says it went well.

    Raises:
        DriverError: it did not; the text ends with Slack's code.
    """
    if answer.get("ok") is not True:
        raise DriverError(f"{what}: {answer.get('error') or answer}")


async def until(look: Callable[[], Awaitable[_T | None]], seconds: float) -> _T | None:
    """Look again and again, ever less often, until there is something or time is up."""
    end, pause = time.monotonic() + seconds, _PAUSE
    while True:
        if found := await look():
            return found
        if time.monotonic() >= end:
            return None
        await asyncio.sleep(pause)
        pause = min(pause * 1.2, _LONGEST_PAUSE)
