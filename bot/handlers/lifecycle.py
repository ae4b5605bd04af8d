"""What becomes of an installation: removed, its token revoked, a workspace given or taken."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listener import Bind, candidates
from connector.models import Right
from connector.wiring import Services
from connector.words import later

_log = logging.getLogger(__name__)

Next = Callable[[], Awaitable[None]]


async def ended_already(args: AsyncArgs, _services: Services) -> None:
    """Leave it at what was done before Slack had its answer."""
    _log.debug("%s was taken in", (args.event or {}).get("type"))


async def teams_changed(args: AsyncArgs, _services: Services) -> None:
    """Note which workspaces of an organisation Snowline may speak in; the token is its own."""
    event: dict[str, Any] = args.event or {}
    teams = [str(each) for each in event.get("team_ids") or [] if str(each).isalnum()]
    _log.info("%s for %s in %s", event.get("type"), ", ".join(teams), args.context.enterprise_id)


def _is_end(event: dict[str, Any]) -> bool:
    # Tokens of people are not kept at all.
    revoked = event.get("type") == "tokens_revoked" and (event.get("tokens") or {}).get("bot")
    return bool(event.get("type") == "app_uninstalled" or revoked)


def _end_first(services: Services) -> Callable[..., Awaitable[None]]:
    """Make what takes an end in before Slack is answered: what is not kept, Slack sends again.

    Bolt answers an event before its listener runs, and a crash in between would lose the end.
    """

    async def end_first(context: AsyncBoltContext, body: dict[str, Any], next_: Next) -> None:
        event = body.get("event")
        if body.get("type") == "event_callback" and isinstance(event, dict) and _is_end(event):
            at = datetime.fromtimestamp(float(body.get("event_time") or 0), tz=UTC)
            # An organisation's end is not that of a workspace in it, nor the other way round.
            for workspace in candidates(context)[:1]:
                of_token = event["type"] == "tokens_revoked"
                await services.installs.end(workspace, at, of_token=of_token)
        await next_()

    return end_first


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.middleware(_end_first(bind.services))
    for event in ("app_uninstalled", "tokens_revoked"):
        app.event(event)(
            bind(
                ended_already, tried=later("Noting that Snowline was removed."), right=Right.ANYONE
            )
        )
    for event in ("team_access_granted", "team_access_revoked"):
        app.event(event)(
            bind(teams_changed, tried=later("Noting where Snowline may speak."), right=Right.ANYONE)
        )
