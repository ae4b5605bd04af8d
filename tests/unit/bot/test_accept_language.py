"""Which language a browser gets for what it asks for."""

import pytest

from bot.accept_language import asked_for


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("en;q=0.5, fr ; q=0.7", "fr"),
        ("de-DE, de;q=0.9, fr;q=0.2, en;q=0.1", "fr"),
        ("fr;q=0, en", "en"),
        ("de, *;q=0.5", "en"),
        ("en;q=0.2, *;q=0.5", "fr"),
        ("fr, en, *;q=0.1", "fr"),
        ("fr;q=0.5, en;q=0.5", "fr"),
        ("fr;q=0, *", "en"),
        ("fr;q=0.9, en;q=1.000", "en"),
    ],
)
def test_the_dearest_of_our_languages_is_spoken(header, language):
    assert asked_for(header) == language


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "de",
        "fr;q=0",
        "fr;q=2",
        "fr;q=-1",
        "fr;q=nan",
        "fr;q=0.12345",
        "fr;q",
        "fr fr",
        "f\N{LATIN SMALL LETTER R WITH CARON}",
        "fr\x00",
        "french",
        f"{'de,' * 60}fr",
        ";" * 10_000,
    ],
)
def test_whoever_asks_for_nothing_of_ours_reads_english(header):
    assert asked_for(header) == "en"
