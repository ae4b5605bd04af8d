"""Which language a browser asks for, by its ``Accept-Language`` header. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from connector.words import ENGLISH, LANGUAGES

_RANGE: Final = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
    r"\s*(?:;\s*[qQ]\s*=\s*(?P<q>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)
_MOST: Final = 50
"""Of how many ranges of a header are read: browsers send a handful."""


def asked_for(header: str) -> str:
    """Choose among our languages as RFC 9110 says; English where the browser asks for no other.

    The dearest counts, of equally dear ones the first; ``*`` stands for those that are not named.
    """
    ranges = [*_ranges(header)]
    named = {language for language, _ in ranges}
    for language, worth in sorted(ranges, key=lambda each: -each[1]):
        if not worth:
            break
        if language in LANGUAGES:
            return language
        if language == "*" and (left := [each for each in LANGUAGES if each not in named]):
            return left[0]
    return ENGLISH


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """Read the languages of a header and what each is worth; what has not its form is left out."""
    for each in header.split(",", _MOST)[:_MOST]:
        if found := _RANGE.fullmatch(each):
            yield found["tag"].partition("-")[0].casefold(), float(found["q"] or "1")
