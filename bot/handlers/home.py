"""App Home."""

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listener import Bind, now_of, user_of, workspace_of
from bot.slack import ask
from bot.views.home import home
from bot.views.notifications import summary_blocks
from connector.errors import ConnectorError
from connector.models import TicketFilter
from connector.wiring import Services

_log = logging.getLogger(__name__)


async def show_home(args: AsyncArgs, services: Services) -> None:
    """Publish App Home to who opened it."""
    workspace, user = workspace_of(args), user_of(args)
    waiting = await services.tickets.waiting(workspace, TicketFilter.OPEN, user)
    view = home(
        await services.connections.all(workspace),
        await services.tickets.list(workspace, TicketFilter.OPEN, user),
        (*waiting.own, *waiting.others),
        await services.actions.known(workspace),
        now_of(args).date(),
        await services.installation.checklist(workspace),
    )
    mine = await services.notifying.personal(workspace, user)
    followed = await services.notifying.count_followed(workspace, user)
    view["blocks"] += summary_blocks(mine, followed)
    await ask(args.client.views_publish(user_id=user, view=view))


async def refresh_home(args: AsyncArgs, services: Services) -> None:
    """Publish App Home anew after something was done from it; never fails what was done."""
    try:
        await show_home(args, services)
    except ConnectorError as exc:
        _log.warning("App Home shows an older state until it is opened again: %s", exc)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.event("app_home_opened")(bind(show_home, tried="Showing App Home."))
