"""Which click or submission of a modal came last: what an older one asks for is out of date."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_REMEMBERED: Final = 1000


@dataclass(slots=True)
class Newest:
    """Numbers what comes from each view, in the order in which it arrives."""

    _last: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def overtaken(self, body: Mapping[str, Any]) -> Callable[[], bool]:
        """Note a request; return what tells whether another has come from its view since.

        A search asks for nothing that could be overtaken, and overtakes nothing.
        """
        self._count += 1
        number, view = self._count, str((body.get("view") or {}).get("id") or "")
        if view and body.get("type") != "block_suggestion":
            self._last.pop(view, None)
            self._last[view] = number
            if len(self._last) > _REMEMBERED:
                del self._last[next(iter(self._last))]
        return lambda: self._last.get(view, number) > number
