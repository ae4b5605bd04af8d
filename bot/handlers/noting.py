"""What is said above a form before anybody fills it in."""

import asyncio
import logging
from typing import Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import is_in_modal, origin_of
from bot.listener import workspace_of
from bot.views.overheard import warning
from bot.views.share import signed_out
from connector.errors import ConnectorError
from connector.models import Connection, RecommendationCategory
from connector.wiring import Services

_log = logging.getLogger(__name__)

_TO_OPEN: Final = 0.7
"""Seconds of the three within which a form must open."""
_TO_CHANGE: Final = 1.5


async def form_note(
    args: AsyncArgs,
    services: Services,
    connection: Connection,
    category: RecommendationCategory | None = None,
) -> str:
    """Say that a ticket will have to wait, and who reads along where its card goes.

    Of which ``category`` the ticket will be may not be known yet.
    """
    overheard = await _overheard(args, services, category)
    return "\n".join(filter(None, (signed_out(connection), overheard)))


async def _overheard(
    args: AsyncArgs, services: Services, category: RecommendationCategory | None
) -> str:
    """Warn of guests and other organisations; where nobody says so in time, of nothing."""
    origin, workspace = origin_of(args), workspace_of(args)
    defaults = await services.defaults.get(workspace)
    usual = "" if origin.place else defaults.channel_of(category)
    goal = origin.towards(usual)
    if goal.where.direct or goal.where.is_open:
        return ""
    try:
        async with asyncio.timeout(_TO_CHANGE if is_in_modal(args) else _TO_OPEN):
            closed = await services.discretion.is_closed(workspace, goal.channel)
    except (ConnectorError, TimeoutError) as exc:
        _log.info("Nobody says who reads a channel: %s", str(exc) or "no answer in time")
        return ""
    return "" if closed else warning(is_here=goal.channel == origin.channel)
