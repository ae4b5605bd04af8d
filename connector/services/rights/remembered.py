"""What the chat system said of people, for a short while."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from connector.clock import Clock
from connector.models import WorkspaceId

_T = TypeVar("_T")
_Key = tuple[WorkspaceId, str]
_MOST = 10_000


@dataclass(slots=True)
class Remembered(Generic[_T]):
    """Answers by workspace and id, each for ``lasting``; what cannot be asked is not known."""

    clock: Clock
    lasting: timedelta
    known: dict[_Key, tuple[datetime, _T]] = field(default_factory=dict)

    async def get(self, key: _Key, ask: Callable[[], Awaitable[_T]], *, anew: bool = False) -> _T:
        """Answer from memory, or ask; ``anew`` asks in any case."""
        now = self.clock()
        found = self.known.get(key)
        # A clock that was set back must not keep an answer for longer.
        if found and not anew and timedelta() <= now - found[0] < self.lasting:
            return found[1]
        answer = await ask()
        if len(self.known) >= _MOST:
            self.known.clear()
        self.known[key] = now, answer
        return answer
