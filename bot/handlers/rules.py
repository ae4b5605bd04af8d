"""Rules: which further column a ticket fills, and with what."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.settings import About, read_rule
from bot.handlers.reading import chosen, typed, view_of
from bot.handlers.settings import refresh_settings, show_settings
from bot.handlers.showing import change_modal, push_modal
from bot.identifiers import Action, Callback
from bot.listener import Bind, time_to_answer, user_of, workspace_of
from bot.views.settings import column_options, group_options, rule_form
from connector.errors import Provider, ProviderUnavailableError
from connector.models import Right, SettingTopic
from connector.wiring import Services
from connector.words import later


async def add_rule(args: AsyncArgs, services: Services) -> None:  # noqa: ARG001  -- every handler's signature
    """Open the form of a rule."""
    await args.ack()
    await push_modal(args, rule_form(About.read(chosen(args)).kind))


async def suggest_columns(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the instance's columns that fit."""
    kind = About.of(view_of(args)).kind
    found = await services.mapping.columns(workspace_of(args), kind, typed(args))
    await args.ack(column_options(found))


async def choose_column(args: AsyncArgs, services: Services) -> None:
    """Ask what fills the chosen column."""
    await args.ack()
    kind = About.of(view_of(args)).kind
    column = await services.mapping.column(workspace_of(args), kind, chosen(args))
    await change_modal(args, rule_form(kind, column))


async def suggest_groups(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the instance's groups that fit."""
    found = await services.mapping.groups(workspace_of(args), typed(args))
    await args.ack(group_options(found))


async def keep_rule(args: AsyncArgs, services: Services) -> None:
    """Keep the rule, and show it among the others."""
    wish = read_rule(view_of(args))
    try:
        async with time_to_answer(args):
            await services.mapping.make(workspace_of(args), wish)
    except TimeoutError as exc:
        remedy = later("did not answer in time. Nothing was changed; try again in a minute.")
        raise ProviderUnavailableError(
            Provider.SERVICENOW, "no answer in time", remedy=remedy
        ) from exc
    workspace, user = workspace_of(args), user_of(args)
    what = f"a rule for {wish.column} of {wish.kind}"
    await services.defaults.note(workspace, user, SettingTopic.RULES, what)
    await args.ack()
    await refresh_settings(args, services)


async def remove_rule(args: AsyncArgs, services: Services) -> None:
    """Forget a rule, and show those that are left."""
    about = About.read(chosen(args))
    workspace, user = workspace_of(args), user_of(args)
    await services.mapping.remove(workspace, about.kind, about.column)
    what = f"no rule for {about.column} of {about.kind}"
    await services.defaults.note(workspace, user, SettingTopic.RULES, what)
    await show_settings(args, services)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.RULE_ADD)(
        bind(add_rule, tried=later("Opening the form of a rule."), right=Right.CONNECT)
    )
    app.options(Action.RULE_COLUMN)(
        bind(suggest_columns, tried=later("Listing the columns."), right=Right.CONNECT)
    )
    app.action(Action.RULE_COLUMN)(
        bind(choose_column, tried=later("Reading that column."), right=Right.CONNECT)
    )
    app.options(Action.RULE_GROUP)(
        bind(suggest_groups, tried=later("Searching the groups."), right=Right.CONNECT)
    )
    app.view(Callback.RULE_FORM)(
        bind(keep_rule, tried=later("Saving the rule."), right=Right.CONNECT)
    )
    app.action(Action.RULE_REMOVE)(
        bind(remove_rule, tried=later("Removing the rule."), right=Right.CONNECT)
    )
