"""The Secure Score and the open actions with the most gain."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, Message, actions, button, context, divider, section
from bot.views.text import ago, day, joined, plural, points, safe
from connector.models import ImprovementAction, SecureScore

_SHOWN: Final = 8
_STALE: Final = timedelta(days=1)


def score(score: SecureScore, now: datetime) -> Message:
    """Show points, gain and freshness, then the open actions, each with a Share button."""
    blocks = [section(f"*Secure Score: {total(score)}*\n{outlook(score)}")]
    blocks += [context(freshness(score, now)), *_rows(score.open_actions)]
    return Message(f"Secure Score: {total(score)}. {outlook(score)}", blocks)


def total(score: SecureScore) -> str:
    """Say the points of the maximum, with their share of it."""
    share = f" ({score.current / score.maximum:.0%})" if score.maximum > 0 else ""
    return f"{score.current:g} of {points(score.maximum)}{share}"


def outlook(score: SecureScore) -> str:
    """Say what all open actions together would win."""
    count = len(score.open_actions)
    if not count:
        return "No open actions: nothing is left to win."
    return f"{plural(count, 'open action')}, worth {points(score.gain)} in all."


def freshness(score: SecureScore, now: datetime) -> str:
    """Say how old the score is; Microsoft works it out once a day."""
    mark = "⚠️ " if now - score.read_at > _STALE else ""
    return f"{mark}Microsoft's score of {day(score.day)}, read {ago(score.read_at, now)}"


def action_row(action: ImprovementAction, mark: str = "") -> Json:
    """Show one action with a button that shares it; ``mark`` tells of a ticket it has."""
    told = joined((safe(mark), action_facts(action)))
    press = button("Share", Action.SHARE, action.key)
    return section(f"*{safe(action.title)}*\n{told}", press)


def several_button() -> Json:
    """Offer to share several actions at once."""
    return actions(button("Share several at once", Action.SHARE_MANY))


def action_facts(action: ImprovementAction) -> str:
    """Say what an action wins and what it costs."""
    return joined(
        (
            f"+{points(action.gain)}",
            action.category or "",
            _named("user impact", action.user_impact),
            _named("effort", action.implementation_cost),
        )
    )


def _rows(found: Sequence[ImprovementAction]) -> list[Json]:
    blocks = [divider(), *map(action_row, found[:_SHOWN])] if found else []
    more = len(found) - _SHOWN
    if more > 0:
        blocks.append(context(f"{more:,} more: `{COMMAND} share` and a word or two finds them"))
    return [*blocks, several_button()] if len(found) > 1 else blocks


def _named(name: str, value: str) -> str:
    return f"{name} {safe(value.lower(), 40)}" if value.strip() else ""
