"""Improvement actions in a line: what each wins and costs, and a button to share it."""

from collections.abc import Mapping
from typing import Final

from bot.identifiers import Action
from bot.views.blocks import Json, actions, button, section
from bot.views.text import joined, one_line, points, safe
from connector.models import ImprovementAction
from connector.words import later, tr

_LEVEL: Final = 20
# Microsoft's words for them.
_IMPACT: Final = {
    "none": later("user impact none"),
    "low": later("user impact low"),
    "moderate": later("user impact moderate"),
    "medium": later("user impact medium"),
    "high": later("user impact high"),
}
_EFFORT: Final = {
    "none": later("effort none"),
    "low": later("effort low"),
    "moderate": later("effort moderate"),
    "medium": later("effort medium"),
    "high": later("effort high"),
}


def action_row(action: ImprovementAction, mark: str = "") -> Json:
    """Show one action with a button that shares it; ``mark`` tells of a ticket it has."""
    told = joined((safe(mark), action_facts(action)))
    press = button(tr("Share"), Action.SHARE, action.key)
    return section(f"*{safe(action.title)}*\n{told}", press)


def several_button() -> Json:
    """Offer to share several actions at once."""
    return actions(button(tr("Share several at once"), Action.SHARE_MANY))


def action_facts(action: ImprovementAction) -> str:
    """Say what an action wins and what it costs."""
    return joined(
        (
            f"+{points(action.gain)}",
            tr(action.category) if action.category else "",
            safe(impact(action)),
            safe(effort(action)),
        )
    )


def impact(action: ImprovementAction) -> str:
    """Say how much users notice of an action; empty where Microsoft does not say. Plain text."""
    return _level(_IMPACT, later("user impact {level}"), action.user_impact)


def effort(action: ImprovementAction) -> str:
    """Say what an action costs to implement; empty where Microsoft does not say. Plain text."""
    return _level(_EFFORT, later("effort {level}"), action.implementation_cost)


def _level(known: Mapping[str, str], other: str, word: str) -> str:
    said = one_line(word.lower(), _LEVEL)
    if not said or said == "unknown":
        return ""
    return tr(known[said]) if said in known else tr(other, level=said)
