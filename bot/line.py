"""The line to Slack in Socket Mode: opened once it can be, whatever Slack does meanwhile."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import Sparing
from bot.slack import ask
from connector.errors import (
    ConnectorError,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
)

_log = logging.getLogger(__name__)

_CONNECT_SECONDS: Final = 10.0
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 60.0
_GOODBYE: Final = 1.0
_WORDS: Final = logging.getLogger("slack_sdk.line")
_WORDS.setLevel(logging.WARNING)
_WORDS.addFilter(Sparing())


@dataclass(slots=True)
class Line:
    """Socket Mode with one app; it reconnects by itself once it has stood."""

    _client: AsyncWebClient
    _handler: AsyncSocketModeHandler
    _opening: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    async def open(cls, app: AsyncApp, client: AsyncWebClient) -> Self:
        """Connect; where Slack cannot be reached, say so and go on trying behind the scenes.

        Raises:
            ProviderRefusedError: Slack does not accept the app token ``client`` holds.
        """
        token = client.token or ""
        line = cls(client, AsyncSocketModeHandler(app, token, _WORDS, web_client=client))
        try:
            await line._connect()
        except ProviderUnavailableError as exc:
            _log.warning("no line to Slack yet, Snowline goes on trying: %s", exc)
            line._opening.add(asyncio.create_task(line._keep_trying(exc)))
        except BaseException:
            await line.close()
            raise
        return line

    async def close(self) -> None:
        """Hang up."""
        for task in self._opening:
            task.cancel()
        client = self._handler.client
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's has none
        await client.aiohttp_client_session.close()

    async def _connect(self) -> None:
        try:
            answer = await ask(
                self._client.apps_connections_open(app_token=self._client.token or "")
            )
        except ProviderUnavailableError:
            raise
        except ConnectorError as exc:
            reason = f"SNOWLINE_SLACK_APP_TOKEN is not accepted: {exc}"
            raise ProviderRefusedError(Provider.CHAT, reason) from exc
        # Given each time: the library dials a spent address again for ever.
        self._handler.client.wss_uri = answer.get("url")
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's has none
        except TimeoutError as exc:
            raise ProviderUnavailableError(Provider.CHAT, "the socket does not open") from exc

    async def _keep_trying(self, why: ProviderUnavailableError) -> None:
        wait = _FIRST_WAIT
        while True:
            await asyncio.sleep(max(wait, why.retry_after or 0.0))
            try:
                await self._connect()
            except ProviderUnavailableError as exc:
                why, wait = exc, min(2 * wait, _LONGEST_WAIT)
            except ProviderRefusedError as exc:
                _log.error("there will be no line to Slack: %s", exc)
                return
            else:
                _log.info("the line to Slack stands")
                return
