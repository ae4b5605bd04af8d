"""The pages that browsers are shown, in the language they ask for."""

import pytest

from bot.install_page import INSTALL_PATH
from bot.oauth import REDIRECT_PATH
from bot.sandbox import running
from tests.unit.bot.slack_end import connector_for, pages, slack

FRENCH = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}
BACK = "/oauth/servicenow/callback?state=nobody-waits-for-it"
SECRET = "/connect/servicenow/no-such-ticket/secret"


@pytest.fixture
async def get(tmp_path):
    """Open a page of a door with a connector behind it; return its headers and its text."""
    async with slack() as end, connector_for(end, tmp_path) as connector:
        front = await running.start(pages(end, connector))

        async def opened(path, sent):
            async with end.http.get(f"{front.origin}{path}", headers=sent) as answer:
                return answer.headers, await answer.text()

        yield opened
        await front.stop()


@pytest.mark.parametrize(
    ("path", "title", "titre"),
    [
        (BACK, "This sign-in is no longer valid", "Cette connexion n&#x27;est plus valable"),
        (SECRET, "This page no longer works", "Cette page ne fonctionne plus"),
    ],
)
async def test_a_page_speaks_what_the_browser_asks_for_and_says_so(get, path, title, titre):
    headers, page = await get(path, FRENCH)
    assert f"<h1>{titre}</h1>" in page
    assert page.startswith('<!doctype html><html lang="fr">')
    assert (headers["Content-Language"], headers["Vary"]) == ("fr", "Accept-Language")
    headers, page = await get(path, {})
    assert f"<h1>{title}</h1>" in page
    assert page.startswith('<!doctype html><html lang="en">')
    assert headers["Content-Language"] == "en"


async def test_a_header_that_comes_in_parts_is_read_as_one(get):
    many = [("Accept-Language", "de"), ("Accept-Language", "fr;q=0.3")]
    headers, _ = await get(BACK, many)
    assert headers["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("path", "title", "sentence"),
    [
        (INSTALL_PATH, "Installer Snowline", "quel espace de travail ou quelle organisation"),
        (
            REDIRECT_PATH,
            "Cette installation ne peut pas se poursuivre",
            "Ouvrez <code>/slack/install</code> ici pour recommencer.",
        ),
        (
            "/connect/servicenow/gone",
            "Cette adresse de connexion ne fonctionne plus",
            "Elle fonctionne une fois et pendant dix minutes.",
        ),
    ],
)
async def test_a_page_is_french_as_a_whole(get, path, title, sentence):
    _, text = await get(path, FRENCH)
    assert f"<title>{title}</title>" in text
    assert sentence in text
    for english in ("Snowline makes", "Nothing", "Open ", "Type ", "Add Snowline"):
        assert english not in text
