"""Improvement actions and the Secure Score that they make up."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RecommendationCategory(StrEnum):
    """What a recommendation is about; Graph's ``Device`` is shown and sent as Devices."""

    DEVICES = "Devices"
    DATA = "Data"
    APPS = "Apps"
    IDENTITY = "Identity"
    INFRASTRUCTURE = "Infrastructure"


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
        """The open actions, most gain first, then Microsoft's rank."""
        still_open = (action for action in self.actions if action.is_open)
        return tuple(sorted(still_open, key=lambda a: (-a.gain, a.rank, a.title)))

    @property
    def gain(self) -> float:
        """Points that all open actions together would win."""
        return sum(action.gain for action in self.open_actions)
