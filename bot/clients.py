"""By which client each workspace is asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from connector.models import WorkspaceId
from connector.wiring import Services

SLACK_SECONDS: Final = 10
"""The longest a call of Slack's Web API may take."""
ClientOf = Callable[[WorkspaceId], Awaitable[AsyncWebClient]]
"""Find a workspace's client; raises NotInstalledError where it has none."""
Clients = AsyncWebClient | ClientOf
"""One client for the only workspace, or one for each."""


def slack_client(
    base_url: str, token: str | None, session: aiohttp.ClientSession | None = None
) -> AsyncWebClient:
    """Make a client of Slack's Web API that never repeats a call by itself.

    In the ``session`` of ``bot.limits`` it keeps to what Slack allows.
    """
    return AsyncWebClient(
        token=token, base_url=base_url, timeout=SLACK_SECONDS, session=session, retry_handlers=[]
    )


async def client_of(clients: Clients, workspace: WorkspaceId) -> AsyncWebClient:
    """Find the client that holds this workspace's token.

    Raises:
        NotInstalledError: there is no token.
        ProviderUnavailableError: it has ended and Slack gives no new one now.
    """
    return clients if isinstance(clients, AsyncWebClient) else await clients(workspace)


@dataclass(slots=True)
class InstalledClients:
    """Makes a client of the token that each workspace gave when it installed Snowline.

    ``services`` come when everything is put together: what is put together needs this first.
    """

    base_url: str
    session: aiohttp.ClientSession | None = None
    services: Services | None = None

    async def __call__(self, workspace: WorkspaceId) -> AsyncWebClient:
        """Make a client for a workspace.

        Raises:
            NotInstalledError, ProviderUnavailableError: as for ``client_of``.
        """
        assert self.services is not None  # noqa: S101  -- nobody asks before the start
        token = await self.services.installs.token(workspace)
        return slack_client(self.base_url, token.get_secret_value(), self.session)
