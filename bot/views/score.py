"""The Secure Score and the open actions with the most gain."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.identifiers import COMMAND
from bot.views.blocks import Json, Message, context, divider, section
from bot.views.improvement_actions import action_row, several_button
from bot.views.text import ago, day, points
from connector.models import ImprovementAction, SecureScore
from connector.words import number, tr, trn

_SHOWN: Final = 8
_STALE: Final = timedelta(days=1)


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
