"""Ending a connection."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import Ending
from bot.handlers.reading import chosen
from bot.identifiers import Action
from bot.listener import Bind, user_of, workspace_of
from bot.slack import reply
from bot.views.connect import disconnect, disconnected
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def offer_disconnect(args: AsyncArgs, services: Services) -> None:
    """Show a button for each connection, with what ending it means."""
    await args.ack()
    workspace = workspace_of(args)
    connections = await services.connections.all(workspace)
    waiting = await services.connections.waiting_shares(workspace)
    await reply(args, disconnect(connections, waiting))


async def end_connection(args: AsyncArgs, services: Services) -> None:
    """End the chosen connection, and put what became of it over the buttons."""
    await args.ack()
    which = Ending.read(chosen(args))
    await services.connections.disconnect(
        workspace_of(args), user_of(args), which.provider, which.connected_at
    )
    await services.homes.refresh(workspace_of(args))
    await reply(args, disconnected(which.provider), replace=True)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.DISCONNECT)(
        bind(end_connection, tried=later("Ending the connection."), right=Right.CONNECT)
    )
