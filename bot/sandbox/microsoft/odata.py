"""The part of OData these collections understand: $top, $skip, $filter, $count, $select."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.microsoft.errors import bad_request

Entity = dict[str, Any]
PAGE: Final = 200
_KNOWN: Final = ("$top", "$skip", "$filter", "$count", "$select", "$skiptoken", "$format")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_CLAUSE: Final = re.compile(
    r"\s*(?P<name>[A-Za-z_][\w/]*)\s+(?P<op>eq|ne|gt|ge|lt|le)\s+"
    r"(?P<value>'(?:[^']|'')*'|[^\s']+)\s*(?P<more>\band\b|$)"
)
_WORDS: Final = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of a filter."""

    path: tuple[str, ...]
    op: str
    value: Any

    def fits(self, entity: Entity) -> bool:
        """Tell whether an entity passes; unlike kinds never do, except by ``ne``."""
        found: Any = entity
        for name in self.path:
            found = found.get(name) if isinstance(found, dict) else None
        try:
            return _COMPARISONS[self.op](found, self.value)
        except TypeError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The query of one request, read and checked. ``top`` is the size of a page."""

    top: int = PAGE
    skip: int = 0
    clauses: tuple[Clause, ...] = ()
    counted: bool = False
    selected: tuple[str, ...] = ()
    skiptoken: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Options":
        """Read query options; those without ``$`` are none of OData's.

        Raises:
            GraphError: 400, an option is unknown, unsupported or malformed.
        """
        for name in query:
            if name.startswith("$") and name not in _KNOWN:
                raise bad_request(f"The query option '{name}' is not supported here.")
        return cls(
            top=min(_whole(query, "$top", PAGE), PAGE),
            skip=_whole(query, "$skip", 0),
            clauses=_clauses(query.get("$filter", "")),
            counted=query.get("$count", "").casefold() == "true",
            selected=tuple(name.strip() for name in query.get("$select", "").split(",") if name),
            skiptoken=query.get("$skiptoken", ""),
        )

    def filtered(self, entities: list[Entity]) -> list[Entity]:
        """Keep what passes every clause."""
        return [one for one in entities if all(clause.fits(one) for clause in self.clauses)]

    def shown(self, entity: Entity) -> Entity:
        """Cut an entity down to what was selected."""
        if not self.selected or "*" in self.selected:
            return entity
        return {name: entity[name] for name in self.selected if name in entity}


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise bad_request(
            f"Invalid value '{text}' for {name} query option found. "
            f"The {name} query option requires a non-negative integer value."
        )
    return int(text)


def _clauses(text: str) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    rest = text.strip()
    while rest:
        match = _CLAUSE.match(rest)
        if match is None:
            raise bad_request(f"Invalid filter clause: '{rest[:100]}' is not understood.")
        path = tuple(match["name"].split("/"))
        clauses.append(Clause(path, match["op"], _literal(match["value"])))
        rest = rest[match.end() :]
        if match["more"] and not rest.strip():
            raise bad_request("Invalid filter clause: nothing follows 'and'.")
    return tuple(clauses)


def _literal(text: str) -> Any:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in _WORDS:
        return _WORDS[text]
    try:
        return float(text)
    except ValueError:
        return text  # dates and GUIDs stand in a filter without quotes
