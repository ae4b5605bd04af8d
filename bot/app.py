"""Everything the bot listens to, and who may ask."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers import (
    acts,
    attach,
    bulks,
    changes,
    commands,
    connect,
    create,
    disconnect,
    home,
    installation,
    links,
    moving,
    resend,
    rules,
    settings,
    share,
    sharing_again,
    shortcuts,
    states,
    status,
    tickets,
    trials,
)
from bot.listener import Bind, Register, note_arrival
from bot.slack import ask
from connector.clock import Clock
from connector.errors import ConnectorError, ProviderUnavailableError
from connector.wiring import Services

_log = logging.getLogger(__name__)


TOPICS: Final[tuple[Register, ...]] = (
    commands.register,
    connect.register,
    disconnect.register,
    status.register,
    share.register,
    create.register,
    changes.register,
    tickets.register,
    home.register,
    installation.register,
    moving.register,
    settings.register,
    rules.register,
    states.register,
    trials.register,
    acts.register,
    attach.register,
    resend.register,
    links.register,
    sharing_again.register,
    bulks.register,
    shortcuts.register,
)
_KNOWN_FOR: Final = timedelta(minutes=5)
_PATIENCE: Final = 1.5
_NOT_NOW: Final = "Snowline cannot reach Slack right now. Try again in a minute."


def build_app(
    *,
    services: Services,
    client: AsyncWebClient,
    signing_secret: str | None,
    clock: Clock,
) -> AsyncApp:
    """Build the Bolt app with every listener on it."""
    app = AsyncApp(
        name="snowline",
        logger=_quiet_log(),
        client=_without_token(client),
        before_authorize=note_arrival,
        authorize=_authorize(_Identity(client, clock)),  # type: ignore[arg-type]  # None is a no
        signing_secret=signing_secret or "",
        request_verification_enabled=bool(signing_secret),
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        user_facing_authorize_error_message=_NOT_NOW,
    )
    app.error(_failed)
    bind = Bind(services, clock)
    for register in TOPICS:
        register(app, bind)
    return app


def _quiet_log() -> logging.Logger:
    # Below WARNING, Bolt and the SDK write whole requests and answers.
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return logging.getLogger("slack_bolt")


def _without_token(client: AsyncWebClient) -> AsyncWebClient:
    # Bolt sets the token that ``authorize`` answers with on a client of its own per request.
    return AsyncWebClient(
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        session=client.session,
        retry_handlers=[],
    )


@dataclass(slots=True)
class _Identity:
    """Who the bot token belongs to, asked once and again every five minutes."""

    client: AsyncWebClient
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
            self._known = dict(answer.data)  # type: ignore[arg-type]  # JSON, for this method
        self._asked_at = now
        return self._known


def _authorize(identity: _Identity) -> Callable[..., Awaitable[AuthorizeResult | None]]:
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


async def _failed(error: Exception) -> BoltResponse:
    # The default handlers write the request, and with it what people typed.
    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("Slack sent a request that nothing listens to")
        return BoltResponse(status=HTTPStatus.NOT_FOUND)
    _log.error("a request failed before its listener", exc_info=error)
    return BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)
