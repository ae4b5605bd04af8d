"""How the Secure Score has moved: in words, and as a line of small bars."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.views.text import day, points
from connector.models import ScoreDay

_BARS: Final = "▁▂▃▄▅▆▇█"
_LEAST: Final = 3
_WIDTH: Final = 16
_WEEK: Final = timedelta(days=7)


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
    by, on = round(now.points - then.points, 2), day(then.day)
    if by > 0:
        said = f"▲ Up {points(by)} since {on}"
    elif by < 0:
        said = f"▼ Down {points(-by)} since {on}"
    else:
        said = f"No change of points since {on}"
    return said if then.maximum == now.maximum else f"{said}, of {then.maximum:g} then"


def _bars(days: Sequence[ScoreDay]) -> str:
    shown = _sample(days)
    lowest = min(each.points for each in shown)
    span = max(each.points for each in shown) - lowest
    steps = len(_BARS) - 1
    heights = (round((each.points - lowest) / span * steps) if span else 0 for each in shown)
    bars = "".join(_BARS[height] for height in heights)
    return f"{bars}  {day(days[0].day)} to {day(days[-1].day)}"


def _sample(days: Sequence[ScoreDay]) -> list[ScoreDay]:
    """Choose so many days that they fit on a line, the first and the last among them."""
    last = len(days) - 1
    places = min(len(days), _WIDTH) - 1
    return [days[round(each * last / places)] for each in range(places + 1)]
