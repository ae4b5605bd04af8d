"""A way to the bot on which answers get lost, or wait until two requests are under way."""

import asyncio
import contextlib

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import running

_SENT = ("Content-Type", "X-Slack-Request-Timestamp", "X-Slack-Signature")

OVER_HTTP = pytest.mark.parametrize("transport", ["HTTP"], indirect=True)
"""For what is lost or held on the way: there is no such way in Socket Mode."""


class Relay:
    """Passes on what Slack sends; ``lose`` counts submissions whose answer never comes back."""

    def __init__(self, door, http):
        self.door = door
        self.http = http
        self.lose = 0
        self.together = None

    async def pass_on(self, request):
        body = await request.read()
        headers = {name: request.headers[name] for name in _SENT}
        async with self.http.post(self.door, data=body, headers=headers) as answer:
            back = web.Response(status=answer.status, body=await answer.read())
        return await self._on_the_way_back(back) if b"view_submission" in body else back

    async def _on_the_way_back(self, back):
        if self.together is not None:
            await self.together.wait()
        if self.lose:
            self.lose -= 1
            return web.Response(status=502)
        return back

    def hold_until_two(self):
        self.together = asyncio.Barrier(2)


@contextlib.asynccontextmanager
async def relayed(stage):
    """Put a relay between the sandbox's Slack and the bot of the stage."""
    door = f"http://127.0.0.1:{stage.tryout.bot.port}/slack/events"
    async with aiohttp.ClientSession() as http:
        relay = Relay(door, http)
        app = web.Application()
        app.router.add_post("/slack/events", relay.pass_on)
        server = await running.start(app)
        stage.tryout.sandbox.deliver_to(f"{server.origin}/slack/events")
        try:
            yield relay
        finally:
            stage.tryout.sandbox.deliver_to(door)
            await server.stop()
