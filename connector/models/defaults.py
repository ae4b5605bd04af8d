"""What the forms of tickets begin with, and what of the settings was changed by whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from connector.models.kinds import Priority, TicketKind
from connector.models.people import UserId
from connector.models.score import RecommendationCategory

MOST_DAYS: Final = 365


class DueRule(StrEnum):
    """What due date a ticket is given where nobody chooses one."""

    NONE = "none"
    DAYS = "days"
    BY_PRIORITY = "priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDefaults:
    """What a form proposes; ``days`` and ``by_priority`` count from the day it is sent.

    ``channels`` say to which conversation the card of a category goes.
    """

    kind: TicketKind = TicketKind.INCIDENT
    priority: Priority = Priority.MODERATE
    due: DueRule = DueRule.DAYS
    days: int = 30
    by_priority: tuple[tuple[Priority, int], ...] = ()
    channels: tuple[tuple[RecommendationCategory, str], ...] = ()

    def proposed_due(self, today: date) -> date | None:
        """Tell the date that the form shows; by priority there is none until it is sent."""
        return today + timedelta(days=self.days) if self.due is DueRule.DAYS else None

    def due_if_empty(self, priority: Priority, today: date) -> date | None:
        """Tell when a ticket is due whose date was left empty."""
        days = dict(self.by_priority).get(priority)
        if self.due is not DueRule.BY_PRIORITY or days is None:
            return None
        return today + timedelta(days=days)

    def channel_of(self, category: RecommendationCategory | None) -> str:
        """Name the conversation of a category; empty where none is set."""
        return dict(self.channels).get(category, "") if category else ""


class SettingTopic(StrEnum):
    """A part of the settings that is changed as a whole."""

    RIGHTS = "rights"
    DEFAULTS = "defaults"
    RULES = "rules"
    STATES = "states"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """Who changed which part of the settings when, and what of it, in words."""

    topic: SettingTopic
    by: UserId
    at: datetime
    what: str
