"""Carries commands, interactions and events to the bot, over HTTP or Socket Mode."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import aiohttp

from bot.sandbox import accounts
from bot.sandbox.slack.errors import DeliveryError, Json
from bot.sandbox.slack.settings import SlackSettings
from bot.sandbox.slack.signing import signed_headers
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.stamps import Clock

Addressed = Callable[[Json], Json | None]
"""Write a delivery as it concerns one workspace; None where the app is not installed there."""
COMMAND: Final = "slash_commands"
INTERACTION: Final = "interactive"
EVENT: Final = "events_api"
_FORM: Final = "application/x-www-form-urlencoded"
_KEPT: Final = 100
_AGENT: Final = "Slackbot 1.0 (+https://api.slack.com/robots)"


def _encoded(type_: str, payload: Json) -> tuple[bytes, str]:
    if type_ == EVENT:
        return json.dumps(payload).encode(), "application/json"
    form = payload if type_ == COMMAND else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), _FORM


def _answer(text: str) -> Json:
    """Read the body of an acknowledgement; plain text is a command's reply."""
    if not text.strip():
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}


@dataclass(slots=True)
class Delivery:
    """The way to the bot. ``request_url`` wins over open sockets."""

    settings: SlackSettings
    clock: Clock
    request_url: str | None = None
    sockets: Sockets = field(default_factory=Sockets)
    addressed: Addressed = dict
    interactions: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _events: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _http: aiohttp.ClientSession | None = None
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_busy(self) -> bool:
        """Tell whether something is still on its way to the bot."""
        return bool(self._sending)

    async def close(self) -> None:
        """Give up what is under way and close every connection."""
        for task in list(self._sending):
            task.cancel()
        await self.sockets.drop()
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def ask(self, type_: str, payload: Json) -> Json:
        """Deliver something and read the acknowledgement's body; an empty one is ``{}``.

        Raises:
            DeliveryError: the bot failed or was too slow.
        """
        told = self.addressed(payload)
        if told is None:
            raise DeliveryError("app_not_installed")
        payload = told
        if type_ == INTERACTION:
            self.interactions.append(json.dumps(payload))
        if self.request_url is None:
            return await self.sockets.send(type_, payload, self.settings.ack_seconds)
        return await self._post(self.request_url, type_, payload, {})

    async def redeliver(self, times: int) -> None:
        """Deliver the last interactions once more, as they were but for their signature."""
        for text in list(self.interactions)[-times:] if times > 0 else []:
            payload = json.loads(text)
            with contextlib.suppress(DeliveryError):
                await self.ask(INTERACTION, payload)

    async def redeliver_events(self, times: int) -> None:
        """Deliver the last events once more, as when the app's answer to them was lost."""
        for event in list(self._events)[-times:] if times > 0 else []:
            with contextlib.suppress(DeliveryError):
                await self._try_event(event, 1, "http_timeout")

    def tell(self, event: Json, taken: Callable[[], None] | None = None) -> None:
        """Deliver an event in the background, and again while the bot does not take it.

        ``taken`` is called as soon as it does.
        """
        told = self.addressed(event)
        if told is not None:
            self.send(told, taken)

    def send(self, event: Json, taken: Callable[[], None] | None = None) -> None:
        """Deliver an event as it is, be the app still installed or not."""
        self._events.append(event)
        self._in_background(self._insist(event, taken))

    def hand_over(self, type_: str, payload: Json) -> None:
        """Deliver once in the background, whatever becomes of it."""

        async def once() -> None:
            with contextlib.suppress(DeliveryError):
                await self.ask(type_, payload)

        self._in_background(once())

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _insist(self, event: Json, taken: Callable[[], None] | None) -> None:
        reason = ""
        for number, pause in enumerate((0.0, *self.settings.retry_delays)):
            await asyncio.sleep(pause)
            try:
                await self._try_event(event, number, reason)
            except _NoRetryError:
                return
            except DeliveryError as exc:
                reason = exc.reason
            else:
                if taken is not None:
                    taken()
                return

    async def _try_event(self, event: Json, number: int, reason: str) -> None:
        seconds = self.settings.ack_seconds
        if self.request_url is None:
            more = {"retry_attempt": number, "retry_reason": reason.removeprefix("http_")}
            await self.sockets.send(EVENT, event, seconds, **more)
            return
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        await self._post(self.request_url, EVENT, event, again if number else {})

    async def _post(self, url: str, type_: str, payload: Json, headers: dict[str, str]) -> Json:
        body, content_type = _encoded(type_, payload)
        secret, now = accounts.SIGNING_SECRET, str(int(self.clock()))
        sent = {"Content-Type": content_type, "User-Agent": _AGENT, "Accept": "*/*"}
        sent |= headers | signed_headers(secret, now, body)
        try:
            async with asyncio.timeout(self.settings.ack_seconds):
                async with self._session().post(url, data=body, headers=sent) as response:
                    return await _read(response, type_)
        except TimeoutError as exc:
            raise DeliveryError("operation_timeout", "http_timeout") from exc
        except (aiohttp.ClientError, OSError) as exc:
            raise DeliveryError("dispatch_failed", "connection_failed") from exc

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # A kept connection to a bot that was restarted would fail the next delivery.
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            self._http = aiohttp.ClientSession(connector=connector)
        return self._http


class _NoRetryError(DeliveryError):
    """The bot asked not to send this event again."""


async def _read(response: aiohttp.ClientResponse, type_: str) -> Json:
    text = await response.text()
    taken = 200 <= response.status < 300 if type_ == EVENT else response.status == 200
    if taken:
        return _answer(text)
    if response.headers.get("X-Slack-No-Retry") == "1":
        raise _NoRetryError("dispatch_failed", "http_error")
    raise DeliveryError("dispatch_failed", "http_error")
