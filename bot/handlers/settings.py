"""The settings: shown, and shown anew after a change."""

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import view_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Verb
from bot.listener import Bind, workspace_of
from bot.slack import ask
from bot.views.blocks import Json, header
from bot.views.defaults import defaults_overview
from bot.views.rights import last_change, rights_overview
from bot.views.settings import settings, unconnected_settings
from connector.errors import ConnectorError, NotConnectedError
from connector.models import Right, SettingTopic, TicketKind, WorkspaceId
from connector.wiring import Services
from connector.words import later

_log = logging.getLogger(__name__)


async def show_settings(args: AsyncArgs, services: Services) -> None:
    """Show the settings in a modal, or in the place of the one that was clicked."""
    await args.ack()
    await show_modal(args, await _settings(args, services), again=Verb.SETTINGS)


async def refresh_settings(args: AsyncArgs, services: Services) -> None:
    """Show the settings anew under a form that has just closed; never fails what was done."""
    root = str(view_of(args).get("root_view_id"))
    try:
        view = await _settings(args, services)
        await ask(args.client.views_update(view_id=root, view=view))
    except ConnectorError as exc:
        _log.info("The settings show an older state until they are opened again: %s", exc)


async def _settings(args: AsyncArgs, services: Services) -> Json:
    workspace = workspace_of(args)
    above = await _set_for_slack(services, workspace)
    try:
        instance = await services.mapping.instance(workspace)
    except NotConnectedError as exc:
        return unconnected_settings(above, exc.user_message)
    return settings(
        instance,
        {kind: await services.mapping.rules(workspace, kind) for kind in TicketKind},
        {kind: await services.states.known(workspace, kind) for kind in TicketKind},
        above,
    )


async def _set_for_slack(services: Services, workspace: WorkspaceId) -> list[Json]:
    changed = {each.topic: each for each in await services.defaults.last_changes(workspace)}
    for_servicenow = [changed.get(each) for each in (SettingTopic.RULES, SettingTopic.STATES)]
    newest = max(filter(None, for_servicenow), key=lambda each: each.at, default=None)
    return [
        *rights_overview(await services.rights.rights(workspace), changed.get(SettingTopic.RIGHTS)),
        *defaults_overview(
            await services.defaults.get(workspace), changed.get(SettingTopic.DEFAULTS)
        ),
        *([header("ServiceNow"), *last_change(newest)] if newest else []),
    ]


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.SETTINGS)(
        bind(show_settings, tried=later("Showing the settings."), right=Right.CONNECT)
    )
