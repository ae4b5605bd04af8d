"""Lists of tickets."""

from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import chosen, one_of, words_of
from bot.handlers.showing import show_modal
from bot.identifiers import COMMAND, Action
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.slack import reply
from bot.views.tickets import tickets, tickets_modal
from connector.models import TicketFilter, TicketKind
from connector.wiring import Services

_FILTERS: Final = {"": TicketFilter.OPEN, **{each.value: each for each in TicketFilter}}
_WHICH: Final = (
    "There is no such list."
    f" `{COMMAND} tickets` takes {', '.join(f'`{each}`' for each in TicketFilter)}."
)


async def list_tickets(args: AsyncArgs, services: Services) -> None:
    """List the tickets of a filter; the open ones without one."""
    await args.ack()
    workspace, now = workspace_of(args), now_of(args)
    which = one_of(words_of(args), _FILTERS, _WHICH)
    found = await services.tickets.list(workspace, which, user_of(args))
    waiting = await services.tickets.waiting(workspace)
    await reply(args, tickets(found, waiting, which, now.date(), now))


async def show_all_tickets(args: AsyncArgs, services: Services) -> None:
    """List every ticket of one kind in a modal."""
    await args.ack()
    workspace, now = workspace_of(args), now_of(args)
    found = await services.tickets.list(workspace, TicketFilter.ALL, user_of(args))
    waiting = await services.tickets.waiting(workspace)
    kind = TicketKind(chosen(args))
    view = tickets_modal(found, waiting, kind=kind, today=now.date(), now=now)
    await show_modal(args, view, again="tickets all")


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.HOME_TICKETS)(bind(show_all_tickets, tried="Listing all tickets."))
