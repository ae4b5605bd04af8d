"""What stands between whoever asks and the way out, for one user of one remote."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Gate(Protocol):
    """Lets requests through, and hears how each was answered."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for a turn; the request is under way inside.

        Raises:
            ThrottledError: nothing may be asked now, and nothing has left.
        """

    async def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer; names of ``headers`` are in lower case.

        Raises:
            ThrottledError: it was refused because too much was asked.
        """
