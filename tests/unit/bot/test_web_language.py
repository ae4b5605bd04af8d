"""The pages that browsers are shown, in the language they ask for."""

import pytest

from bot.sandbox import running
from bot.web import build_web
from tests.unit.bot.slack_end import connector_for, slack

FRENCH = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}
BACK = "/oauth/servicenow/callback?state=nobody-waits-for-it"
SECRET = "/connect/servicenow/no-such-ticket/secret"


@pytest.fixture
async def get(tmp_path):
    """Open a page of a door with a connector behind it; return its headers and its text."""
    async with slack() as end, connector_for(end, tmp_path) as connector:
        door = build_web(
            app=None,
            services=connector.services,
            signing_secret=None,
            public_url="http://127.0.0.1",
            ready=connector.ready,
        )
        front = await running.start(door)

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
