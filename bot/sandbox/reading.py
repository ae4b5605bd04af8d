"""Reads what the sandbox's Slack shows, as a person's eyes would."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.slack.elements import VALUE_KEY, elements_of

Json = dict[str, Any]
_WORDS: Final = ("text", "title", "subtitle", "body", "label", "hint", "placeholder", "description")
_INSIDE: Final = (
    "fields",
    "accessory",
    "elements",
    "element",
    "options",
    "actions",
    "blocks",
    "child_blocks",
    "rows",
)


class DriverError(Exception):
    """The sandbox's Slack did not show what was looked for; the text says what it showed."""


def visible_text(message_or_view: Json) -> str:
    """Flatten all that a person reads in a message or a view, one text a line."""
    entered = (message_or_view.get("state") or {}).get("values") or {}
    shown = {
        id(element): _entered(entered, block, element) for block, element in _all(message_or_view)
    }
    lines = _lines({"title": message_or_view.get("title"), **message_or_view}, shown)
    return "\n".join(line for line in lines if line)


def _all(surface: Json) -> list[tuple[Json, Json]]:
    return list(elements_of(surface.get("blocks") or []))


def _entered(values: Json, block: Json, element: Json) -> str:
    entry = values.get(block.get("block_id", ""), {}).get(element.get("action_id", ""))
    key = VALUE_KEY.get(element["type"], "")
    value = (entry or {}).get(key, element.get("initial_" + key.removeprefix("selected_")))
    if isinstance(value, dict):
        value = (value.get("text") or {}).get("text")
    if isinstance(value, list):
        value = ", ".join(str(v["text"]["text"]) if isinstance(v, dict) else v for v in value)
    return "" if value is None else str(value)


def _lines(node: Any, shown: dict[int, str]) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _lines(each, shown)
        return
    if not isinstance(node, dict):
        return
    for name in _WORDS:
        yield from _words(node.get(name))
    for name in _INSIDE:
        yield from _lines(node.get(name), shown)
    yield shown.get(id(node), "")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and isinstance(value.get("text"), str):
        yield value["text"]


@dataclass(frozen=True, slots=True)
class Field:
    """An element and the names a person knows it by."""

    block: Json
    element: Json

    @property
    def names(self) -> list[str]:
        """List the names, the most telling first."""
        block, element = self.block, self.element
        texts = [block.get("label"), element.get("text"), element.get("placeholder")]
        if block["type"] == "section":
            texts.append(block.get("text"))
        return [t["text"] for t in texts if t] + [element.get("action_id", "")]

    @property
    def ids(self) -> Json:
        """Address the element."""
        return {"block_id": self.block["block_id"], "action_id": self.element["action_id"]}


def find_field(surface: Json, label: str) -> Field:
    """Find an element by what stands on or beside it, by part of that, or by its action id.

    Raises:
        DriverError: there is none; the text lists what there is.
    """
    fields = [Field(block, element) for block, element in _all(surface)]
    for field in fields:
        if label in field.names:
            return field
    for field in fields:
        if any(label in name for name in field.names[:-1]):
            return field
    known = [field.names[0] for field in fields]
    raise DriverError(f"there is no {label!r}, only {known} in:\n{visible_text(surface)}")


def pick(options: list[Json], text: str) -> Json:
    """Take the option of that text or value, or else the first that shows the text.

    Raises:
        DriverError: none does; the text lists what was offered.
    """
    exact = [each for each in options if text in (each["text"]["text"], each.get("value"))]
    partly = [each for each in options if text in each["text"]["text"]]
    if not (exact or partly):
        offered = [each["text"]["text"] for each in options]
        raise DriverError(f"no option {text!r}, only {offered}")
    return (exact or partly)[0]


def pick_several(options: list[Json], text: str) -> list[Json]:
    """Take every option that the comma-separated texts name."""
    whole = [each for each in options if each["text"]["text"] == text]
    return whole or [pick(options, part.strip()) for part in text.split(",")]
