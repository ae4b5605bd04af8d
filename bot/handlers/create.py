"""A ticket without an action, and what both ticket forms have in common."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import TicketForm
from bot.handlers.noting import form_note
from bot.handlers.reading import chosen, delivery_of, name_of, origin_of, view_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Callback, Verb
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.views.share import create_form, share_taken
from connector.errors import NotConnectedError, Provider
from connector.models import Connection, ImprovementAction, Right, ShareId, TicketKind
from connector.wiring import Services
from connector.words import later

_WESTERNMOST: Final = timedelta(hours=12)


async def write(args: AsyncArgs, services: Services) -> None:
    """Open the form for a ticket of the user's own."""
    await args.ack()
    await _open_form(args, services)


async def write_from_home(args: AsyncArgs, services: Services) -> None:
    """Open the same form from a card in App Home, for the card's kind."""
    await args.ack()
    await _open_form(args, services, TicketKind(chosen(args)))


async def submit_create(args: AsyncArgs, services: Services) -> None:
    """Take on a ticket of the user's own; its number follows when it exists."""
    await take_on(args, services, read_ticket(args, None))


async def _open_form(args: AsyncArgs, services: Services, kind: TicketKind | None = None) -> None:
    note = await form_note(args, services, await required_servicenow(args, services))
    origin, today = origin_of(args), now_of(args).date()
    defaults = await services.defaults.get(workspace_of(args))
    view = create_form(
        channel=origin.channel,
        where=origin.where,
        today=today,
        note=note,
        defaults=replace(defaults, kind=kind or defaults.kind),
    )
    await show_modal(args, view, again=Verb.CREATE)


async def required_servicenow(args: AsyncArgs, services: Services) -> Connection:
    """Make sure that a form can lead to a ticket before anybody fills it in.

    Raises:
        NotConnectedError: ServiceNow is not connected.
    """
    for each in await services.connections.all(workspace_of(args)):
        if each.provider is Provider.SERVICENOW:
            return each
    raise NotConnectedError(Provider.SERVICENOW)


def read_ticket(args: AsyncArgs, action: ImprovementAction | None) -> TicketForm:
    """Read the submitted ticket form.

    Raises:
        FormError: a field cannot be used.
    """
    return TicketForm.read(
        view_of(args),
        requester=user_of(args),
        requester_name=name_of(args),
        # Nobody is refused the date that is still today where they are.
        today=(now_of(args) - _WESTERNMOST).date(),
        action=action,
    )


async def take_on(args: AsyncArgs, services: Services, form: TicketForm) -> None:
    """Commit the share, and only then tell Slack yes.

    Raises:
        NotConnectedError: ServiceNow is not connected.
        AlreadySharedError: its action has a ticket that the form did not show.
    """
    seen = frozenset(map(ShareId, form.origin.seen)) if form.draft.action_ids else None
    defaults = await services.defaults.get(workspace_of(args))
    form = form.completed(defaults, now_of(args).date())
    await services.shares.request(
        workspace_of(args),
        form.draft,
        form.destination,
        delivery_of(args),
        thread=form.place,
        seen=seen,
    )
    view = share_taken(form.draft, form.destination, form.where)
    await args.ack(response_action="update", view=view)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.HOME_CREATE)(
        bind(write_from_home, tried=later("Opening the form for a ticket."), right=Right.SHARE)
    )
    app.view(Callback.CREATE_FORM)(
        bind(submit_create, tried=later("Creating the ticket."), right=Right.SHARE)
    )
