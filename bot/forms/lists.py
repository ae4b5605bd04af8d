"""Which part of a list of tickets a control leads to, and what a list is narrowed to."""

import json
from dataclasses import dataclass
from typing import Any, Final, Self

from bot.forms.fields import View
from bot.identifiers import Action, Block
from connector.models import ListKey, Position, Selection, TicketFilter, TicketKind, Towards

ANY: Final = "*"
"""The value of a menu's entry that narrows nothing."""


def narrowed_to(label: str) -> str:
    """Write a label down as the value of a menu's entry."""
    return f"={label}"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """What a control of a list brings back: which list, and which part of it.

    It says nothing about rights: everybody may read every list.
    """

    selection: Selection
    position: Position | None = None

    def value(self) -> str:
        """Write it down for a control to carry."""
        chosen, at = self.selection, self.position
        kept = {
            "which": chosen.which,
            "kind": chosen.kind,
            "state": chosen.state,
            "priority": chosen.priority,
            "towards": at.towards if at else None,
            "key": at.key if at else None,
        }
        return json.dumps({name: each for name, each in kept.items() if each})

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what a control carries; what cannot be read is the first part of the open ones."""
        kept = _json(value)
        selection = Selection(
            which=_which(kept.get("which")),
            kind=_kind(kept.get("kind")),
            state=str(kept.get("state", "")),
            priority=str(kept.get("priority", "")),
        )
        return cls(selection, _position(kept))


def read_selection(view: View) -> Selection:
    """Read what the menus of a list say."""
    chosen = view["state"]["values"].get(Block.LIST_FILTERS, {})
    return Selection(
        which=_which(_value(chosen, Action.LIST_WHICH)),
        kind=_kind(_value(chosen, Action.LIST_KIND)),
        state=_label(_value(chosen, Action.LIST_STATE)),
        priority=_label(_value(chosen, Action.LIST_PRIORITY)),
    )


def _value(chosen: dict[str, Any], menu: Action) -> str:
    option = (chosen.get(menu) or {}).get("selected_option") or {}
    return str(option.get("value", ANY))


def _label(value: str) -> str:
    return value[1:] if value.startswith("=") else ""


def _which(value: object) -> TicketFilter:
    return next((each for each in TicketFilter if each == value), TicketFilter.OPEN)


def _kind(value: object) -> TicketKind | None:
    return next((each for each in TicketKind if each == value), None)


def _position(kept: dict[str, Any]) -> Position | None:
    towards = next((each for each in Towards if each == kept.get("towards")), None)
    key = _key(kept.get("key"))
    return Position(towards=towards, key=key) if towards and key else None


def _key(kept: object) -> ListKey | None:
    match kept:
        case [int(first), int(second), str(third), str(fourth)]:
            return first, second, third, fourth
        case _:
            return None


def _json(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
