"""The Secure Score and the open actions with the most gain."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.identifiers import COMMAND, Action
from bot.views.blocks import Json, Message, actions, button, context, divider, section
from bot.views.text import ago, day, joined, points, safe
from connector.models import ImprovementAction, SecureScore
from connector.words import later, number, tr, trn

_SHOWN: Final = 8
_STALE: Final = timedelta(days=1)
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


def score(score: SecureScore, now: datetime) -> Message:
    """Show points, gain and freshness, then the open actions, each with a Share button."""
    said = {"total": total(score), "outlook": outlook(score)}
    blocks = [section(tr("*Secure Score: {total}*\n{outlook}", **said))]
    blocks += [context(freshness(score, now)), *_rows(score.open_actions)]
    return Message(tr("Secure Score: {total}. {outlook}", **said), blocks)


def total(score: SecureScore) -> str:
    """Say the points of the maximum, with their share of it."""
    current, maximum = number(score.current), points(score.maximum)
    if score.maximum <= 0:
        return tr("{current} of {maximum}", current=current, maximum=maximum)
    percent = f"{100 * score.current / score.maximum:.0f}"
    return tr(
        "{current} of {maximum} ({percent}%)", current=current, maximum=maximum, percent=percent
    )


def outlook(score: SecureScore) -> str:
    """Say what all open actions together would win."""
    count = len(score.open_actions)
    if not count:
        return tr("No open actions: nothing is left to win.")
    return trn(
        "{count} open action, worth {points} in all.",
        "{count} open actions, worth {points} in all.",
        count,
        points=points(score.gain),
    )


def freshness(score: SecureScore, now: datetime) -> str:
    """Say how old the score is; Microsoft works it out once a day."""
    mark = "⚠️ " if now - score.read_at > _STALE else ""
    said = tr(
        "Microsoft's score of {day}, read {ago}", day=day(score.day), ago=ago(score.read_at, now)
    )
    return f"{mark}{said}"


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
            _level(_IMPACT, later("user impact {level}"), action.user_impact),
            _level(_EFFORT, later("effort {level}"), action.implementation_cost),
        )
    )


def _rows(found: Sequence[ImprovementAction]) -> list[Json]:
    blocks = [divider(), *map(action_row, found[:_SHOWN])] if found else []
    more = len(found) - _SHOWN
    if more > 0:
        said = tr(
            "{more} more: `{command} share` and a word or two finds them",
            more=number(more),
            command=COMMAND,
        )
        blocks.append(context(said))
    return [*blocks, several_button()] if len(found) > 1 else blocks


def _level(known: Mapping[str, str], other: str, word: str) -> str:
    said = word.strip().lower()
    if not said:
        return ""
    return tr(known[said]) if said in known else tr(other, level=safe(said, 40))
