"""A real Chromium on the sandbox's page."""

from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from bot.tryout import TryoutSettings, staged

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 15_000
SIZE = {"width": 1280, "height": 860}


@pytest.fixture
async def tryout():
    """The whole product, as ``make try`` starts it."""
    async with staged(TryoutSettings(sync_every=0.5, slack_pace=0)) as tryout:
        yield tryout


@pytest.fixture
async def browser(chromium):
    """A browser that has never been here."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = await launched.new_context(viewport=SIZE, device_scale_factor=1)
        context.set_default_timeout(PATIENCE)
        yield context
        await launched.close()


@pytest.fixture
def pictures(request):
    """The folder in which a test leaves what it saw."""
    folder = Path(request.config.getoption("--pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
