"""From a file of a message to an attachment of a ticket."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.files import LARGEST_FILE
from bot.forms.attachments import files_of, read_attachment
from bot.handlers.acts import know_name, take_on
from bot.handlers.reading import name_of, typed, view_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Callback, Verb
from bot.listener import Bind, user_of, workspace_of
from bot.slack import reply
from bot.views.attachments import attach_form, nothing_to_attach, ticket_options
from connector.models import TicketFilter
from connector.wiring import Services


async def choose_ticket(args: AsyncArgs, services: Services) -> None:
    """Open the form for the files of a message."""
    await args.ack()
    every = files_of(args.body.get("message") or {})
    if files := [each for each in every if each.size <= LARGEST_FILE]:
        await show_modal(args, attach_form(files), again=Verb.HELP)
        await know_name(args, services)
    else:
        await reply(args, nothing_to_attach(LARGEST_FILE))


async def suggest_tickets(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the tickets that fit, newest first."""
    found = await services.tickets.list(workspace_of(args), TicketFilter.ALL, user_of(args))
    await args.ack(ticket_options(found, typed(args)))


async def submit_attachment(args: AsyncArgs, services: Services) -> None:
    """Take on the attachment, and say what came of it if that is soon."""
    draft = read_attachment(view_of(args), by=user_of(args), by_name=name_of(args))
    await take_on(args, services, draft)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.message_shortcut(Callback.ATTACH_FILE)(
        bind(choose_ticket, tried="Opening the form for that file.")
    )
    app.options(Action.ACT_TICKET)(bind(suggest_tickets, tried="Searching the tickets."))
    app.view(Callback.ATTACH_FORM)(bind(submit_attachment, tried="Attaching the file."))
