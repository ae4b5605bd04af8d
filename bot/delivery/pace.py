"""One message a second into each conversation, as Slack asks for."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final

_REMEMBERED: Final = 1000


@dataclass(slots=True)
class Pace:
    """Hands out turns, one each ``seconds`` to a key, in the order in which they are asked for.

    Slack takes short bursts beyond that. They are left to a restart, which forgets the turns.
    """

    seconds: float
    _next: dict[str, float] = field(default_factory=dict)

    async def turn(self, key: str) -> None:
        """Wait for the next turn."""
        now = time.monotonic()
        at = max(now, self._next.get(key, now))
        if len(self._next) >= _REMEMBERED:
            self._next = {each: due for each, due in self._next.items() if due > now}
        self._next[key] = at + self.seconds
        await asyncio.sleep(at - now)
