"""Files that people posted in Slack: the connector's Files."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clients import Clients, client_of
from bot.slack import ask
from connector.errors import Provider, ProviderRefusedError, ProviderUnavailableError
from connector.models import FileRef, WorkspaceId
from connector.words import later

LARGEST_FILE: Final = 10_000_000
"""Bytes; ServiceNow's own default for a request is not much more."""
_SECONDS: Final = 60.0
_NOT_SHOWN: Final = later(
    "does not give Snowline this file. Add Snowline to the conversation with `/invite @Snowline`,"
    " and check that the app has the right files:read."
)
_TOO_LARGE: Final = later(
    "holds a file here that is larger than 10 MB, more than Snowline attaches."
)


@dataclass(frozen=True, slots=True)
class SlackFiles:
    """Fetches files from Slack itself; implements ``connector.announcer.Files``."""

    clients: Clients

    async def content(self, workspace: WorkspaceId, file: FileRef) -> bytes:
        """Fetch all of a file.

        Raises:
            ProviderUnavailableError: Slack did not answer.
            ProviderRefusedError: the file may not be read, is too large, or another thing came.
        """
        client = await client_of(self.clients, workspace)
        try:
            known: dict[str, Any] = (await ask(client.files_info(file=file.id)))["file"]
        except ProviderRefusedError as exc:
            raise ProviderRefusedError(Provider.CHAT, exc.reason, remedy=_NOT_SHOWN) from exc
        url = str(known.get("url_private_download") or known.get("url_private") or "")
        if not is_slacks(url, client.base_url):
            raise ProviderRefusedError(Provider.CHAT, "a file elsewhere", remedy=_NOT_SHOWN)
        content = await self._download(client, url)
        if len(content) != known.get("size"):
            # Slack answers with a page where it wants somebody to sign in; that does not pass, and
            # what else is to be done with the ticket would wait for it.
            raise ProviderRefusedError(Provider.CHAT, "another size", remedy=_NOT_SHOWN)
        return content

    async def _download(self, client: AsyncWebClient, url: str) -> bytes:
        headers = {"Authorization": f"Bearer {client.token}"}
        try:
            async with (
                asyncio.timeout(_SECONDS),
                aiohttp.ClientSession() as http,
                http.get(url, headers=headers, allow_redirects=False) as answer,
            ):
                return await _read(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise ProviderUnavailableError(Provider.CHAT, type(exc).__name__) from exc


def is_slacks(url: str, base_url: str) -> bool:
    """Tell whether an address is on the host of Slack's API, or on one below it.

    The bot token goes nowhere else.
    """
    there, home = urlsplit(url), urlsplit(base_url)
    host, known = there.hostname or "", home.hostname or ""
    below = host == known or host.endswith(f".{known}")
    return there.scheme == home.scheme and there.port == home.port and below


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND} or answer.status in range(
        300, 400
    ):
        raise ProviderRefusedError(Provider.CHAT, str(answer.status), remedy=_NOT_SHOWN)
    if answer.status != HTTPStatus.OK:
        raise ProviderUnavailableError(Provider.CHAT, f"HTTP {answer.status}")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        content += chunk
        if len(content) > LARGEST_FILE:
            raise ProviderRefusedError(Provider.CHAT, "too large", remedy=_TOO_LARGE)
    return bytes(content)
