"""The ``javascript:`` values of queries: the few calls that clients send."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.times import STORED

_CALL: Final = re.compile(r"javascript:\s*(?:gs\.)?(\w+)\((.*?)\)\s*;?", re.DOTALL)
_PREFIX: Final = "javascript:"
_ME: Final = "90d1921e5f510100a9ad2572f2b477fe"
"""The ``sys_id`` of the dynamic filter option *Me*."""


@dataclass(frozen=True, slots=True)
class Scripts:
    """Evaluates values for one user at one moment (seconds since 1970)."""

    actor: Actor
    seconds: float

    def evaluate(self, value: str) -> str:
        """Run each ``javascript:`` part of a value; what is unknown becomes empty."""
        if _PREFIX not in value.lower():
            return value
        return "@".join(self._part(part) for part in value.split("@"))

    def _part(self, part: str) -> str:
        if not part.lower().startswith(_PREFIX):
            return part
        found = _CALL.fullmatch(part)
        call = _CALLS.get(found[1]) if found else None
        return call(self, found[2].strip(" '\"")) if found and call else ""

    def dynamic(self, option: str) -> str:
        """Resolve a dynamic filter option; only *Me* exists."""
        return self.actor.sys_id if option == _ME else ""

    def ago(self, argument: str, **unit: float) -> str:
        """Tell the time so many units ago."""
        past = timedelta(**{name: value * _whole(argument) for name, value in unit.items()})
        return (self._now() - past).strftime(STORED)

    def day(self, argument: str, at: time) -> str:
        """Tell a time of the day so many days ago."""
        day = self._now() - timedelta(days=_whole(argument))
        return datetime.combine(day.date(), at).strftime(STORED)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, tz=UTC)


def _whole(argument: str) -> int:
    return int(argument) if re.fullmatch(r"-?[0-9]{1,5}", argument) else 0


_LAST: Final = time(23, 59, 59)
_CALLS: Final[Mapping[str, Callable[[Scripts, str], str]]] = {
    "getUserName": lambda s, _: s.actor.user_name,
    "getUserID": lambda s, _: s.actor.sys_id,
    "getUserDisplayName": lambda s, _: s.actor.name,
    "nowDateTime": lambda s, _: s.ago("0"),
    "minutesAgo": lambda s, n: s.ago(n, minutes=1),
    "minutesAgoStart": lambda s, n: s.ago(n, minutes=1),
    "hoursAgo": lambda s, n: s.ago(n, hours=1),
    "hoursAgoStart": lambda s, n: s.ago(n, hours=1),
    "daysAgo": lambda s, n: s.ago(n, days=1),
    "daysAgoStart": lambda s, n: s.day(n, time()),
    "daysAgoEnd": lambda s, n: s.day(n, _LAST),
    "beginningOfToday": lambda s, _: s.day("0", time()),
    "endOfToday": lambda s, _: s.day("0", _LAST),
    "beginningOfYesterday": lambda s, _: s.day("1", time()),
    "endOfYesterday": lambda s, _: s.day("1", _LAST),
    "dateGenerate": lambda _, a: " ".join(part.strip(" '\"") for part in a.split(",")),
}
