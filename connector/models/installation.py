"""Setting ServiceNow up: what must be there first, the steps, and how far they have come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.models.connections import Check, CheckOutcome
from connector.words import later


class StepName(StrEnum):
    """A line of the installation checklist, in the English words by which rows keep it."""

    RELEASE = later("ServiceNow Kingston or later")
    RIGHTS = later("Admin rights in ServiceNow")
    DEFAULTS = later("ServiceNow's settings left at their defaults")
    REGISTRATION = later("Application registration")
    USER = later("Integration user and its roles")
    AUTHORISE = later("Authorise")
    CHECKS = later("Checks")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRun:
    """What the checks of the instance ``remote`` found; ``at`` is aware UTC."""

    remote: str
    at: datetime
    checks: tuple[Check, ...]

    def named(self, *beginnings: str) -> tuple[Check, ...]:
        """Return the checks whose names begin so, in their order."""
        return tuple(each for each in self.checks if each.name.startswith(beginnings))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSignIn:
    """Why a sign-in at ``instance`` failed, and which ``step`` of the checklist that means."""

    instance: str
    step: StepName
    sentence: str
    remedy: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """A sign-in that waits for a browser until ``expires_at``; ``opened``: its link was."""

    instance: str
    expires_at: datetime
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the checklist: done, failed with its remedy, or not to be told (yet)."""

    name: StepName
    outcome: CheckOutcome
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The whole checklist; ``connected`` tells whether an instance is connected at all."""

    prerequisites: tuple[Step, ...]
    steps: tuple[Step, ...]
    connected: bool

    @property
    def failed(self) -> tuple[Step, ...]:
        """Every prerequisite and step that is known to have failed."""
        every = (*self.prerequisites, *self.steps)
        return tuple(each for each in every if each.outcome is CheckOutcome.FAILED)

    @property
    def is_done(self) -> bool:
        """Whether every step is done and no prerequisite is known to be missing."""
        return all(step.outcome is CheckOutcome.PASSED for step in self.steps) and not any(
            each.outcome is CheckOutcome.FAILED for each in self.prerequisites
        )
