"""Who may ask: by which token a request is answered, and in whose name."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.listener import candidates, note_workspace
from bot.slack import ask
from connector.clock import Clock
from connector.errors import ConnectorError, ProviderUnavailableError
from connector.models import WorkspaceId
from connector.wiring import Services

_log = logging.getLogger(__name__)

Authorize = Callable[..., Awaitable[AuthorizeResult | None]]
_KNOWN_FOR: Final = timedelta(minutes=5)
_PATIENCE: Final = 1.5


@dataclass(slots=True)
class _Identity:
    """Who the bot token belongs to, asked once and again every five minutes."""

    client: AsyncWebClient
    services: Services
    clock: Clock
    _known: dict[str, Any] = field(default_factory=dict)
    _asked_at: datetime | None = None

    async def known(self) -> dict[str, Any]:
        """Answer ``auth.test``; an older answer while Slack cannot be reached."""
        now = self.clock()
        if self._asked_at is not None and now - self._asked_at < _KNOWN_FOR:
            return self._known
        try:
            answer = await ask(asyncio.wait_for(self.client.auth_test(), _PATIENCE))
        except ProviderUnavailableError:
            if not self._known:
                raise
        else:
            is_first = not self._known
            self._known = dict(answer.data)  # type: ignore[arg-type]  # JSON, for this method
            if is_first:
                await self.services.installs.go_on(owner(self._known))
        self._asked_at = now
        return self._known


def owner(known: dict[str, Any]) -> WorkspaceId:
    """Name the workspace, or the organisation, that a token of this ``auth.test`` opens."""
    organisation = known.get("enterprise_id") if known.get("is_enterprise_install") else None
    return WorkspaceId(str(organisation or known.get("team_id")))


def by_one_token(client: AsyncWebClient, services: Services, clock: Clock) -> Authorize:
    """Let in what comes from the one workspace whose token ``client`` holds."""
    identity = _Identity(client, services, clock)

    async def authorize(
        enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        try:
            known = await identity.known()
        except ConnectorError as exc:
            _log.warning("the bot token cannot be checked: %s", exc)
            return None
        if not _is_ours(known, enterprise_id, team_id):
            _log.warning("a request from another workspace was refused")
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=known.get("bot_id"),
            bot_user_id=known.get("user_id"),
            bot_token=identity.client.token,
            user_id=user_id,
        )

    return authorize


def _is_ours(known: dict[str, Any], enterprise_id: str | None, team_id: str | None) -> bool:
    if known.get("is_enterprise_install"):
        return enterprise_id is not None and enterprise_id == known.get("enterprise_id")
    return team_id is not None and team_id == known.get("team_id")


def by_installations(services: Services) -> Authorize:
    """Let in what comes from a workspace or organisation that has installed Snowline."""

    async def authorize(
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
    ) -> AuthorizeResult | None:
        found = services.installs.first(candidates(context))
        try:
            install, token = await asyncio.wait_for(found, _PATIENCE)
        except (ConnectorError, TimeoutError) as exc:
            _log.warning("a request was refused: %s", str(exc) or "no token in time")
            return None
        note_workspace(context, install.workspace)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=install.bot_user,
            bot_token=token.get_secret_value(),
            user_id=user_id,
            bot_scopes=list(install.scopes),
        )

    return authorize
