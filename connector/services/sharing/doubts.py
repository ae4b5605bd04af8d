"""How long shares have been unsure, by a clock that nobody can set."""

from dataclasses import dataclass, field
from typing import Protocol

from connector.clock import Ticks
from connector.models import WorkspaceId


class Asked(Protocol):
    """What a request was sent for, by whose id."""

    @property
    def workspace(self) -> WorkspaceId:
        """Whose it is."""
        ...

    @property
    def id(self) -> str:
        """Which it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Counts, for each unsure share, until no request of the past can make a record any more.

    ``longest`` is that time in seconds. The machine's clock may be set while a share is
    unsure: what it says would end the wait at once, or never. After a restart the wait begins
    anew, which costs time and never a second ticket.
    """

    ticks: Ticks
    longest: float
    _since: dict[tuple[WorkspaceId, str], float] = field(default_factory=dict)

    def begin(self, share: Asked) -> None:
        """A request has left just now, and its outcome is unknown."""
        self._since[share.workspace, share.id] = self.ticks()

    def lasts(self, share: Asked) -> float:
        """Tell for how many seconds this process has known the share to be unsure."""
        now = self.ticks()
        return now - self._since.setdefault((share.workspace, share.id), now)

    def left(self, share: Asked) -> float:
        """Tell how many seconds are left to wait; 0.0 where the time is over."""
        return max(self.longest - self.lasts(share), 0.0)

    def pending(self, share: Asked) -> float:
        """Tell how many seconds are left of a wait that has begun; 0.0 where none has."""
        return self.left(share) if (share.workspace, share.id) in self._since else 0.0

    def end(self, share: Asked) -> None:
        """The share is unsure no more."""
        self._since.pop((share.workspace, share.id), None)
