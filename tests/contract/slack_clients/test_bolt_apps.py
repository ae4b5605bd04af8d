"""Apps of slack_bolt 1.30.0 (synchronous) and @slack/bolt 5.1.0, over Socket Mode and HTTP."""

import asyncio

import pytest

from bot.sandbox.slack.elements import elements_of
from tests.unit.sandbox.slack_stage import ADA, ADAS_DM, SECURITY, soon


@pytest.fixture(params=["python", "node"])
def script(request):
    """An app in each of the two languages; only its own environment is made."""
    name = "with_bolt.py" if request.param == "python" else "with_bolt.cjs"
    return request.getfixturevalue(f"{request.param}_script")(name)


@pytest.fixture(params=["Socket Mode", "HTTP"])
async def bolt(request, script, slack, port):
    """An app that is connected, or listens."""
    over_http = request.param == "HTTP"
    async with script.running(slack.origin, str(port) if over_http else "0") as process:
        await process.line()
        if over_http:
            await listening(port)
            slack.server.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        yield slack
    slack.server.deliver_to(None)


async def listening(port):
    """Wait until an app takes connections."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


async def test_commands_searches_forms_clicks_and_events_reach_it(bolt):
    ada = bolt.ada
    await ada.command("/snow hello", SECURITY)
    await ada.wait_for_message(SECURITY, text="On it", ephemeral=True)
    await ada.modal(title="Form")
    await ada.choose("Find", "fo", "Found")
    assert await ada.submit({"Name": "taken"}) == {"Name": "Taken"}
    await ada.submit({"Name": "free"})
    await ada.wait_for_message(ADAS_DM, text="Thanks, fo")
    card = await ada.wait_for_message(SECURITY, text="A card")
    await ada.click(card, "Go")
    await ada.wait_for_message(SECURITY, text="Gone on")
    await bolt.post("home", user=ADA)
    home = await soon(lambda: bolt.server.workspace.views.homes.get(ADA))
    assert [element["action_id"] for _, element in elements_of(home.blocks)] == ["go"]
    assert await bolt.refused() == []
