"""Parts of a table that can be read at once: ranges of sys_ids, which are spread evenly. Pure."""

import math
from dataclasses import dataclass
from typing import Final

_PREFIXES: Final = 256
_MOST: Final = 64
_FILLED: Final = 0.8
"""How full a page may be expected to be, so that most parts fit on one."""


@dataclass(frozen=True, slots=True)
class Part:
    """The sys_ids above ``low`` and below ``high``; empty where there is no bound.

    A bound may be the first digits of a sys_id: it is less than all that begin with it.
    """

    low: str
    high: str

    @property
    def condition(self) -> str:
        """The part as the beginning of an encoded query."""
        low = f"sys_id>{self.low}^" if self.low else ""
        return f"{low}sys_id<{self.high}^" if self.high else low

    def behind(self, sys_id: str) -> "Part":
        """Return what is left of it behind a sys_id."""
        return Part(sys_id, self.high)


def parts(rows: int, limit: int) -> tuple[Part, ...]:
    """Divide a table of which ``rows`` are wanted, so that most parts are at most ``limit``."""
    count = min(max(math.ceil(rows / (limit * _FILLED)), 1), _MOST)
    bounds = ["", *(f"{_PREFIXES * each // count:02x}" for each in range(1, count)), ""]
    return tuple(map(Part, bounds, bounds[1:]))
