"""HTML that cannot be broken by text: everything that is not markup is escaped."""

from html import escape
from typing import Final

_VOID: Final = frozenset({"input", "link", "meta", "br", "img"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """Make an element; ``for_`` is written ``for``, ``data_live`` is written ``data-live``."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Put elements and texts side by side."""
    return Markup("".join(c if isinstance(c, Markup) else escape(c) for c in children))


def lines(text: str) -> Markup:
    """Keep a text's line breaks."""
    return Markup(escape(text.strip()).replace("\n", "<br>"))


def _attribute(key: str, value: str | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escape(value)}"'
