"""How a sandbox tenant behaves."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrosoftSettings:
    """What the tenant holds, and how long a token lives (seconds).

    ``profiles`` and ``scores`` are dumps of Graph's own answers: a whole answer, a bare list
    or a single entity. With neither, the tenant holds the sandbox's own catalogue; with only
    one of them, the other collection is empty.
    """

    profiles: Path | None = None
    scores: Path | None = None
    token_seconds: int = 3599
