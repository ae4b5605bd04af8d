"""The ticket form while a change request is described in it."""

from re import Pattern
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import typed, view_of
from bot.handlers.showing import change_modal
from bot.identifiers import Action, Block
from bot.listener import Bind, workspace_of
from bot.views.changes import reshaped, template_options
from connector.models import Right
from connector.wiring import Services
from connector.words import later

_TRIED: Final = later("Showing the fields of a change request.")


async def reshape(args: AsyncArgs, _services: Services) -> None:
    """Show the fields that the chosen kind and type ask for."""
    await args.ack()
    await change_modal(args, reshaped(view_of(args)))


async def suggest_templates(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed into the search with the templates that fit."""
    found = await services.change_templates.search(workspace_of(args), typed(args))
    await args.ack(template_options(found))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    for block in (Block.KIND, Block.CHANGE_TYPE):
        chosen: dict[str, str | Pattern[str]] = {
            "block_id": block.value,
            "action_id": Action.INPUT.value,
        }
        app.action(chosen)(bind(reshape, tried=_TRIED, right=Right.SEE))
    app.options(Action.FIND_TEMPLATE)(
        bind(
            suggest_templates,
            tried=later("Searching the standard change templates."),
            right=Right.SEE,
        )
    )
