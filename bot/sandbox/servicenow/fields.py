"""What a table is made of: fields with their kind, label, choices and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Kind(StrEnum):
    """What a field holds; every value is text all the same."""

    STRING = auto()
    INTEGER = auto()
    BOOLEAN = auto()
    DATETIME = auto()
    DURATION = auto()
    REFERENCE = auto()
    JOURNAL = auto()
    PASSWORD = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column. ``length`` counts characters; longer text is cut without a word."""

    name: str
    label: str
    kind: Kind = Kind.STRING
    target: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    length: int = 255
    read_only: bool = False

    def value_of(self, shown: str) -> str:
        """Find the value of a choice by its label; anything else stays as it is."""
        labels = {label.casefold(): value for value, label in self.choices.items()}
        return shown if shown in self.choices else labels.get(shown.casefold(), shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``display`` is the field that stands for a record, ``prefix`` starts its numbers."""

    name: str
    label: str
    fields: Mapping[str, Field]
    display: str = "sys_id"
    prefix: str = ""
    children: tuple[str, ...] = ()

    @property
    def defaults(self) -> dict[str, str]:
        """A record nobody has filled in."""
        return {name: each.default for name, each in self.fields.items()}
