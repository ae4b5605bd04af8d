"""Ending a connection by its button, pressed once, twice, late, and by somebody demoted."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import visible_text
from connector.errors import Provider
from connector.models import ConnectionState
from tests.unit.bot.kept_connections import TEAM, keep_connection
from tests.unit.bot.slack_end import SECURITY, with_bot

FIRST = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = FIRST + timedelta(microseconds=1)


@pytest.fixture
async def end(tmp_path):
    async with with_bot(tmp_path) as end:
        await connect(end, FIRST)
        yield end


async def connect(end, at):
    """Store a connection as if an admin had made it."""
    await keep_connection(
        end,
        provider=Provider.MICROSOFT,
        remote="0b1c",
        identity="5a0c",
        state=ConnectionState.CONNECTED,
        connected_at=at,
    )


async def connected_at(end):
    return [each.connected_at for each in await end.services.connections.all(TEAM)]


async def buttons(end):
    await end.ada.command("/snow disconnect", SECURITY)
    return await end.ada.wait_for_message(SECURITY, text="Disconnect Microsoft", ephemeral=True)


async def click(end, message):
    await end.ada.click(message, "Disconnect Microsoft 365")


async def deliver_the_click_again(end):
    async with end.http.post(f"{end.origin}/_client/redeliver", json={"times": 1}) as answer:
        assert (await answer.json())["ok"]


async def told(end, text):
    return visible_text(await end.ada.wait_for_message(SECURITY, text=text, ephemeral=True))


async def everything_told(end):
    await end.ada.command("/snow help", SECURITY)
    await told(end, "/snow share")
    return "\n".join(visible_text(each) for each in await end.ada.messages(SECURITY))


async def test_a_click_ends_the_connection_it_was_offered_for(end):
    await click(end, await buttons(end))
    assert "can connect it again" in await told(end, "Microsoft 365 is disconnected")
    assert await connected_at(end) == []


async def test_a_click_that_is_delivered_twice_alarms_nobody(end):
    await click(end, await buttons(end))
    await told(end, "is disconnected")
    await deliver_the_click_again(end)
    shown = await everything_told(end)
    assert "is disconnected" in shown
    assert "Why it failed" not in shown


async def test_a_click_that_is_delivered_again_leaves_a_newer_connection_alone(end):
    await click(end, await buttons(end))
    await told(end, "is disconnected")
    await connect(end, SECOND)
    await deliver_the_click_again(end)
    assert "Why it failed" not in await everything_told(end)
    assert await connected_at(end) == [SECOND]


async def test_an_old_button_leaves_a_newer_connection_alone(end):
    old = await buttons(end)
    await connect(end, SECOND)
    await click(end, old)
    assert "/snow disconnect" in await told(end, "connected anew since you were asked")
    assert await connected_at(end) == [SECOND]


async def test_a_button_is_no_use_to_somebody_who_is_no_admin_any_more(end):
    offered = await buttons(end)
    end.server.workspace.people.mark(accounts.ADA.id, is_admin=False)
    await click(end, offered)
    await told(end, "Only admins and owners")
    assert await connected_at(end) == [FIRST]
