"""Which impact and urgency make which priority. Pure.

Source: incident management, "Priority lookup rules": rows of ``dl_u_priority``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from connector.models import Priority

Pair = tuple[str, str]
"""Impact and urgency; 1 is the highest of either."""
Matrix = Mapping[Pair, str]
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
"""What ServiceNow is shipped with."""
FIELDS: Final = "impact,urgency,priority,order,active"
_LAST: Final = 10**9


def to_matrix(rows: Iterable[Mapping[str, Any]]) -> Matrix:
    """Read the rows of the look-up; of two for one pair the first by ``order`` decides.

    What is not active, and what leaves one of the three open, is left out.
    """
    active = [row for row in rows if _text(row, "active").casefold() != "false"]
    matrix: dict[Pair, str] = {}
    for row in sorted(active, key=_order):
        impact, urgency, priority = (_text(row, n) for n in ("impact", "urgency", "priority"))
        if all(_is_level(each) for each in (impact, urgency, priority)):
            matrix.setdefault((impact, urgency), priority)
    return matrix


def pair_for(wanted: Priority, matrix: Matrix) -> Pair:
    """Choose the impact and urgency that make a priority: of several pairs the balanced one.

    Where none does, it is the nearest priority; of two that are as near, the more urgent.
    """
    nearest = min(matrix.values(), key=lambda made: _distance(int(made), wanted))
    pairs = [pair for pair, made in matrix.items() if made == nearest]
    return min(pairs, key=_imbalance)


def makes(wanted: Priority, matrix: Matrix) -> bool:
    """Tell whether any impact and urgency make a priority."""
    return str(wanted.value) in matrix.values()


def _distance(made: int, wanted: int) -> tuple[int, int]:
    return abs(made - wanted), made


def _imbalance(pair: Pair) -> tuple[int, int, int]:
    impact, urgency = int(pair[0]), int(pair[1])
    return abs(impact - urgency), impact, urgency


def _order(row: Mapping[str, Any]) -> int:
    order = _text(row, "order")
    return int(order) if _is_level(order) else _LAST


def _is_level(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len(str(_LAST))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""
