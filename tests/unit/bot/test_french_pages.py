"""The web pages in French."""

import pytest
from pydantic import SecretStr

from bot.install_page import InstallDoor
from bot.oauth import REDIRECT_PATH, SlackOAuth
from bot.sandbox import running
from bot.web import build_web
from connector.clock import utc_now
from tests.unit.bot.slack_end import connector_for, slack

FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
async def page(tmp_path):
    """Open a page as a French browser does, and return its text."""
    async with slack() as end, connector_for(end, tmp_path) as connector:
        oauth = SlackOAuth(
            base_url=f"{end.origin}/api/",
            client_id="1.2",
            client_secret=SecretStr("secret"),
            redirect_uri="http://127.0.0.1/slack/oauth_redirect",
            clock=utc_now,
        )
        door = build_web(
            app=None,
            services=connector.services,
            signing_secret=None,
            public_url="http://127.0.0.1",
            ready=connector.ready,
            installs=InstallDoor(connector.services, oauth, "http://127.0.0.1"),
        )
        front = await running.start(door)

        async def opened(path):
            async with end.http.get(f"{front.origin}{path}", headers=FRENCH) as answer:
                return await answer.text()

        yield opened
        await front.stop()


@pytest.mark.parametrize(
    ("path", "title", "sentence"),
    [
        ("/slack/install", "Installer Snowline", "quel espace de travail ou quelle organisation"),
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
async def test_a_page_is_french_as_a_whole(page, path, title, sentence):
    text = await page(path)
    assert f"<title>{title}</title>" in text
    assert sentence in text
    for english in ("Snowline makes", "Nothing", "Open ", "Type ", "Add Snowline"):
        assert english not in text
