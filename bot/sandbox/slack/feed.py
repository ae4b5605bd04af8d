"""What changes before a person's eyes, numbered, to be waited for."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from bot.sandbox.slack.errors import Json

_KEPT: Final = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; ``audience`` are the user ids that see it."""

    n: int
    audience: frozenset[str]
    event: Json


@dataclass(slots=True)
class Feed:
    """The newest changes of the workspace."""

    last: int = 0
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))
    closed: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, audience: list[str] | tuple[str, ...], type_: str, **fields: object) -> None:
        """Append a change and wake everybody who waits."""
        self.last += 1
        event = {"n": self.last, "type": type_, **fields}
        self.entries.append(Entry(self.last, frozenset(audience), event))
        self._changed.set()
        self._changed = asyncio.Event()

    def since(self, user: str, after: int) -> list[Json]:
        """List what this person has not seen yet."""
        return [e.event for e in self.entries if e.n > after and user in e.audience]

    async def wait(self, user: str, after: int, seconds: float) -> list[Json]:
        """Wait until there is something for this person, at most ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := self.since(user, after)) and not self.closed:
                    await self._changed.wait()
        except TimeoutError:
            return []
        return found

    def close(self) -> None:
        """Send everybody home who still waits."""
        self.closed = True
        self._changed.set()
