"""Lists of tickets, turned and narrowed where they stand."""

from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.lists import ListPlace, read_selection
from bot.handlers.reading import chosen, is_in_modal, one_of, view_of, words_of
from bot.handlers.showing import change_modal, show_modal
from bot.identifiers import COMMAND, Action
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.slack import reply
from bot.views.blocks import Json, Message
from bot.views.connect import as_of
from bot.views.ticket_lists import on_their_way, tickets, tickets_modal
from connector.models import Right, Selection, Share, TicketFilter
from connector.wiring import Services
from connector.words import later, tr

_FILTERS: Final = {"": TicketFilter.OPEN, **{each.value: each for each in TicketFilter}}
_WHICH: Final = later("There is no such list. `{command} tickets` takes {lists}.")
_MENUS: Final = (Action.LIST_WHICH, Action.LIST_KIND, Action.LIST_STATE, Action.LIST_PRIORITY)


async def list_tickets(args: AsyncArgs, services: Services) -> None:
    """List the tickets of a filter; the open ones without one."""
    await args.ack()
    lists = ", ".join(f"`{each}`" for each in TicketFilter)
    which = one_of(words_of(args), _FILTERS, tr(_WHICH, command=COMMAND, lists=lists))
    if which is TicketFilter.MINE:
        await services.homes.counterparts.meet(workspace_of(args), user_of(args))
    await reply(args, await _message(args, services, ListPlace(Selection(which=which))))


async def show_all_tickets(args: AsyncArgs, services: Services) -> None:
    """List the tickets that a button names in a modal."""
    await args.ack()
    view = await _modal(args, services, ListPlace.read(chosen(args)))
    await show_modal(args, view, again="tickets all")


async def turn(args: AsyncArgs, services: Services) -> None:
    """Show the part of the list that was asked for, in the place of the one there is."""
    await args.ack()
    place = ListPlace.read(chosen(args))
    if not is_in_modal(args):
        await reply(args, await _message(args, services, place), replace=True)
        return
    if place.selection != (wanted := read_selection(view_of(args))):
        # A menu was changed while the button was pressed: that list begins at its beginning.
        place = ListPlace(wanted)
    await change_modal(args, await _modal(args, services, place))


async def narrow(args: AsyncArgs, services: Services) -> None:
    """Show the list that the menus say, from its beginning."""
    await args.ack()
    place = ListPlace(read_selection(view_of(args)))
    await change_modal(args, await _modal(args, services, place))


async def _message(args: AsyncArgs, services: Services, place: ListPlace) -> Message:
    page = await services.lists.page(
        workspace_of(args), user_of(args), place.selection, place.position
    )
    own, notes = await _beside(args, services, place)
    now = now_of(args)
    return tickets(page, own, now.date(), now, notes)


async def _modal(args: AsyncArgs, services: Services, place: ListPlace) -> Json:
    workspace, user = workspace_of(args), user_of(args)
    page = await services.lists.page(workspace, user, place.selection, place.position)
    facets = await services.lists.facets(workspace, user, place.selection)
    own, notes = await _beside(args, services, place)
    now = now_of(args)
    return tickets_modal(page, facets, own, now.date(), now, notes)


async def _beside(
    args: AsyncArgs, services: Services, place: ListPlace
) -> tuple[tuple[Share, ...], tuple[str, ...]]:
    """Read one's own shares that are no tickets yet, and what is to be said about the list.

    Shares stand before the first part of a whole list alone.
    """
    workspace, which = workspace_of(args), place.selection
    old = as_of(await services.connections.all(workspace))
    if place.position or which.state or which.priority:
        return (), (old,)
    waiting = await services.tickets.waiting(workspace, which.which, user_of(args))
    return waiting.own, (on_their_way(waiting.others, which.kind), old)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.HOME_TICKETS)(
        bind(show_all_tickets, tried=later("Listing all tickets."), right=Right.SEE)
    )
    for action in (Action.LIST_NEXT, Action.LIST_PREVIOUS):
        app.action(action)(bind(turn, tried=later("Turning the list."), right=Right.SEE))
    for menu in _MENUS:
        app.action(menu)(bind(narrow, tried=later("Narrowing the list."), right=Right.SEE))
