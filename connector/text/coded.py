"""What ServiceNow shows as HTML in a journal, as text."""

import re
from collections.abc import Iterator
from typing import Final

from connector.text.html import html_to_text
from connector.text.plain import clean

_OPENS: Final = re.compile(r"\[code\]", re.IGNORECASE)
_CLOSES: Final = re.compile(r"\[/code\]", re.IGNORECASE)


def without_code(text: str, limit: int) -> str:
    """Return what people read of an entry whose ``[code]`` is HTML, at most ``limit`` characters.

    Source: ``[code]`` in journal fields, allowed by ``glide.ui.security.allow_codetag``.
    """
    return clean("".join(_read(text, limit)), limit)


def _read(text: str, limit: int) -> Iterator[str]:
    at = 0
    while opened := _OPENS.search(text, at):
        yield text[at : opened.start()]
        closed = _CLOSES.search(text, opened.end())
        if closed is None:
            at = opened.start()
            break
        yield html_to_text(text[opened.end() : closed.start()], limit)
        at = closed.end()
    yield text[at:]
