"""What people read, in each language: nothing is missing, and nothing is lost in translation."""

import asyncio
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from connector import errors, words
from connector.words import later, speaking, spoken, tr, trn

ROOT = Path(__file__).parents[3]
KEYWORDS = {"tr": None, "trn": (1, 2), "later": None}
METHODS = [("**/sandbox/**.py", "ignore"), ("**/tour/**.py", "ignore"), ("**.py", "python")]
OTHERS = [language for language in words.LANGUAGES if language != words.ENGLISH]
# What stays as it is: what can be typed, mentions, links, marks of Slack's and of the eye.
KEPT = re.compile(r"`[^`]*`|<[^>|]*|[*_•⚠️✅❌⚪⏳🔴→]")


@cache
def sentences() -> frozenset[str | tuple[str, ...]]:
    """Every sentence in the code, one that counts with both its forms."""
    found = set()
    for folder in ("bot", "connector"):
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder, method_map=METHODS, keywords=KEYWORDS
        ):
            found.add(message)
    return frozenset(found)


@cache
def catalogue(language: str) -> Catalog:
    with (words.LOCALES / language / "LC_MESSAGES" / "snowline.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message):
    """A translation, or one for each number."""
    return [message.string] if isinstance(message.string, str) else message.string


def pairs(language):
    """Each sentence with each of its translations."""
    for message in catalogue(language):
        if ids := message.id:
            yield from ((ids if isinstance(ids, str) else ids[1], form) for form in forms(message))


def holes(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_is_left_over(language):
    translated = {m.id for m in catalogue(language) if m.id and all(forms(m)) and not m.fuzzy}
    assert sentences() - translated == set()
    assert translated - sentences() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_values_and_what_can_be_typed(language):
    for english, said in pairs(language):
        assert holes(said) <= holes(english), english
        assert holes(english) - {"count"} <= holes(said), english
        assert Counter(KEPT.findall(said)) == Counter(KEPT.findall(english)), english


@pytest.mark.parametrize("language", OTHERS)
def test_advice_to_try_again_can_be_left_out_in_every_language(language):
    for english, said in pairs(language):
        kept = errors.without_advice(english) == english
        assert (errors.without_advice(said) == said) == kept, english


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr-FR", "fr"), ("fr_CA", "fr"), ("FR", "fr"), ("en-GB", "en"), ("de-DE", "en"), ("", "en")],
)
def test_a_locale_chooses_a_language(locale, language):
    assert words.language_of(locale) == language


def test_a_sentence_that_no_catalogue_knows_is_said_in_english():
    with speaking("fr"):
        assert tr(later("No catalogue has {what}."), what="this") == "No catalogue has this."
        assert tr("A brace stays {here} without values.") == "A brace stays {here} without values."
    with speaking("xx"):
        assert spoken() == "en"


def test_numbers_days_and_lists_are_written_as_each_language_writes_them():
    written = {}
    for language in words.LANGUAGES:
        with speaking(language):
            written[language] = (
                words.number(12345.5),
                words.calendar_day(date(2026, 12, 31)),
                words.long_day(date(2026, 12, 31)),
                words.all_of(["a", "b"]),
                words.any_of(["a", "b"]),
                trn("{count} thing without a catalogue", "{count} things of none", 1000),
            )
    assert written["en"][:5] == ("12,345.5", "31 Dec 2026", "31 December 2026", "a and b", "a or b")
    assert written["en"][5] == "1,000 things of none"
    assert written["fr"][:5] == (
        "12\u202f345,5",
        "31 déc. 2026",
        "31 décembre 2026",
        "a et b",
        "a ou b",
    )


async def test_each_task_speaks_the_language_it_was_begun_in():
    async def said():
        await asyncio.sleep(0)
        return spoken()

    with speaking("fr"):
        french = asyncio.create_task(said())
    assert (await french, await said()) == ("fr", "en")
