"""The windows of rate limit rules, as answers tell of them: ``X-RateLimit-Limit`` and ``-Reset``.

ServiceNow tells how much is allowed and until when, but not how much is left: it is counted.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)
_FOR_PEOPLE: Final = 0.2
"""The part of a window that background work leaves alone."""
_LONGEST: Final = timedelta(hours=1)
_SAME: Final = 1.0


@dataclass(slots=True)
class _Window:
    """One rule's present window; ``reset`` is the remote's time, ``ends`` ours."""

    limit: int
    reset: float
    ends: datetime
    used: int = 0


@dataclass(slots=True)
class Windows:
    """Counts what was asked under each rule, and what is under way."""

    _known: dict[str, _Window] = field(default_factory=dict)
    _under_way: int = 0

    def full_until(self, now: datetime, *, yields: bool) -> datetime | None:
        """Tell when there is room again; None where there is."""
        # A window that seems longer than any was written by a clock that was set back since.
        lasting = [w for w in self._known.values() if now < w.ends <= now + _LONGEST]
        full = [each.ends for each in lasting if self._is_full(each, yields=yields)]
        return max(full, default=None)

    def _is_full(self, window: _Window, *, yields: bool) -> bool:
        spared = int(window.limit * _FOR_PEOPLE) if yields else 0
        return window.limit - window.used - self._under_way <= spared

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count a request from before it leaves until its answer is heard."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def hear(self, headers: Mapping[str, str], now: datetime, *, refused: bool) -> None:
        """Learn from the headers of an answer; those that name no limit say nothing."""
        limit, reset = _whole(headers, "x-ratelimit-limit"), _whole(headers, "x-ratelimit-reset")
        left = reset_in(headers, now)
        if not limit or not reset or left is None:
            return
        self._known = {rule: each for rule, each in self._known.items() if now < each.ends}
        rule = headers.get("x-ratelimit-rule", "")[:64]
        window = self._known.get(rule)
        if window is None or abs(window.reset - reset) > _SAME:
            window = self._known[rule] = _Window(limit, reset, now + timedelta(seconds=left))
        window.limit = limit
        window.used = limit if refused else window.used + 1


def reset_in(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to the window's end, 0 to 3600, by the remote's own clock if it tells."""
    reset = _whole(headers, "x-ratelimit-reset")
    if reset is None:
        return None
    return min(max(reset - (_date(headers) or now).timestamp(), 0.0), _LONGEST.total_seconds())


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if _WHOLE.fullmatch(text) else None


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
