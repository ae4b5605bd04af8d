"""The time: the one place that asks the machine, and the type of what is injected instead."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, as an aware UTC moment."""


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.fromtimestamp(time.time(), tz=UTC)
