"""The form in which several improvement actions are shared at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Self

from bot.forms.defaults import chosen_channel
from bot.forms.fields import Fields, View
from bot.forms.origin import Origin
from bot.forms.tickets import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    PERSON_LENGTH,
    STEPS_LENGTH,
    no_planning,
)
from bot.identifiers import Action, Block
from connector.models import (
    MOST_AT_ONCE,
    CoveredAction,
    FormDefaults,
    ImprovementAction,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    TicketDraft,
    TicketKind,
    UserId,
)
from connector.text import clean
from connector.words import later, number, tr

_PREFILLED: Final = 2900
_NONE: Final = later("Choose at least one action.")
_TOO_MANY: Final = later("At most {most} actions fit here at once. Take some out.")


class Mode(StrEnum):
    """How many tickets are made of the actions."""

    EACH = "each"
    ALL = "all"


class Repeat(StrEnum):
    """What becomes of actions that have a ticket already."""

    LEAVE = "leave"
    ANEW = "anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkForm:
    """What was chosen and typed; ``keys`` name the actions, in the order chosen, with their words.

    ``repeat`` is None where nobody was asked.
    """

    origin: Origin
    keys: Mapping[str, str]
    mode: Mode
    kind: TicketKind
    name: str
    description: str
    priority: Priority
    due: date | None
    repeat: Repeat | None
    channel: str = ""

    def goal(self, defaults: FormDefaults, drafts: Sequence[TicketDraft]) -> Origin:
        """Tell where the message goes: as chosen, or as set for the one category of all."""
        categories = {each.category for each in drafts}
        # Whoever begins in a thread wants the cards there.
        is_usual = len(categories) == 1 and self.origin.place is None
        usual = defaults.channel_of(*categories) if is_usual else ""
        return self.origin.towards(self.channel or usual)

    def completed(self, defaults: FormDefaults, today: date) -> Self:
        """Fill in the date, where it was left empty, as the workspace has set it."""
        return replace(self, due=self.due or defaults.due_if_empty(self.priority, today))

    @classmethod
    def read(cls, view: View, *, today: date) -> Self:
        """Read the form; ``today`` is the earliest day that is still today somewhere.

        Raises:
            FormError: a field is missing, too long, in the past, or does not go with another.
        """
        fields = Fields(view)
        keys = fields.several(Block.ACTIONS, Action.FIND_MANY)
        if not keys or len(keys) > MOST_AT_ONCE:
            fields.errors[Block.ACTIONS] = (
                tr(_TOO_MANY, most=number(MOST_AT_ONCE)) if keys else tr(_NONE)
            )
        asked = fields.has(Block.AGAIN)
        kind = fields.choice(Block.KIND, TicketKind, tr("a kind"), TicketKind.INCIDENT)
        priority = fields.choice(Block.PRIORITY, Priority, tr("a priority"), Priority.MODERATE)
        if kind is TicketKind.CHANGE_REQUEST and priority is Priority.PLANNING:
            fields.errors[Block.PRIORITY] = no_planning()
        limit = DESCRIPTION_LENGTH
        form = cls(
            origin=Origin.read(view),
            keys=keys,
            mode=fields.choice(Block.MODE, Mode, tr("how many tickets"), Mode.EACH),
            kind=kind,
            name=" ".join(
                fields.text(Block.NAME, tr("a name"), NAME_LENGTH, required=False).split()
            ),
            description=fields.text(Block.DESCRIPTION, tr("a text"), limit, required=False),
            priority=priority,
            due=fields.day(Block.DUE, today),
            repeat=fields.choice(Block.AGAIN, Repeat, tr("one"), Repeat.LEAVE) if asked else None,
            channel=chosen_channel(view, Block.CHANNEL),
        )
        fields.check()
        return form

    def drafts(
        self, actions: Sequence[ImprovementAction], by: UserId, by_name: str
    ) -> tuple[TicketDraft, ...]:
        """Describe the tickets: one for each action, or one for all of them.

        The category of one for all is that of most of its gain.
        """
        name = clean(by_name, PERSON_LENGTH)
        if self.mode is Mode.ALL and len(actions) > 1:
            return (self._grouped(actions, by, name),)
        return tuple(self._single(each, by, name) for each in actions)

    def _single(self, action: ImprovementAction, by: UserId, by_name: str) -> TicketDraft:
        steps = clean(action.remediation, _PREFILLED)
        typed = "\n\n".join(filter(None, (self.description, steps)))
        return TicketDraft(
            kind=self.kind,
            name=clean(" ".join(action.title.split()), NAME_LENGTH) or action.key,
            description=clean(typed, DESCRIPTION_LENGTH),
            priority=self.priority,
            due=self.due,
            source=RecommendationSource.MICROSOFT,
            category=action.category or RecommendationCategory.IDENTITY,
            requester=by,
            requester_name=by_name,
            action_id=action.id,
            action_link=action.deep_link,
            gain=action.gain,
            remediation=clean(action.remediation, STEPS_LENGTH),
        )

    def _grouped(
        self, actions: Sequence[ImprovementAction], by: UserId, by_name: str
    ) -> TicketDraft:
        covers = tuple(
            CoveredAction(
                id=each.id,
                title=" ".join(each.title.split()),
                gain=each.gain,
                link=each.deep_link,
            )
            for each in actions
        )
        return TicketDraft(
            kind=self.kind,
            name=self.name or f"{len(covers)} Secure Score improvement actions",
            description=self.description,
            priority=self.priority,
            due=self.due,
            source=RecommendationSource.MICROSOFT,
            category=_weightiest(actions),
            requester=by,
            requester_name=by_name,
            gain=sum(each.gain for each in covers),
            covers=covers,
        )


def _weightiest(actions: Sequence[ImprovementAction]) -> RecommendationCategory:
    gains: dict[RecommendationCategory, float] = defaultdict(float)
    for each in actions:
        if each.category is not None:
            gains[each.category] += each.gain
    default = RecommendationCategory.IDENTITY
    return max(gains, key=lambda each: gains[each], default=default)
