"""Encoded queries: text to conditions. What cannot be understood is dropped, as ServiceNow does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.records import field_at

_OPERATORS: Final = (
    "DOES NOT CONTAIN",
    "ISNOTEMPTY",
    "STARTSWITH",
    "EMPTYSTRING",
    "INSTANCEOF",
    "CONTAINS",
    "ENDSWITH",
    "NOT LIKE",
    "NOTLIKE",
    "ANYTHING",
    "BETWEEN",
    "DYNAMIC",
    "ISEMPTY",
    "NSAMEAS",
    "NOT IN",
    "SAMEAS",
    "NOTON",
    "LIKE",
    "ON",
    "IN",
    "!=",
    ">=",
    "<=",
    "!*",
    "=",
    ">",
    "<",
    "*",
    "%",
)
_TERM: Final = re.compile(
    r"([a-z0-9_.]+)(" + "|".join(map(re.escape, _OPERATORS)) + r")(.*)", re.DOTALL
)
_ALIASES: Final = {
    "CONTAINS": "LIKE",
    "*": "LIKE",
    "DOES NOT CONTAIN": "NOT LIKE",
    "NOTLIKE": "NOT LIKE",
    "!*": "NOT LIKE",
    "%": "ENDSWITH",
}
_ESCAPED: Final = re.compile(r"\^\^(?!ORDERBY|OR|NQ|EQ|\^|$)")
_CARET: Final = "\x00"
_TEXT_QUERY: Final = "123TEXTQUERY321="


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field, or of the whole row's text when ``path`` is empty."""

    path: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Order:
    """A field to sort by."""

    path: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Groups of which one must hold; of a group all, of an alternative's conditions one."""

    groups: tuple[tuple[tuple[Condition, ...], ...], ...]
    orders: tuple[Order, ...] = ()

    @property
    def paths(self) -> set[str]:
        """Name every field that is compared."""
        return {c.path for group in self.groups for each in group for c in each}


def parse(text: str, table: Table, evaluate: Callable[[str], str]) -> Query:
    """Read an encoded query; ``evaluate`` runs the ``javascript:`` of its values."""
    groups: list[list[list[Condition]]] = [[]]
    orders: list[Order] = []
    for term in _ESCAPED.sub(_CARET, text).split("^"):
        if term.startswith("NQ"):
            groups.append([])
        order = _order(term, table)
        if order:
            orders.append(order)
        elif term != "EQ":
            _join(groups[-1], term, _condition(term, table, evaluate))
    frozen = tuple(tuple(tuple(each) for each in group) for group in groups)
    return Query(frozen, tuple(orders))


def _order(term: str, table: Table) -> Order | None:
    if not term.startswith("ORDERBY"):
        return None
    descending = term.startswith("ORDERBYDESC")
    path = term.removeprefix("ORDERBYDESC" if descending else "ORDERBY")
    return Order(path, descending) if field_at(table, path) else None


def _join(group: list[list[Condition]], term: str, condition: Condition | None) -> None:
    if condition is None:
        return
    if term.startswith("OR") and group:
        group[-1].append(condition)
    else:
        group.append([condition])


def _condition(term: str, table: Table, evaluate: Callable[[str], str]) -> Condition | None:
    bare = re.sub(r"^(NQ|OR)", "", term)
    if bare.startswith(_TEXT_QUERY):
        return Condition("", "LIKE", bare.removeprefix(_TEXT_QUERY))
    found = _TERM.fullmatch(bare)
    if found is None or found[3].startswith("_HIERARCHY") or field_at(table, found[1]) is None:
        return None
    value = evaluate(found[3].replace(_CARET, "^"))
    return Condition(found[1], _ALIASES.get(found[2], found[2]), value)
