"""Times as people read them: in the user's own zone and format."""

import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.sandbox.servicenow.people import Actor

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


def to_display(stored: str, actor: Actor) -> str:
    """Show a stored UTC time in the user's zone and format."""
    if not stored:
        return ""
    moment = datetime.strptime(stored, STORED).replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(actor.time_zone)).strftime(_format(actor))


def from_display(shown: str, actor: Actor) -> str:
    """Read a time a user typed; what cannot be read stays as it is."""
    try:
        local = datetime.strptime(shown, _format(actor)).replace(tzinfo=ZoneInfo(actor.time_zone))
    except ValueError:
        return shown
    return local.astimezone(UTC).strftime(STORED)


def _format(actor: Actor) -> str:
    date = _python(actor.date_format or "yyyy-MM-dd")
    return f"{date} {_python(actor.time_format or 'HH:mm:ss')}"


def _python(pattern: str) -> str:
    return _LETTERS.sub(lambda found: _PATTERN[found.group()], pattern)


def duration_text(stored: str) -> str:
    """Say a duration, stored as time since 1970, in days, hours, minutes, seconds."""
    if not stored:
        return ""
    moment = datetime.strptime(stored, STORED).replace(tzinfo=UTC)
    minutes, seconds = divmod(int(moment.timestamp()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "Day"), (hours, "Hour"), (minutes, "Minute"), (seconds, "Second"))
    said = [f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in parts if n]
    return " ".join(said[:3]) or "0 Seconds"
