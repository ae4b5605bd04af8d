"""The stage of the tour: who acts, and the far systems' own word."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import aiohttp

from bot.sandbox import accounts
from bot.sandbox.driver import SlackUser
from bot.tour.browser import Browser
from bot.tour.farside import FarSide, ScoreFacts
from bot.tryout import Tryout
from connector.models import SecureScore, WorkspaceId

_T = TypeVar("_T")
HOME_CHANNEL: Final = accounts.SECURITY.id


class StepError(Exception):
    """A step did not show what it should; the text says what it showed instead."""


def expect(truth: object, sentence: str) -> None:
    """Fail the step unless it is so.

    Raises:
        StepError: it is not so.
    """
    if not truth:
        raise StepError(sentence)


@dataclass(slots=True)
class Stage:
    """Everything a step may use; ``cards`` are the tickets made so far, by their number."""

    tryout: Tryout
    http: aiohttp.ClientSession
    browser: Browser
    ada: SlackUser
    mia: SlackUser
    far: FarSide
    facts: ScoreFacts | None = None
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def score(self) -> SecureScore:
        """Ask the bot's own service, beside what Slack shows."""
        services = self.tryout.bot.connector.services
        return await services.actions.score(WorkspaceId(accounts.TEAM_ID))


@asynccontextmanager
async def raised(tryout: Tryout) -> AsyncIterator[Stage]:
    """Bring the people in, and see them off afterwards."""
    browser = Browser()
    slack = tryout.sandbox.slack.origin
    try:
        async with aiohttp.ClientSession() as http:
            yield Stage(
                tryout=tryout,
                http=http,
                browser=browser,
                ada=SlackUser(http, slack, accounts.ADA.id),
                mia=SlackUser(http, slack, accounts.MIA.id),
                far=FarSide(
                    http, tryout.sandbox.servicenow.origin, tryout.sandbox.microsoft.origin
                ),
            )
    finally:
        await browser.close()


async def soon(
    look: Callable[[], Awaitable[_T | None]], sentence: str, seconds: float = 10.0
) -> _T:
    """Look again and again until there is something.

    Raises:
        StepError: there was nothing after ``seconds``.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise StepError(sentence)
