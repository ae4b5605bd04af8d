"""What people write in Slack, as text that reads well where Slack's markup means nothing."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from connector.text.plain import clean

_BRACKETED: Final = re.compile(r"<([^<>\s][^<>]*)>")
_PERSON: Final = re.compile(r"@([UW][A-Z0-9]{1,30})", re.ASCII)
_MENTIONED: Final = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>", re.ASCII)
# Bold, italics and strike-through stand around words, never inside them, and end on their line.
_STYLED: Final = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]{0,120}?\S)\1(?!\w)")
_DEEPEST: Final = 3
_MOST_IN: Final = 12_000
_STANDS_IN: Final = "\ue000"
_CODE: Final = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)


def mentioned(text: str, most: int) -> tuple[str, ...]:
    """Name the first people that a message mentions, by their ids."""
    return tuple(dict.fromkeys(_MENTIONED.findall(text)))[:most]


def unmarked(text: str, limit: int, names: Mapping[str, str]) -> str:
    """Return what people read of a message, at most ``limit`` characters.

    Links keep their addresses. ``names`` are the names of people by their ids; of who is not in
    it, what the message itself says is shown, or the id. Beyond 12,000 characters nothing is read.
    """
    plain = "".join(_parts(text[:_MOST_IN], names))
    return clean(plain, limit)


def _parts(text: str, names: Mapping[str, str]) -> Iterable[str]:
    at = 0
    for found in _CODE.finditer(text):
        yield _styled(text[at : found.start()], names)
        yield _unescaped(_resolved(found[1] or found[2] or "", names))
        at = found.end()
    yield _styled(text[at:], names)


def _styled(text: str, names: Mapping[str, str]) -> str:
    # Nothing in an address or a name is a style, but one may stand around them.
    bare = _BRACKETED.sub(_STANDS_IN, text.replace(_STANDS_IN, ""))
    for _ in range(_DEEPEST):
        bare = _STYLED.sub(r"\2", bare)
    meant = iter(_meant(inside, names) for inside in _BRACKETED.findall(text))
    return _unescaped(re.sub(_STANDS_IN, lambda _: next(meant), bare))


def _resolved(text: str, names: Mapping[str, str]) -> str:
    return _BRACKETED.sub(lambda found: _meant(found[1], names), text)


def _meant(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if person := _PERSON.fullmatch(target):
        return f"@{names.get(person[1]) or label or person[1]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:")
    return address if not label or label == address else f"{label} ({address})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
