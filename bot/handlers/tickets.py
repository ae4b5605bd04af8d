"""Lists of tickets."""

from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import chosen, one_of, words_of
from bot.handlers.showing import show_modal
from bot.identifiers import COMMAND, Action
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.slack import reply
from bot.views.connect import as_of
from bot.views.tickets import on_their_way, tickets, tickets_modal
from connector.models import TicketFilter, TicketKind, WorkspaceId
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
    waiting = await services.tickets.waiting(workspace, which, user_of(args))
    notes = (on_their_way(waiting.others), await _as_of(services, workspace))
    await reply(args, tickets(found, waiting.own, which, now.date(), now, notes))


async def show_all_tickets(args: AsyncArgs, services: Services) -> None:
    """List every ticket of one kind in a modal."""
    await args.ack()
    workspace, now = workspace_of(args), now_of(args)
    kind, user, every = TicketKind(chosen(args)), user_of(args), TicketFilter.ALL
    found = await services.tickets.list(workspace, every, user)
    waiting = await services.tickets.waiting(workspace, every, user)
    notes = (on_their_way(waiting.others, kind), await _as_of(services, workspace))
    view = tickets_modal(found, waiting.own, kind=kind, today=now.date(), now=now, notes=notes)
    await show_modal(args, view, again="tickets all")


async def _as_of(services: Services, workspace: WorkspaceId) -> str:
    return as_of(await services.connections.all(workspace))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.HOME_TICKETS)(bind(show_all_tickets, tried="Listing all tickets."))
