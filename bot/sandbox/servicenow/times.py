"""Times as people read them: in the user's own zone and format."""

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.servicenow.actors import Actor

STORED: Final = "%Y-%m-%d %H:%M:%S"
_PATTERN: Final = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "a": "%p",
}
_LETTERS: Final = re.compile("|".join(_PATTERN))


def seconds(text: str) -> float:
    """Read a stored time: seconds since 1970."""
    return datetime.strptime(text, STORED).replace(tzinfo=UTC).timestamp()


def stored(since_1970: float) -> str:
    """Write a time as the instance stores it: UTC, whole seconds."""
    return datetime.fromtimestamp(since_1970, tz=UTC).strftime(STORED)


@lru_cache(maxsize=100_000)
def to_display(text: str, actor: Actor) -> str:
    """Show a stored UTC time in the user's zone and format."""
    if not text:
        return ""
    moment = datetime.fromtimestamp(seconds(text), _zone(actor))
    return moment.strftime(_format(actor))


def from_display(shown: str, actor: Actor) -> str:
    """Read a time a user typed; what cannot be read stays as it is."""
    try:
        local = datetime.strptime(shown, _format(actor)).replace(tzinfo=_zone(actor))
        return local.astimezone(UTC).strftime(STORED)
    except (ValueError, OverflowError):
        return shown


def _zone(actor: Actor) -> tzinfo:
    try:
        return ZoneInfo(actor.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _format(actor: Actor) -> str:
    date = _python(actor.date_format or "yyyy-MM-dd")
    return f"{date} {_python(actor.time_format or 'HH:mm:ss')}"


def _python(pattern: str) -> str:
    return _LETTERS.sub(lambda found: _PATTERN[found.group()], pattern)


def duration_text(text: str) -> str:
    """Say a duration, stored as time since 1970, in days, hours, minutes, seconds."""
    if not text:
        return ""
    minutes, rest = divmod(int(seconds(text)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "Day"), (hours, "Hour"), (minutes, "Minute"), (rest, "Second"))
    said = [f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in parts if n]
    return " ".join(said[:3]) or "0 Seconds"
