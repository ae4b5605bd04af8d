"""A whole bot on a whole sandbox, in one process, over real HTTP and over Socket Mode."""

from dataclasses import replace

import pytest

from bot.sandbox import accounts
from bot.tour import connecting
from bot.tour.stage import raised
from bot.tryout import TryoutSettings, staged

QUICK = TryoutSettings(
    sync_every=0.3, slack_pace=0, chat_settle=0.5, longest_transaction=0.5, call_deadline=2.0
)


@pytest.fixture(params=["HTTP", "Socket Mode"])
def transport(request):
    """How Slack reaches the bot: every test of a whole bot runs on both."""
    return request.param


@pytest.fixture
async def stage(transport):
    """Nothing is connected yet."""
    settings = replace(QUICK, socket_mode=transport == "Socket Mode")
    async with staged(settings) as tryout, raised(tryout) as stage:
        yield stage


@pytest.fixture
async def connected(stage):
    """ServiceNow and Microsoft 365 are connected."""
    await stage.ada.command("/snow connect", accounts.SECURITY.id)
    await stage.ada.modal(title="Connect ServiceNow")
    await connecting.connect_as_integration_user(stage)
    # The word about it comes when the checks are done: what a test arms is for the test alone.
    direct = await stage.ada.direct_channel()
    await stage.ada.wait_for_message(direct, text="/snow doctor")
    await connecting.connect_microsoft(stage)
    return stage
