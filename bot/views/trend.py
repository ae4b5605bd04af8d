"""How the Secure Score has moved: in words, and as a line of small bars."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.views.text import day, points
from connector.models import ScoreDay
from connector.words import later, number, tr

_BARS: Final = "▁▂▃▄▅▆▇█"
_LEAST: Final = 3
_WIDTH: Final = 16
_WEEK: Final = timedelta(days=7)
_UP: Final = (
    later("▲ Up {points} since {day}"),
    later("▲ Up {points} since {day}, of {maximum} then"),
)
_DOWN: Final = (
    later("▼ Down {points} since {day}"),
    later("▼ Down {points} since {day}, of {maximum} then"),
)
_SAME: Final = (
    later("No change of points since {day}"),
    later("No change of points since {day}, of {maximum} then"),
)


def trend(days: Sequence[ScoreDay]) -> list[str]:
    """Say how the points have moved since about a week and about a month ago, oldest day first.

    Empty where there is no earlier day.
    """
    if len(days) <= 1:
        return []
    latest, earlier = days[-1], days[:-1]
    week = [each for each in earlier if each.day <= latest.day - _WEEK]
    since = [week[-1] if week else earlier[0], earlier[0]]
    lines = [_moved(each, latest) for each in dict.fromkeys(since)]
    return [*lines, _bars(days)] if len(days) >= _LEAST else lines


def _moved(then: ScoreDay, now: ScoreDay) -> str:
    by = round(now.points - then.points, 2)
    said = _UP if by > 0 else _DOWN if by < 0 else _SAME
    return tr(
        said[then.maximum != now.maximum],
        points=points(abs(by)),
        day=day(then.day),
        maximum=number(then.maximum),
    )


def _bars(days: Sequence[ScoreDay]) -> str:
    shown = _sample(days)
    lowest = min(each.points for each in shown)
    span = max(each.points for each in shown) - lowest
    steps = len(_BARS) - 1
    heights = (round((each.points - lowest) / span * steps) if span else 0 for each in shown)
    bars = "".join(_BARS[height] for height in heights)
    first, last = day(days[0].day), day(days[-1].day)
    return tr("{bars}  {first} to {last}", bars=bars, first=first, last=last)


def _sample(days: Sequence[ScoreDay]) -> list[ScoreDay]:
    """Choose so many days that they fit on a line, the first and the last among them."""
    last = len(days) - 1
    places = min(len(days), _WIDTH) - 1
    return [days[round(each * last / places)] for each in range(places + 1)]
