"""The forms of the ServiceNow settings: a rule for a column, and the states of a kind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from bot.forms.fields import FormError, View
from bot.identifiers import Action, Block
from connector.errors import OvertakenError
from connector.models import (
    BotField,
    Meaning,
    RecommendationCategory,
    RuleWish,
    StateChoice,
    TicketKind,
)
from connector.text import clean
from connector.words import later, tr

STATE_NAME_LENGTH = 40
VALUE_LENGTH = 1000
FIXED_VALUE = "fixed"
OTHERWISE = "otherwise"
"""The block of the group for every other category ends with it."""


@dataclass(frozen=True, slots=True)
class About:
    """Which kind of ticket, which column and whose states a modal or a button is about."""

    kind: TicketKind
    column: str = ""
    instance: str = ""

    def value(self) -> str:
        """Write it down for a modal or a button to carry."""
        kept = {"kind": self.kind, "column": self.column, "instance": self.instance}
        return json.dumps(kept)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what was carried.

        Raises:
            OvertakenError: an older Snowline made it.
        """
        try:
            kept = json.loads(text)
            return cls(TicketKind(kept["kind"]), str(kept["column"]), str(kept["instance"]))
        except (ValueError, KeyError, TypeError) as exc:
            sentence = later("This form is too old to be used. Open the settings again.")
            raise OvertakenError("the form does not say what it is about", sentence) from exc

    @classmethod
    def of(cls, view: View) -> Self:
        """Read what a modal carries."""
        return cls.read(str(view.get("private_metadata") or ""))


def group_block(category: RecommendationCategory | None) -> str:
    """Name the field of a category's group; without one, that of all other categories."""
    return Block.GROUP if category is None else f"{Block.GROUP} {category}"


def read_rule(view: View) -> RuleWish:
    """Read the form of a rule; what is missing is told when the column is known.

    Raises:
        OvertakenError: an older Snowline made the form.
    """
    about, values = About.of(view), _values(view)
    source = _option(values, Block.SOURCE)
    fields = [each for each in BotField if each == source]
    typed = clean(str(_state(values, Block.FIXED).get("value") or ""), VALUE_LENGTH)
    return RuleWish(
        kind=about.kind,
        column=about.column,
        field=fields[0] if fields else None,
        value=typed or _option(values, Block.FIXED_CHOICE),
        groups=tuple(_groups(values)),
    )


def _groups(values: dict[str, Any]) -> Iterator[tuple[RecommendationCategory | None, str]]:
    for category in (None, *RecommendationCategory):
        state = (values.get(group_block(category)) or {}).get(Action.RULE_GROUP) or {}
        if chosen := (state.get("selected_option") or {}).get("value"):
            yield category, str(chosen)


def read_states(view: View) -> tuple[StateChoice, ...]:
    """Read the form of a kind's states.

    Raises:
        FormError: a meaning is missing.
    """
    values = _values(view)
    prefix = f"{Block.STATE_MEANING} "
    states = [block.removeprefix(prefix) for block in values if block.startswith(prefix)]
    return tuple(_choice(values, state) for state in states)


def _choice(values: dict[str, Any], state: str) -> StateChoice:
    block = f"{Block.STATE_MEANING} {state}"
    meanings = [each for each in Meaning if each == _option(values, block)]
    if not meanings:
        raise FormError({block: tr("Choose what this state means.")})
    typed = str(_state(values, f"{Block.STATE_NAME} {state}").get("value") or "")
    name = clean(" ".join(typed.split()), STATE_NAME_LENGTH)
    return StateChoice(value=state, name=name, meaning=meanings[0])


def _values(view: View) -> dict[str, Any]:
    return dict((view.get("state") or {}).get("values") or {})


def _state(values: dict[str, Any], block: str) -> dict[str, Any]:
    state: dict[str, Any] = (values.get(block) or {}).get(Action.INPUT) or {}
    return state


def _option(values: dict[str, Any], block: str) -> str:
    return str((_state(values, block).get("selected_option") or {}).get("value") or "")
