"""The time: the one place that asks the machine, and the types of what is injected instead."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, as an aware UTC moment. People may set it, forwards and backwards."""

Ticks = Callable[[], float]
"""Counts seconds from an unknown start; nobody can set it."""


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.fromtimestamp(time.time(), tz=UTC)
