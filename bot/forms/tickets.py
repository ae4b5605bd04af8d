"""The form of a ticket."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from bot.forms.changes import read_plan
from bot.forms.defaults import chosen_channel
from bot.forms.fields import Fields, View
from bot.forms.origin import Origin, Where
from bot.identifiers import Block
from connector.models import (
    ChangePlan,
    FormDefaults,
    ImprovementAction,
    Place,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
    UserId,
)
from connector.text import clean
from connector.words import later, tr

NAME_LENGTH: Final = 160
DESCRIPTION_LENGTH: Final = 3000
"""The most characters Slack's input lets through."""
_NO_PLANNING: Final = later(
    "A change request has no priority {planning} in ServiceNow."
    " Choose one from {highest} to {lowest}."
)
PERSON_LENGTH: Final = 100
STEPS_LENGTH: Final = 4000


@dataclass(frozen=True, slots=True)
class TicketForm:
    """A filled-in ticket: what to make, and where its card goes."""

    draft: TicketDraft
    origin: Origin
    channel: str = ""

    @property
    def destination(self) -> str:
        """The conversation whose card this becomes: the one chosen, or where it was opened."""
        return self._goal.channel

    @property
    def where(self) -> Where:
        """The kind of that conversation; one that was chosen is a channel."""
        return self._goal.where

    @property
    def place(self) -> Place | None:
        """The message in whose thread the card is to stand, unless it goes elsewhere."""
        return self._goal.place

    @property
    def _goal(self) -> Origin:
        return self.origin.towards(self.channel)

    def completed(self, defaults: FormDefaults, today: date) -> Self:
        """Fill in what was left empty as the workspace has set it."""
        due = self.draft.due or defaults.due_if_empty(self.draft.priority, today)
        # Whoever begins in a thread wants the card there.
        usual = "" if self.origin.place else defaults.channel_of(self.draft.category)
        channel = self.channel or usual
        return replace(self, draft=replace(self.draft, due=due), channel=channel)

    @classmethod
    def read(
        cls,
        view: View,
        *,
        requester: UserId,
        requester_name: str,
        today: date,
        action: ImprovementAction | None,
    ) -> Self:
        """Read either ticket form; without ``action`` it is the user's own recommendation.

        ``today`` is the earliest day that is still today somewhere.

        Raises:
            FormError: a field is missing, too long, in the past, too far away, or does not go
                with another.
        """
        fields = Fields(view)
        origin = Origin.read(view)
        kind = fields.choice(Block.KIND, TicketKind, tr("a kind"), TicketKind.INCIDENT)
        draft = TicketDraft(
            kind=kind,
            name=" ".join(fields.text(Block.NAME, tr("a name"), NAME_LENGTH).split()),
            description=fields.text(
                Block.DESCRIPTION, tr("a description"), DESCRIPTION_LENGTH, required=False
            ),
            priority=fields.choice(Block.PRIORITY, Priority, tr("a priority"), Priority.MODERATE),
            due=fields.day(Block.DUE, today),
            source=RecommendationSource.MICROSOFT if action else RecommendationSource.USER,
            category=_category(fields, action, origin),
            requester=requester,
            requester_name=clean(requester_name, PERSON_LENGTH),
            action_id=action.id if action else "",
            action_link=action.deep_link if action else "",
            gain=action.gain if action else None,
            remediation=clean(action.remediation, STEPS_LENGTH) if action else "",
            plan=read_plan(fields) if kind is TicketKind.CHANGE_REQUEST else ChangePlan(),
        )
        if draft.kind is TicketKind.CHANGE_REQUEST and draft.priority is Priority.PLANNING:
            fields.errors[Block.PRIORITY] = no_planning()
        fields.check()
        channel = chosen_channel(view, Block.CHANNEL)
        return cls(draft=draft, origin=origin, channel=channel)


def no_planning() -> str:
    """Say which priorities a change request can have."""
    return tr(
        _NO_PLANNING,
        planning=Priority.PLANNING.label,
        highest=Priority.CRITICAL.label,
        lowest=Priority.LOW.label,
    )


def _category(
    fields: Fields, action: ImprovementAction | None, origin: Origin
) -> RecommendationCategory:
    known = action.category if action else origin.category
    if known is not None and not fields.has(Block.CATEGORY):
        return known
    default = RecommendationCategory.IDENTITY
    return fields.choice(Block.CATEGORY, RecommendationCategory, tr("a category"), default)
