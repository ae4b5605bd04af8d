"""What people read, in their language: gettext catalogues, and whose language is spoken now.

English stands in the code. ``connector/locales`` holds a catalogue for each other language, as
``make words`` finds them; a sentence that a catalogue lacks is said in English.
"""

import gettext
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "fr")
LOCALES: Final = Path(__file__).parent / "locales"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def language_of(locale: str) -> str:
    """Choose a language for a locale such as ``fr-CA`` or ``en_GB``; English if there is none."""
    language = locale.replace("_", "-").partition("-")[0].casefold()
    return language if language in LANGUAGES else ENGLISH


def spoken() -> str:
    """Tell which language is spoken now: a word of ``LANGUAGES``."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language; one that there is no catalogue for is English."""
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def tr(text: str, /, **values: object) -> str:
    """Say a sentence in the language that is spoken; ``{name}`` stands for ``values["name"]``.

    Without values nothing stands for anything: braces are said as they are. So it does no harm
    to say again what was said before.
    """
    # What a catalogue has for nothing is its own header.
    said = _catalogue(_spoken.get()).gettext(text) if text else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """Say a sentence about ``count`` things, written as a number where it says ``{count}``.

    A language chooses among its forms by the number; English has ``one`` and ``many``.
    """
    said = _catalogue(_spoken.get()).ngettext(one, many, count)
    return said.format(count=number(count), **values)


def later(text: str) -> str:
    """Mark a sentence for the catalogues that ``tr`` says later; what is marked stays English."""
    return text


def number(value: float) -> str:
    """Write a number as it is read: 1,234.5 or 1 234,5."""
    return numbers.format_decimal(value, locale=_locale(_spoken.get()))


def calendar_day(on: date) -> str:
    """Write a calendar day: 31 Dec 2026 or 31 déc. 2026."""
    return dates.format_date(on, "d MMM y", locale=_locale(_spoken.get()))


def long_day(on: date) -> str:
    """Write a calendar day with its month in full: 31 December 2026 or 31 décembre 2026."""
    return dates.format_date(on, "d MMMM y", locale=_locale(_spoken.get()))


def all_of(words: Iterable[str]) -> str:
    """List words that all are meant: one, two and three."""
    return lists.format_list([*words], style="standard", locale=_locale(_spoken.get()))


def any_of(words: Iterable[str]) -> str:
    """List words of which one is meant: one, two or three."""
    return lists.format_list([*words], style="or", locale=_locale(_spoken.get()))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = LOCALES / language / "LC_MESSAGES" / "snowline.po"
    if language == ENGLISH:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
