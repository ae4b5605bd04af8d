"""Improvement actions and the Secure Score that they make up."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from connector.words import later

_LONGEST_KEY: Final = 100
_LEVELS: Final = {"none": 0, "low": 1, "moderate": 2, "medium": 2, "high": 3}
"""Microsoft's words for cost and impact, in any case; what is not said comes last."""
_UNKNOWN: Final = 4


class RecommendationCategory(StrEnum):
    """What a recommendation is about; Graph's ``Device`` is shown and sent as Devices."""

    DEVICES = later("Devices")
    DATA = later("Data")
    APPS = later("Apps")
    IDENTITY = later("Identity")
    INFRASTRUCTURE = later("Infrastructure")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementAction:
    """One thing a tenant can do to raise its Secure Score. Points: 0 <= score <= max_score."""

    id: str
    title: str
    category: RecommendationCategory | None
    service: str
    score: float
    max_score: float
    rank: int
    state: str
    remediation: str
    remediation_impact: str
    user_impact: str
    implementation_cost: str
    action_url: str
    deep_link: str

    @property
    def key(self) -> str:
        """A name of at most 100 characters that stands for the id: the id itself if it fits."""
        if len(self.id) <= _LONGEST_KEY:
            return self.id
        return f"sha256:{hashlib.sha256(self.id.encode()).hexdigest()}"

    @property
    def worth(self) -> tuple[float, int, int, int, str]:
        """What to sort by: most gain, least cost, least impact, Microsoft's rank, title."""
        cost, impact = _level(self.implementation_cost), _level(self.user_impact)
        # Differences of fractions differ where nobody would see it.
        return -round(self.gain, 6), cost, impact, self.rank, self.title

    @property
    def gain(self) -> float:
        """Points still to be won."""
        return max(self.max_score - self.score, 0.0)

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do and nobody has decided otherwise."""
        return self.gain > 0 and self.state.casefold() == "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecureScore:
    """One day's score of a tenant, with every action that counts towards it.

    ``actions`` holds the scored ones only; ``profiles`` counts all that Microsoft listed.
    ``day`` is the day the score stands for, ``read_at`` when we fetched it (aware UTC).
    """

    tenant: str
    day: date
    read_at: datetime
    current: float
    maximum: float
    profiles: int
    actions: tuple[ImprovementAction, ...]

    @property
    def open_actions(self) -> tuple[ImprovementAction, ...]:
        """The open actions in the order of their worth.

        What is not scored has no licence or does not apply, and is not among them.
        """
        still_open = (action for action in self.actions if action.is_open)
        return tuple(sorted(still_open, key=lambda action: action.worth))

    @property
    def gain(self) -> float:
        """Points that all open actions together would win."""
        return sum(action.gain for action in self.open_actions)


def _level(word: str) -> int:
    return _LEVELS.get(word.strip().casefold(), _UNKNOWN)
