"""The priority look-up: impact and urgency make the priority, by rows of ``dl_u_priority``."""

from collections.abc import Iterable, Mapping
from typing import Final

Matrix = Mapping[tuple[str, str], str]
LOOKUP: Final = "dl_u_priority"
SHIPPED: Final[Matrix] = {
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


def matrix_of(rows: Iterable[Mapping[str, str]]) -> Matrix:
    """Read the look-up's active rows; of two for one pair the first by ``order`` decides."""
    active = [row for row in rows if row["active"] == "true"]
    ordered = sorted(active, key=lambda row: int(row["order"] or 0), reverse=True)
    return {(row["impact"], row["urgency"]): row["priority"] for row in ordered}


def priority_of(impact: str, urgency: str, matrix: Matrix = SHIPPED) -> str:
    """Look the priority up; whatever the matrix does not know is the lowest."""
    return matrix.get((impact, urgency), LOWEST)
