"""Connecting ServiceNow and Microsoft 365."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from pydantic import SecretStr
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import ConnectForm, FormError, MicrosoftConnectForm
from bot.handlers.moving import sign_in_or_question
from bot.handlers.reading import one_of, origin_of, submission_of, view_of, words_of
from bot.handlers.showing import show_modal
from bot.identifiers import COMMAND, Action, Block, Callback
from bot.listener import Bind, Handler, time_to_answer, user_of, workspace_of
from bot.views.blocks import Json
from bot.views.connect import connect_microsoft, microsoft_connected
from bot.views.connecting_servicenow import connect_servicenow, servicenow_connected
from connector.errors import Provider, ProviderError, ProviderUnavailableError
from connector.models import Connection, Grant, Right
from connector.services.forms import MicrosoftForm, ServiceNowForm
from connector.wiring import Services
from connector.words import later, tr

_WHICH: Final = later(
    "What was typed names neither ServiceNow nor Microsoft 365."
    " `{command} connect` connects ServiceNow, `{command} connect microsoft` Microsoft 365."
)


async def open_connect_form(args: AsyncArgs, services: Services) -> None:
    """Open the form of the system that was named; ServiceNow's without a name."""
    await args.ack()
    await one_of(words_of(args), _FORMS, tr(_WHICH, command=COMMAND))(args, services)


async def _open_servicenow_form(args: AsyncArgs, services: Services) -> None:
    known = await services.connections.last_servicenow_form(workspace_of(args))
    redirect_uri = services.connections.redirect_uri
    view = connect_servicenow(known, origin_of(args).channel, redirect_uri)
    await show_modal(args, view, again="connect")


async def _open_microsoft_form(args: AsyncArgs, services: Services) -> None:
    connections = await services.connections.all(workspace_of(args))
    view = connect_microsoft(_known_tenant(connections), origin_of(args).channel)
    await show_modal(args, view, again="connect microsoft")


def _known_tenant(connections: Sequence[Connection]) -> MicrosoftForm | None:
    for each in connections:
        if each.provider is Provider.MICROSOFT:
            no_secret = SecretStr("")
            return MicrosoftForm(
                tenant=each.remote, client_id=each.identity, client_secret=no_secret
            )
    return None


async def submit_servicenow(args: AsyncArgs, services: Services) -> None:
    """Connect the instance with what is in the form, or show the link where it goes on."""
    form = ConnectForm.read(view_of(args))
    is_all = form.grant is Grant.CLIENT and form.client_secret.get_secret_value()
    async with _failures_at(Block.INSTANCE, args, Provider.SERVICENOW):
        view = await (_connect_servicenow if is_all else _begin_servicenow)(args, services, form)
    await args.ack(response_action="update", view=view)


async def _connect_servicenow(args: AsyncArgs, services: Services, form: ServiceNowForm) -> Json:
    host = await services.connections.connect_servicenow(
        workspace_of(args), user_of(args), form, submission_of(args)
    )
    return servicenow_connected(host, form.integration_user)


async def _begin_servicenow(args: AsyncArgs, services: Services, form: ServiceNowForm) -> Json:
    begun = await services.connections.begin_servicenow(
        workspace_of(args), user_of(args), form, submission_of(args)
    )
    return await sign_in_or_question(services, workspace_of(args), begun)


async def submit_microsoft(args: AsyncArgs, services: Services) -> None:
    """Connect the tenant, once its token and score have proved the form right."""
    form = MicrosoftConnectForm.read(view_of(args))
    workspace = workspace_of(args)
    async with _failures_at(Block.TENANT, args, Provider.MICROSOFT):
        made = await services.connections.connect_microsoft(
            workspace, user_of(args), form, submission_of(args)
        )
    await services.homes.refresh(workspace)
    score = await services.actions.known(workspace)
    await args.ack(response_action="update", view=microsoft_connected(made, score))


@asynccontextmanager
async def _failures_at(block: Block, args: AsyncArgs, provider: Provider) -> AsyncIterator[None]:
    """Show what fails at a field, so that everything typed is kept."""
    try:
        async with _in_time(args, provider):
            yield
    except ProviderError as exc:
        raise FormError({block: exc.user_message}) from exc


@asynccontextmanager
async def _in_time(args: AsyncArgs, provider: Provider) -> AsyncIterator[None]:
    try:
        async with time_to_answer(args):
            yield
    except TimeoutError as exc:
        remedy = tr("did not answer in time. Nothing was changed; try again in a minute.")
        raise ProviderUnavailableError(provider, "no answer in time", remedy=remedy) from exc


async def acknowledge(args: AsyncArgs, services: Services) -> None:  # noqa: ARG001  -- every handler's signature
    """Take note of a click on a link; the browser does the rest."""
    await args.ack()


_FORMS: Final[dict[str, Handler]] = {
    "": _open_servicenow_form,
    "servicenow": _open_servicenow_form,
    "microsoft": _open_microsoft_form,
    "microsoft 365": _open_microsoft_form,
}


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.view(Callback.CONNECT_SERVICENOW)(
        bind(submit_servicenow, tried=later("Connecting ServiceNow."), right=Right.CONNECT)
    )
    app.view(Callback.CONNECT_MICROSOFT)(
        bind(submit_microsoft, tried=later("Connecting Microsoft 365."), right=Right.CONNECT)
    )
    app.action(Action.SIGN_IN)(
        bind(acknowledge, tried=later("Opening the sign-in."), right=Right.ANYONE)
    )
