"""How the connections stand."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.showing import show_modal
from bot.identifiers import Action, Verb
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.slack import reply
from bot.views.connect import configuration, status
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def show_status(args: AsyncArgs, services: Services) -> None:
    """Show both connections and what waits for them."""
    await args.ack()
    workspace = workspace_of(args)
    connections = await services.connections.all(workspace)
    waiting = await services.connections.waiting_shares(workspace)
    await reply(args, status(connections, waiting, now_of(args)))


async def show_configuration(args: AsyncArgs, services: Services) -> None:
    """Show the same in a modal, with what an admin can type."""
    await args.ack()
    workspace = workspace_of(args)
    connections = await services.connections.all(workspace)
    waiting = await services.connections.waiting_shares(workspace)
    # The button's own handler asks again: without an answer there is only no button.
    admin = await services.rights.may(workspace, user_of(args), Right.CONNECT)
    view = configuration(connections, waiting, now_of(args), admin=admin)
    await show_modal(args, view, again=Verb.STATUS)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.HOME_CONFIGURATION)(
        bind(show_configuration, tried=later("Showing the configuration."), right=Right.SEE)
    )
