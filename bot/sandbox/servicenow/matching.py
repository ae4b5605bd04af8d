"""Decide which rows a query finds, and in which order."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import ge, gt, le, lt
from typing import Any, Final

from bot.sandbox.servicenow.fields import Kind, Table
from bot.sandbox.servicenow.query import Condition, Order, Query
from bot.sandbox.servicenow.records import Records, Row
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.scripts import Scripts

_Test = Callable[[Row], bool]
_NULL: Final = "NULL"
_COMPARISONS: Final = {">": gt, ">=": ge, "<": lt, "<=": le}
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Matcher:
    """Holds rows of one table against queries."""

    records: Records
    table: Table
    scripts: Scripts

    def select(self, rows: Iterable[Row], query: Query) -> list[Row]:
        """Find the rows of a query, sorted as it asks; else in the order of insertion."""
        matches = self._compiled(query)
        found = [row for row in rows if matches(row)]
        for order in reversed(query.orders):
            found.sort(key=self._key(order), reverse=order.descending)
        return found

    def _key(self, order: Order) -> Callable[[Row], Any]:
        if self._is_never_a_number(order.path):
            return lambda row: row.get(order.path, "")
        return partial(self._sort_key, order)

    def _is_never_a_number(self, path: str) -> bool:
        # Told apart from a number for every row, a page would cost twice as much.
        field = self.table.fields.get(path)
        return field is not None and (field.kind is Kind.DATETIME or field.name == "sys_id")

    def _compiled(self, query: Query) -> _Test:
        """Make one test of a query, so that what does not depend on the row is done once."""
        return _any_of([_all_of([self._either(each) for each in group]) for group in query.groups])

    def _either(self, conditions: Iterable[Condition]) -> _Test:
        return _any_of([self._test(each) for each in conditions])

    def _test(self, condition: Condition) -> _Test:
        name, operator, other = condition.path, condition.operator, condition.value
        wanted = other.casefold()
        if name in self.table.fields and operator == "=" and other != _NULL:
            return lambda row: (value := row.get(name, "")) == other or value.casefold() == wanted
        compare = _COMPARISONS.get(operator)
        if compare and self._is_never_a_number(name):
            # Neither times nor sys_ids have capitals.
            return lambda row: bool(value := row.get(name, "")) and compare(value, wanted)
        if name in self.table.fields and compare and _number(other) is None:
            # Against a text any value is compared as text.
            return lambda row: (
                bool(value := row.get(name, "")) and compare(value.casefold(), wanted)
            )
        return lambda row: self._holds(row, condition)

    def _holds(self, row: Row, condition: Condition) -> bool:
        if not condition.path:
            words = condition.value.casefold().split()
            text = " ".join(row.values()).casefold()
            return all(word in text for word in words)
        value = self._value(row, condition.path)
        match condition.operator:
            case "SAMEAS":
                return value == self._value(row, condition.value)
            case "NSAMEAS":
                return value != self._value(row, condition.value)
            case "DYNAMIC":
                return value != "" and value == self.scripts.dynamic(condition.value)
            case "INSTANCEOF":
                family = TABLES.get(condition.value)
                return family is not None and value in {family.name, *family.children}
            case _:
                return _TESTS[condition.operator](value, condition.value)

    def _value(self, row: Row, path: str) -> str:
        found = self.records.walk(self.table, row, path)
        return found[1].get(found[0].name, "") if found else ""

    def _sort_key(self, order: Order, row: Row) -> tuple[float, str]:
        own = self.table.fields.get(order.path)
        found = (own, row) if own else self.records.walk(self.table, row, order.path)
        if found is None:
            return (0.0, "")
        field, owner = found
        value = owner.get(field.name, "")
        if field.target:
            value = self.records.name_of(field.target, value)
        number = _number(value)
        return (number if number is not None else 0.0, value.casefold())


def _any_of(tests: list[_Test]) -> _Test:
    if len(tests) == 1:
        return tests[0]

    def holds(row: Row) -> bool:
        # A loop, for this runs for every row of a table.
        for test in tests:  # noqa: SIM110
            if test(row):
                return True
        return False

    return holds


def _all_of(tests: list[_Test]) -> _Test:
    if len(tests) == 1:
        return tests[0]

    def holds(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  -- as above
            if not test(row):
                return False
        return True

    return holds


def _number(value: str) -> float | None:
    # A sys_id such as 1e5… is none, nor is one of digits only.
    return float(value) if _NUMBER.fullmatch(value) else None


def _compare(value: str, other: str) -> int:
    left, right = _number(value), _number(other)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    a, b = value.casefold(), other.casefold()
    return (a > b) - (a < b)


def _equal(value: str, other: str) -> bool:
    return value == "" if other == _NULL else value.casefold() == other.casefold()


def _among(value: str, others: str) -> bool:
    return any(_equal(value, other.strip()) for other in others.split(","))


def _between(value: str, bounds: str) -> bool:
    low, _, high = bounds.partition("@")
    return value != "" and _compare(value, low) >= 0 and _compare(value, high) <= 0


def _on(value: str, words: str) -> bool:
    return _between(value, words.partition("@")[2])


_TESTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "=": _equal,
    "!=": lambda v, o: not _equal(v, o),
    ">": lambda v, o: v != "" and _compare(v, o) > 0,
    ">=": lambda v, o: v != "" and _compare(v, o) >= 0,
    "<": lambda v, o: v != "" and _compare(v, o) < 0,
    "<=": lambda v, o: v != "" and _compare(v, o) <= 0,
    "LIKE": lambda v, o: o.casefold() in v.casefold(),
    "NOT LIKE": lambda v, o: o.casefold() not in v.casefold(),
    "STARTSWITH": lambda v, o: v.casefold().startswith(o.casefold()),
    "ENDSWITH": lambda v, o: v.casefold().endswith(o.casefold()),
    "IN": _among,
    "NOT IN": lambda v, o: not _among(v, o),
    "ISEMPTY": lambda v, _: v == "",
    "ISNOTEMPTY": lambda v, _: v != "",
    "EMPTYSTRING": lambda v, _: v == "",
    "ANYTHING": lambda _v, _o: True,
    "BETWEEN": _between,
    "ON": _on,
    "NOTON": lambda v, o: not _on(v, o),
}
