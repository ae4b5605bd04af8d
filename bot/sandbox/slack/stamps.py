"""Time as Slack writes it: timestamps that name a message, and random parts of ids."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Clock = Callable[[], float]
"""Seconds since 1970."""

_LETTERS: Final = string.ascii_uppercase + string.digits


def random_id(prefix: str, length: int = 10) -> str:
    """Make an id in Slack's manner: a letter for the kind and capitals after it."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass(slots=True)
class Stamps:
    """Gives out timestamps ``1700000000.000100``: unique and ever rising."""

    clock: Clock
    _last: int = 0

    def next(self) -> str:
        """Take the next timestamp."""
        self._last = max(int(self.clock() * 1_000_000), self._last + 100)
        seconds, micros = divmod(self._last, 1_000_000)
        return f"{seconds}.{micros:06d}"
