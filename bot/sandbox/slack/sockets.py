"""Socket Mode: websockets to the bot, and envelopes over them."""

import asyncio
import json
import random
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSMsgType, web

from bot.sandbox import accounts
from bot.sandbox.slack.errors import DeliveryError, Json

PATH: Final = "/_socket"
_MOST: Final = 10
_HEARTBEAT: Final = 10.0
_ANSWERED: Final = ("view_submission", "block_suggestion")
"""The interactions whose acknowledgement may say something."""


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


def _may_answer(type_: str, payload: Json) -> bool:
    if type_ == "interactive":
        return payload.get("type") in _ANSWERED
    return type_ == "slash_commands"


@dataclass(slots=True)
class Sockets:
    """The open connections of the app; a delivery goes to any one of them.

    A connection lasts ``lifetime`` seconds, or ``debug_lifetime`` where its address asks for
    ``debug_reconnects``, and is warned ``warning`` seconds before.
    """

    lifetime: float = 18_060.0
    debug_lifetime: float = 360.0
    warning: float = 10.0
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    def address(self, origin: str) -> str:
        """Make the one-time address of a new connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{origin.replace('http', 'ws', 1)}{PATH}?ticket={ticket}&app_id={accounts.APP_ID}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Take a connection in and listen to it until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="link_disabled")
        self._tickets.discard(ticket)
        # Pings are answered with their own payload, which Python's client measures; Node's
        # client gives a connection up on which no ping of the server's comes.
        socket = web.WebSocketResponse(autoping=True, heartbeat=_HEARTBEAT, max_msg_size=0)
        await socket.prepare(request)
        if len(self.connections) >= _MOST:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        debug = request.query.get("debug_reconnects") == "true"
        await self._listen(socket, self.debug_lifetime if debug else self.lifetime)
        return socket

    async def _listen(self, socket: web.WebSocketResponse, lifetime: float) -> None:
        self.connections.append(socket)
        ageing = asyncio.create_task(self._age(socket, lifetime))
        try:
            await socket.send_json(self._hello(lifetime))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            ageing.cancel()
            self.connections.remove(socket)

    async def _age(self, socket: web.WebSocketResponse, lifetime: float) -> None:
        """End a connection when its time is over, as Slack recycles its servers."""
        await asyncio.sleep(lifetime - self.warning)
        await socket.send_json(_disconnect("warning"))
        await asyncio.sleep(self.warning)
        await socket.send_json(_disconnect("refresh_requested"))
        await socket.close()

    def _hello(self, lifetime: float) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": accounts.APP_ID},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": int(lifetime),
            },
        }

    def _acknowledge(self, text: str) -> None:
        try:
            ack = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(str(ack.get("envelope_id"))) if isinstance(ack, dict) else None
        if waiting is not None and not waiting.done():
            payload = ack.get("payload") or {}
            waiting.set_result(payload if isinstance(payload, dict) else {"text": str(payload)})

    async def send(self, type_: str, payload: Json, seconds: float, **more: object) -> Json:
        """Send an envelope over any one connection and wait for its acknowledgement.

        Raises:
            DeliveryError: nobody is connected, or nobody answered in time.
        """
        if not self.connections:
            raise DeliveryError("dispatch_failed", "connection_failed")
        envelope_id = str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": type_,
            "accepts_response_payload": _may_answer(type_, payload),
            **more,
        }
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            async with asyncio.timeout(seconds):
                await self._any().send_json(envelope)
                answer: Json = await waiting
                return answer
        except TimeoutError as exc:
            raise DeliveryError("operation_timeout", "http_timeout") from exc
        except ConnectionError as exc:
            raise DeliveryError("dispatch_failed", "connection_failed") from exc
        finally:
            del self._waiting[envelope_id]

    def _any(self) -> web.WebSocketResponse:
        return random.choice(self.connections)  # noqa: S311  -- load spreading, not a secret

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to come back on a new one, as Slack does now and then."""
        for socket in list(self.connections):
            await socket.send_json(_disconnect(reason))

    async def drop(self) -> None:
        """Close every connection."""
        for socket in list(self.connections):
            await socket.close()
