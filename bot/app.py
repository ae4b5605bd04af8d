"""Everything the bot listens to, and who may ask."""

import logging
from http import HTTPStatus
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.authorizing import by_installations, by_one_token
from bot.handlers import (
    access,
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
    lifecycle,
    links,
    moving,
    notifications,
    resend,
    rights,
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
from connector.clock import Clock
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
    notifications.register,
    links.register,
    lifecycle.register,
    sharing_again.register,
    bulks.register,
    shortcuts.register,
    access.register,
    rights.register,
)
# These are said before anybody can be asked for a language.
_NOT_NOW: Final = "Snowline cannot reach Slack right now. Try again in a minute."
_NOT_HERE: Final = (
    "Snowline has no token that works here right now. Try again in a minute; if it stays so, an"
    " admin installs the app again."
)


def build_app(
    *,
    services: Services,
    client: AsyncWebClient,
    signing_secret: str | None,
    clock: Clock,
) -> AsyncApp:
    """Build the Bolt app with every listener on it.

    ``client`` holds the one token there is; without one, each workspace has its own.
    """
    by_one = by_one_token(client, services, clock) if client.token else None
    app = AsyncApp(
        name="snowline",
        logger=_quiet_log(),
        client=_without_token(client),
        before_authorize=note_arrival,
        authorize=by_one or by_installations(services),  # type: ignore[arg-type]  # None is a no
        signing_secret=signing_secret or "",
        request_verification_enabled=bool(signing_secret),
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        user_facing_authorize_error_message=_NOT_NOW if by_one else _NOT_HERE,
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


async def _failed(error: Exception) -> BoltResponse:
    # The default handlers write the request, and with it what people typed.
    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("Slack sent a request that nothing listens to")
        return BoltResponse(status=HTTPStatus.NOT_FOUND)
    _log.error("a request failed before its listener", exc_info=error)
    return BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)
