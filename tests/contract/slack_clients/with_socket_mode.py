"""What slack_sdk's Socket Mode clients see; run as ORIGIN and the name of one of them."""

import asyncio
import importlib
import os
import sys
import time

from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from telling import APP_TOKEN, stay, tell


def client_of(origin, name):
    module = importlib.import_module(f"slack_sdk.socket_mode.{name}")
    web = (WebClient if name == "builtin" else AsyncWebClient)(base_url=f"{origin}/api/")
    return module.SocketModeClient(APP_TOKEN, web_client=web, ping_interval=0.5)


def response_to(request):
    tell(
        type=request.type,
        said=request.payload.get("command") or request.payload["event"]["type"],
        takes_answer=request.accepts_response_payload,
        retry=request.retry_attempt,
    )
    answer = {"text": "Heard you"} if request.type == "slash_commands" else None
    return SocketModeResponse(envelope_id=request.envelope_id, payload=answer)


def in_turn(client):
    def hear(client, request):
        client.send_socket_mode_response(response_to(request))

    client.socket_mode_request_listeners.append(hear)
    client.connect()
    while not client.is_connected():
        time.sleep(0.02)
    tell(connected=client.is_connected())
    stay()


async def at_once(client):
    async def hear(client, request):
        await client.send_socket_mode_response(response_to(request))

    client.socket_mode_request_listeners.append(hear)
    await client.connect()
    tell(connected=await client.is_connected())
    await asyncio.to_thread(stay)
    await client.close()


if __name__ == "__main__":
    origin, name = sys.argv[1:]
    if name == "builtin":
        in_turn(client_of(origin, name))
        # Its threads would finish their round of waiting first.
        os._exit(0)
    else:

        async def run():
            await at_once(client_of(origin, name))

        asyncio.run(run())
