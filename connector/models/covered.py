"""The improvement actions that one ticket is about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredAction:
    """An action of a grouped ticket, as it was when it was shared; ``gain`` is in points."""

    id: str
    title: str
    gain: float
    link: str
