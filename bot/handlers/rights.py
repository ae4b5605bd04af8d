"""Who may do what, and what forms begin with, as admins set it."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.defaults import read_defaults
from bot.forms.rights import read_rights
from bot.handlers.reading import typed, view_of
from bot.handlers.settings import refresh_settings
from bot.handlers.showing import push_modal
from bot.identifiers import Action, Callback
from bot.listener import Bind, user_of, workspace_of
from bot.views.defaults import defaults_form
from bot.views.rights import rights_form, user_group_options
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def show_rights(args: AsyncArgs, services: Services) -> None:
    """Open the form of who may do what."""
    await args.ack()
    await push_modal(args, rights_form(await services.rights.rights(workspace_of(args))))


async def suggest_groups(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the user groups that fit."""
    await args.ack(
        user_group_options(await services.rights.user_groups(workspace_of(args), typed(args)))
    )


async def keep_rights(args: AsyncArgs, services: Services) -> None:
    """Keep who may do what from now on."""
    rights = read_rights(view_of(args))
    await services.rights.keep(workspace_of(args), user_of(args), rights)
    await args.ack()
    await refresh_settings(args, services)


async def show_defaults(args: AsyncArgs, services: Services) -> None:
    """Open the form of what tickets begin with."""
    await args.ack()
    await push_modal(args, defaults_form(await services.defaults.get(workspace_of(args))))


async def keep_defaults(args: AsyncArgs, services: Services) -> None:
    """Keep what tickets begin with, once every channel is found writable."""
    defaults = read_defaults(view_of(args))
    await services.defaults.keep(workspace_of(args), user_of(args), defaults)
    await args.ack()
    await refresh_settings(args, services)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    # Whom an admin lets change settings does not thereby decide who else may.
    rights, connect = Right.ADMINISTER, Right.CONNECT
    opening = later("Opening who may do what.")
    app.action(Action.RIGHTS)(bind(show_rights, tried=opening, right=rights))
    searching = later("Searching the user groups.")
    app.options(Action.RIGHT_GROUPS)(bind(suggest_groups, tried=searching, right=rights))
    saving = later("Saving who may do what.")
    app.view(Callback.RIGHTS_FORM)(bind(keep_rights, tried=saving, right=rights))
    opening = later("Opening the defaults of new tickets.")
    app.action(Action.DEFAULTS)(bind(show_defaults, tried=opening, right=connect))
    saving = later("Saving the defaults of new tickets.")
    app.view(Callback.DEFAULTS_FORM)(bind(keep_defaults, tried=saving, right=connect))
