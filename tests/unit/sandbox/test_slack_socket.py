"""Socket Mode with Slack's own client."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import accounts
from bot.sandbox.driver import DriverError
from bot.sandbox.slack import SlackSettings
from tests.unit.sandbox.slack_stage import (
    ADA,
    SECURITY,
    bare,
    field_of,
    modal,
    option,
    section,
    soon,
    with_socket,
)

SELECT = {"type": "external_select", "min_query_length": 1}
FORM = modal(
    "Form",
    field_of("Name", "name", {"type": "plain_text_input"}),
    field_of("Find", "find", SELECT, optional=True),
)


def everything(app):
    @app.command("/snow")
    async def snow(ack, body, client):
        await ack(f"heard {body['text']}")
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.options("find")
    async def find(ack):
        await ack(options=[option("Found", "f")])

    @app.view("form")
    async def form(ack):
        await ack(response_action="errors", errors={"name": "Taken"})

    @app.event("app_home_opened")
    async def home(event, client):
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [section("x" * 2900)] * 90}
        )


async def open_socket(stage):
    answer = await stage.client.apps_connections_open(app_token=accounts.APP_TOKEN)
    return await stage.http.ws_connect(answer["url"])


async def test_commands_options_and_forms_go_over_the_socket():
    async with with_socket(everything) as stage:
        await stage.ada.command("/snow dance", SECURITY)
        await stage.ada.wait_for_message(SECURITY, text="heard dance", ephemeral=True)
        await stage.ada.modal(title="Form")
        await stage.ada.choose("Find", "fo", "Found")
        assert await stage.ada.submit({"Name": "n"}) == {"Name": "Taken"}
        assert await stage.refused() == []


async def test_events_go_over_the_socket_and_large_frames_come_through():
    async with with_socket(everything) as stage:
        await stage.post("home", user=ADA)
        assert await soon(lambda: stage.server.workspace.record.refused)
        assert await stage.refused() == ["view_too_large"]


async def test_the_connection_outlives_its_pings_and_a_refresh():
    async with with_socket(everything) as stage:
        sockets = stage.server.delivery.sockets
        first = sockets.connections[0]
        await asyncio.sleep(1.0)
        assert sockets.connections == [first]
        await stage.server.refresh_sockets()
        await soon(lambda: sockets.connections and sockets.connections != [first])
        await stage.ada.command("/snow again", SECURITY)
        await stage.ada.wait_for_message(SECURITY, text="heard again")


async def test_a_ticket_admits_once():
    async with bare() as stage:
        answer = await stage.client.apps_connections_open(app_token=accounts.APP_TOKEN)
        socket = await stage.http.ws_connect(answer["url"])
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"]["app_id"] == accounts.APP_ID
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await stage.http.ws_connect(answer["url"])
        await socket.close()


async def test_an_envelope_goes_to_one_connection_and_must_be_acknowledged_in_time():
    async with bare(SlackSettings(ack_seconds=0.2)) as stage:
        sockets = [await open_socket(stage) for _ in range(2)]
        for socket in sockets:
            await socket.receive_json()
        with pytest.raises(DriverError, match="operation_timeout"):
            await stage.ada.command("/snow", SECURITY)
        reads = [asyncio.create_task(socket.receive_json()) for socket in sockets]
        done, waiting = await asyncio.wait(reads, timeout=0.1)
        assert (len(done), len(waiting)) == (1, 1)
        envelope = done.pop().result()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert envelope["payload"]["command"] == "/snow"
        for task in waiting:
            task.cancel()
        for socket in sockets:
            await socket.close()


async def test_an_unacknowledged_event_comes_again_with_its_number():
    settings = SlackSettings(ack_seconds=0.1, retry_delays=(0.01,))
    async with bare(settings) as stage:
        socket = await open_socket(stage)
        await socket.receive_json()
        await stage.post("home", user=ADA)
        first, second = await socket.receive_json(), await socket.receive_json()
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"] == second["payload"]
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await socket.close()


async def test_the_eleventh_connection_is_one_too_many():
    async with bare() as stage:
        sockets = [await open_socket(stage) for _ in range(11)]
        answers = [await socket.receive_json() for socket in sockets]
        assert [a["type"] for a in answers] == ["hello"] * 10 + ["disconnect"]
        assert answers[-1]["reason"] == "too_many_websockets"
        for socket in sockets:
            await socket.close()


async def test_nonsense_on_the_socket_harms_nobody():
    async with bare(SlackSettings(ack_seconds=0.3)) as stage:
        socket = await open_socket(stage)
        await socket.receive_json()
        for nonsense in ("nonsense", "[]", "{}", '{"envelope_id": "x"}'):
            await socket.send_str(nonsense)
        command = asyncio.create_task(stage.ada.command("/snow", SECURITY))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "ok"}})
        await command
        await stage.ada.wait_for_message(SECURITY, text="ok")
        await socket.close()


async def test_a_connection_is_warned_refreshed_and_closed():
    async with bare() as stage:
        sockets = stage.server.delivery.sockets
        sockets.debug_lifetime, sockets.warning = 0.2, 0.1
        answer = await stage.client.apps_connections_open(app_token=accounts.APP_TOKEN)
        lasting = await stage.http.ws_connect(answer["url"])
        assert (await lasting.receive_json())["debug_info"]["approximate_connection_time"] == 18060
        answer = await stage.client.apps_connections_open(app_token=accounts.APP_TOKEN)
        socket = await stage.http.ws_connect(answer["url"] + "&debug_reconnects=true")
        told = [await socket.receive_json(timeout=2) for _ in range(3)]
        assert [each.get("reason", "hello") for each in told] == [
            "hello",
            "warning",
            "refresh_requested",
        ]
        assert (await socket.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
        await soon(lambda: len(sockets.connections) == 1)
        await lasting.close()


async def test_only_some_envelopes_take_an_answer():
    async with bare(SlackSettings(ack_seconds=0.1)) as stage:
        socket = await open_socket(stage)
        await socket.receive_json()
        view = FORM | {"blocks": [section("x")]}
        trigger = stage.server.workspace.triggers.issue(ADA, SECURITY)
        opened = await stage.client.views_open(trigger_id=trigger, view=view)
        await stage.post("submit", user=ADA, view_id=opened["view"]["id"])
        await stage.post("shortcut", user=ADA, callback_id="x")
        envelopes = [await socket.receive_json(timeout=2) for _ in range(2)]
        assert {
            each["payload"]["type"]: each["accepts_response_payload"] for each in envelopes
        } == {
            "view_submission": True,
            "shortcut": False,
        }
        await socket.close()
