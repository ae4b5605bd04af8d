"""The priority look-up: impact and urgency make the priority."""

from collections.abc import Mapping
from typing import Final

_MATRIX: Final[Mapping[tuple[str, str], str]] = {
    ("1", "1"): "1",
    ("1", "2"): "2",
    ("1", "3"): "3",
    ("2", "1"): "2",
    ("2", "2"): "3",
    ("2", "3"): "4",
    ("3", "1"): "3",
    ("3", "2"): "4",
    ("3", "3"): "5",
}
LOWEST: Final = "5"


def priority_of(impact: str, urgency: str) -> str:
    """Look the priority up; whatever the matrix does not know is the lowest."""
    return _MATRIX.get((impact, urgency), LOWEST)
