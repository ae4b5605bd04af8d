"""Slack's rate limits, obeyed: what was refused is not asked again before its time.

Slack counts per method and workspace, and one workspace here has one token. The gate sits in the
HTTP session that every client shares, so that no call can pass it by; it lasts as long as the
process. After a restart one more refusal teaches it anew.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import aiohttp

_log = logging.getLogger(__name__)

REFUSED: Final = frozenset({"ratelimited", "rate_limited"})
_LONGEST_WAIT: Final = 3600.0
UNNAMED: Final = 1.0
"""Seconds to wait where Slack names none; it asks apps to keep to a call a second."""
_SHORT: Final = 200
"""Bytes: no refusal is longer, and nothing else is worth a look."""


class PausedError(Exception):
    """A call was not made: Slack allows none of its method for ``seconds`` more."""

    def __init__(self, method: str, seconds: float) -> None:
        """Name the method."""
        super().__init__(f"{method} may not be asked yet")
        self.seconds = seconds


@dataclass(slots=True)
class Limits:
    """Until when each method of each token may not be asked, by ``ticks``."""

    ticks: Callable[[], float] = time.monotonic
    _until: dict[tuple[str, str], float] = field(default_factory=dict)

    async def gate(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Let a call through, and learn from its answer.

        Raises:
            PausedError: it is not its time yet.
        """
        method = request.url.name
        key = method, request.headers.get("Authorization", "")
        left = self._until.get(key, 0.0) - self.ticks()
        if left > 0:
            raise PausedError(method, left)
        answer = await handler(request)
        if await _is_refusal(answer):
            named = retry_after(answer.headers.get("Retry-After"))
            seconds = UNNAMED if named is None else named
            _log.warning("Slack allows no more calls of %s for %g seconds", method, seconds)
            self._keep(key, seconds)
        return answer

    def _keep(self, key: tuple[str, str], seconds: float) -> None:
        now = self.ticks()
        self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[key] = max(now + seconds, self._until.get(key, 0.0))


async def _is_refusal(answer: aiohttp.ClientResponse) -> bool:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    length = answer.content_length
    if answer.status != HTTPStatus.OK or length is None or length > _SHORT:
        return False
    try:
        body = json.loads(await answer.read())
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("ok") is False and body.get("error") in REFUSED


def retry_after(header: str | None) -> float | None:
    """Read how many seconds Slack wants us to wait, at most an hour; None if it names none."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else None  # noqa: PLR0124  -- NaN


def session(limits: Limits, seconds: float) -> aiohttp.ClientSession:
    """Make the session that all clients of Slack share; a call may take so many seconds.

    Every call has a connection of its own: a kept one that has gone stale would leave unknown
    what became of the call.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        timeout=aiohttp.ClientTimeout(total=seconds),
        middlewares=(limits.gate,),
    )
