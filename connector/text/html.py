"""HTML to text, in time that grows with the input only.

Our own tokeniser, because the standard library's needs 28 seconds for 200 kB of ``<a<a<a``
(measured on 3.11). It knows tags, quoted attributes, comments and elements without text.
"""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from connector.text.plain import cut, visible

_MOST_IN: Final = 100_000
_TAG: Final = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:-]*)")
_ATTRIBUTE_OR_END: Final = re.compile(r"=\s*([\"'])|>")
_PLACEHOLDER: Final = re.compile(r"<[A-Za-z][A-Za-z0-9_ -]*>")
# html.unescape raises for numbers of more than 4,300 digits; no character needs more than 7.
_HUGE_NUMBER: Final = re.compile(r"&#(?:\d{8,}|[xX][0-9A-Fa-f]{8,});?")
_LIKE_A_TAG: Final = re.compile(r"<([A-Za-z/!?][^<>]*)>")
_LIKE_A_START: Final = re.compile(r"<(?=[A-Za-z/!?])")
_SILENT: Final = re.compile(r"script|style|head|template|iframe|object|svg")
_INLINE: Final = re.compile(
    r"a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|input|ins|kbd|label|mark"
    r"|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_BLOCK: Final = re.compile(
    r"address|article|aside|blockquote|body|br|button|center|dd|details|div|dl|dt|fieldset|figure"
    r"|footer|form|h[1-6]|header|hr|html|li|main|nav|ol|p|pre|section|select|summary|table|tbody"
    r"|tfoot|thead|tr|ul"
)
_CELL: Final = re.compile(r"t[dh]")
_LIST: Final = frozenset({"ol", "ul", "li"})
_KNOWN: Final = (_SILENT, _INLINE, _BLOCK, _CELL)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = ""
    tag: str = ""
    closes: bool = False


def html_to_text(html: str, limit: int = 3000) -> str:
    """Return what a person would read, at most ``limit`` characters and without any tag.

    Lists keep their numbers and bullets. Beyond the first 100,000 characters nothing is read.
    """
    page = _Page()
    for token in _tokens(html[:_MOST_IN]):
        page.take(token)
        if page.letters > limit:
            break
    return cut(_without_tags(visible(page.text())).strip(), limit)


@dataclass(slots=True)
class _Page:
    """Text laid out so far; ``lists`` holds the numbers of open lists, None for bullets.

    ``marked`` tells that a list mark was written last and waits for its words.
    """

    parts: list[str] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    letters: int = 0
    marked: bool = False

    def take(self, token: _Token) -> None:
        if not token.tag:
            self._write(_decoded(token.text))
        elif _CELL.fullmatch(token.tag):
            self.parts.append(" ")
        elif _BLOCK.fullmatch(token.tag):
            self._break(token)
            self._follow_list(token)

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.parts).split("\n"))
        return "\n".join(line for line in lines if line)

    def _write(self, text: str) -> None:
        letters = len(visible("".join(text.split())))
        self.parts.append(text)
        self.letters += letters
        self.marked = self.marked and not letters

    def _break(self, token: _Token) -> None:
        # A paragraph in a list entry begins beside the entry's mark.
        if not self.marked or token.tag in _LIST:
            self.parts.append("\n")
            self.marked = False

    def _follow_list(self, token: _Token) -> None:
        if token.tag in {"ol", "ul"}:
            self._open_or_close(token)
        elif token.tag == "li" and not token.closes:
            self._write(self._mark())
            self.marked = True

    def _open_or_close(self, token: _Token) -> None:
        if not token.closes:
            self.lists.append(0 if token.tag == "ol" else None)
        elif self.lists:
            self.lists.pop()

    def _mark(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "• "
        self.lists[-1] = number + 1
        return f"{number + 1}. "


def _without_tags(text: str) -> str:
    # Text that only looks like a tag was written as entities, or is a placeholder.
    return _LIKE_A_START.sub("‹", _LIKE_A_TAG.sub(r"‹\1›", text))


def _decoded(text: str) -> str:
    # A line end in the source is only a space on the page.
    plain = entities.unescape(_HUGE_NUMBER.sub("", text))
    return plain.replace("\n", " ").replace("\r", " ")


def _tokens(source: str) -> Iterator[_Token]:
    at = 0
    while at < len(source):
        start = source.find("<", at)
        if start < 0:
            start = len(source)
        if start > at:
            yield _Token(source[at:start])
        if start == len(source):
            return
        token, at = _markup(source, start)
        yield token


def _markup(source: str, start: int) -> tuple[_Token, int]:
    if source.startswith("<!--", start):
        return _Token(), _after(source, "-->", start + 4)
    if source.startswith(("<!", "<?"), start):
        return _Token(), _after(source, ">", start + 2)
    match = _TAG.match(source, start + 1)
    if match is None:
        return _Token("<"), start + 1
    end = _end_of_tag(source, match.end())
    name, closes = match[2].lower(), bool(match[1])
    if _is_placeholder(name, source[start:end]):
        return _Token(source[start:end]), end
    if _SILENT.fullmatch(name) and not closes:
        end = _closing_tag(source, name, end)
    return _Token(tag=name, closes=closes), end


def _is_placeholder(name: str, tag: str) -> bool:
    known = any(names.fullmatch(name) for names in _KNOWN)
    return not known and _PLACEHOLDER.fullmatch(tag) is not None


def _closing_tag(source: str, name: str, at: int) -> int:
    match = re.compile(f"</{name}", re.IGNORECASE).search(source, at)
    return match.start() if match else len(source)


def _end_of_tag(source: str, at: int) -> int:
    while (match := _ATTRIBUTE_OR_END.search(source, at)) is not None:
        if match[1] is None:
            return match.end()
        at = _after(source, match[1], match.end())
    return len(source)


def _after(source: str, mark: str, start: int) -> int:
    found = source.find(mark, start)
    return len(source) if found < 0 else found + len(mark)
