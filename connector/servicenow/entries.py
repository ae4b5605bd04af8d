"""The text of a journal, taken apart. Pure.

ServiceNow writes a whole journal into one text, the newest entry first::

    2026-09-04 09:12:33 - Beth Anglin (Additional comments)
    What she wrote.

    2026-09-03 08:00:00 - …

Time and label are in the reader's language and date format, so they are compared and never read.
Nothing marks where an entry ends: what somebody writes may hold a line that looks like the next
entry's head. Only how many entries can be new tells them apart.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connector.models import JournalElement
from connector.text import visible

_LONGEST_STAMP: Final = 40
_LONGEST_HEAD: Final = 400
_NUMBER: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of an entry; ``form`` is what all heads of one journal have in common."""

    stamp: str
    author: str
    form: str


@dataclass(frozen=True, slots=True)
class Piece:
    """What looks like one entry: ``key`` stays the same when names, zone or language change.

    ``lines`` is all of it, its head and the empty lines behind it, too.
    """

    key: str
    stamp: str
    author: str
    text: str
    lines: str


def head_of(line: str) -> Head | None:
    """Read a line as the head of an entry; None where it is none."""
    stamp, _, rest = line.partition(" - ")
    opened = _label_at(rest)
    author = rest[:opened].rstrip()
    known = 0 < len(stamp) <= _LONGEST_STAMP and len(line) <= _LONGEST_HEAD
    if not known or not author or not any(map(str.isdigit, stamp)):
        return None
    shape = _WORD.sub("a", _NUMBER.sub("0", stamp))
    return Head(stamp, author, f"{shape} {rest[opened:]}")


def _label_at(rest: str) -> int:
    """Tell where the brackets at the end of a line open; 0 where there are none."""
    depth = 0
    for at in range(len(rest) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(rest[at], 0)
        if depth <= 0:
            return at if rest[at] == "(" and rest.endswith(")") else 0
    return 0


def pieces_of(element: JournalElement, text: str) -> tuple[Piece, ...]:
    """Take a journal apart wherever an entry may begin, the newest first.

    Nothing comes of a text that does not begin as a journal does.
    """
    lines = visible(text).split("\n")
    heads = _heads(lines)
    ends = [*list(heads)[1:], len(lines)]
    wholes = ["\n".join(lines[begin:end]) for begin, end in zip(heads, ends, strict=False)]
    keys = keys_of(element, [_said(whole) for whole in wholes])
    return tuple(
        Piece(key, head.stamp, head.author, _said(whole), whole)
        for key, head, whole in zip(keys, heads.values(), wholes, strict=True)
    )


def _heads(lines: Sequence[str]) -> dict[int, Head]:
    """Find the lines that look like heads, as the first line is one."""
    first = head_of(lines[0])
    if first is None:
        return {}
    found = {at: head_of(lines[at]) for at in range(2, len(lines)) if not lines[at - 1]}
    return {0: first} | {
        at: head for at, head in found.items() if head is not None and head.form == first.form
    }


def _said(whole: str) -> str:
    return whole.partition("\n")[2].strip()


def keys_of(element: JournalElement, texts: Sequence[str]) -> list[str]:
    """Name entries, given the newest first, by what they say and how often it was said before."""
    said: Counter[str] = Counter()
    keys = []
    for text in reversed(texts):
        said[text] += 1
        named = f"{element}\n{said[text]}\n{text}"
        keys.append(hashlib.sha256(named.encode()).hexdigest()[:40])
    return keys[::-1]


def fresh(pieces: Sequence[Piece], known: frozenset[str], most: int | None) -> tuple[Piece, ...]:
    """Choose the entries that are not known, the newest first; at most ``most`` can be new.

    Where more look new, some of them are only lines of what somebody wrote: then it is all one
    entry. Its author is known if no more than one can be new.
    """
    new = [each for each in pieces if each.key not in known]
    if most is None or len(new) <= max(most, 1):
        return tuple(new)
    whole = "\n".join(each.lines for each in new)
    alone = most <= 1
    author, text = (new[0].author, _said(whole)) if alone else ("", whole.strip())
    return (Piece(new[0].key, new[0].stamp, author, text, whole),)
