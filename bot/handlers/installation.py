"""The installation checklist of ServiceNow."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import origin_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Verb
from bot.listener import Bind, workspace_of
from bot.views.installation import setup
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def show_setup(args: AsyncArgs, services: Services) -> None:
    """Show where every step stands."""
    await args.ack()
    await _show(args, services)


async def check_setup(args: AsyncArgs, services: Services) -> None:
    """Say that it is being checked, check, and show where every step stands then."""
    await args.ack()
    await _show(args, services, checking=True)
    await services.checks.servicenow(workspace_of(args))
    await _show(args, services)
    await services.homes.refresh(workspace_of(args))


async def _show(args: AsyncArgs, services: Services, *, checking: bool = False) -> None:
    installation = await services.installation.checklist(workspace_of(args))
    view = setup(installation, origin_of(args).channel, checking=checking)
    await show_modal(args, view, again=Verb.SETUP)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    tried = later("Showing how setting up stands.")
    app.action(Action.SETUP)(bind(show_setup, tried=tried, right=Right.CONNECT))
    checking = later("Checking the ServiceNow connection.")
    app.action(Action.SETUP_CHECK)(bind(check_setup, tried=checking, right=Right.CONNECT))
