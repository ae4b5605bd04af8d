"""Rate limit rules, as in the table ``sys_rate_limit_rules``: so many requests a window and user.

Windows begin on the clock, as hourly ones do on the hour. Without a rule nothing is counted and
no answer says a word about limits.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from bot.sandbox.servicenow.errors import rate_limited
from bot.sandbox.servicenow.records import fixed_sys_id

HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """``limit`` requests to the Table API every ``window`` seconds; for all, or one ``user``."""

    limit: int
    window: float = HOUR
    user: str = ""

    @property
    def sys_id(self) -> str:
        """The rule's own, the same for the same rule."""
        return fixed_sys_id("sys_rate_limit_rules", self.user, f"{self.limit}", f"{self.window}")


@dataclass(slots=True, kw_only=True)
class RateLimits:
    """Counts the requests of every user in the present window.

    ``refused`` counts the requests that were answered with 429.
    """

    rules: list[RateRule]
    clock: Callable[[], float]
    refused: int = 0
    _counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def count(self, user: str) -> Mapping[str, str]:
        """Count a request of a user, and return what its answer says about limits.

        Raises:
            ApiError: 429; the window's requests are used up.
        """
        rule = self._rule_for(user)
        if rule is None:
            return {}
        now = self.clock()
        window = math.floor(now / rule.window)
        headers = _headers(rule, reset=(window + 1) * rule.window)
        known, used = self._counts.get((rule.sys_id, user), (window, 0))
        used = used if known == window else 0
        if used >= rule.limit:
            self.refused += 1
            wait = math.ceil((window + 1) * rule.window - now)
            raise rate_limited(rule.limit, {**headers, "Retry-After": str(max(wait, 1))})
        self._counts[rule.sys_id, user] = (window, used + 1)
        return headers

    def _rule_for(self, user: str) -> RateRule | None:
        # A rule for one user overrides those for all.
        mine = [rule for rule in self.rules if rule.user == user]
        every = [rule for rule in self.rules if not rule.user]
        return next(iter([*mine, *every]), None)

    async def set_rules(self, request: web.Request) -> web.Response:
        """The control call: POST adds ``{"limit", "window", "user"}``, DELETE removes all rules."""
        if request.method == "DELETE":
            self.rules.clear()
        else:
            given = await request.json()
            window, user = float(given.get("window", HOUR)), str(given.get("user", ""))
            self.rules.append(RateRule(limit=int(given["limit"]), window=window, user=user))
        told = [{"limit": r.limit, "window": r.window, "user": r.user} for r in self.rules]
        return web.json_response({"rules": told, "refused": self.refused})


def _headers(rule: RateRule, *, reset: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(rule.limit),
        "X-RateLimit-Reset": str(math.ceil(reset)),
        "X-RateLimit-Rule": rule.sys_id,
    }
