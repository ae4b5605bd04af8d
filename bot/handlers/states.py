"""States: what they are called in Slack, and what they mean."""

import logging

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.settings import About, read_states
from bot.handlers.reading import chosen, view_of
from bot.handlers.settings import refresh_settings
from bot.handlers.showing import push_modal
from bot.identifiers import Action, Callback
from bot.listener import Bind, user_of, workspace_of
from bot.slack import ask
from bot.views.states import states_form
from connector.errors import ConnectorError
from connector.models import Right, SettingTopic, TicketState
from connector.wiring import Services
from connector.words import later

_log = logging.getLogger(__name__)


async def show_states(args: AsyncArgs, services: Services) -> None:
    """Show the states that are known at once, and then what the instance has beside them."""
    await args.ack()
    kind = About.read(chosen(args)).kind
    instance = await services.mapping.instance(workspace_of(args))
    known = await services.states.known(workspace_of(args), kind)
    view_id = await push_modal(args, states_form(instance, kind, known))
    try:
        found = await services.states.look(workspace_of(args), kind)
        if _named(found) != _named(known):
            view = states_form(instance, kind, found)
            await ask(args.client.views_update(view_id=view_id, view=view))
    except ConnectorError as exc:
        _log.info("The form shows the states that were known before: %s", exc)


def _named(states: tuple[TicketState, ...]) -> list[tuple[str, str]]:
    return [(state.value, state.label) for state in states]


async def keep_states(args: AsyncArgs, services: Services) -> None:
    """Keep names and meanings."""
    view, about = view_of(args), About.of(view_of(args))
    choices = read_states(view)
    await services.states.judge(workspace_of(args), about.instance, about.kind, choices)
    what = f"names and meanings of states of {about.kind}"
    topic = SettingTopic.STATES
    await services.defaults.note(workspace_of(args), user_of(args), topic, what)
    await args.ack()
    await refresh_settings(args, services)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.STATES)(
        bind(show_states, tried=later("Showing the states."), right=Right.CONNECT)
    )
    app.view(Callback.STATES_FORM)(
        bind(keep_states, tried=later("Saving the states."), right=Right.CONNECT)
    )
