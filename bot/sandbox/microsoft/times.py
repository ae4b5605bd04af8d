"""Times as Microsoft writes them."""

import time
from datetime import UTC, date, datetime


def now() -> datetime:
    """Read the clock (aware UTC)."""
    return datetime.fromtimestamp(time.time(), tz=UTC)


def today() -> date:
    """Read the calendar in UTC."""
    return now().date()


def midnight(day: date) -> str:
    """Write the start of a day as a score's ``createdDateTime``."""
    return f"{day.isoformat()}T00:00:00Z"
