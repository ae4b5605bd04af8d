"""From a file of a message to an attachment of a ticket."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.files import LARGEST_FILE
from bot.forms.attachments import files_kept, files_of, fitting, kept, read_attachment
from bot.handlers.acts import know_name, take_on
from bot.handlers.reading import chosen, name_of, typed, view_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Callback
from bot.listener import Bind, user_of, workspace_of
from bot.slack import reply
from bot.views.attachments import attach_form, nothing_to_attach, ticket_options
from bot.views.blocks import BUTTON_VALUE
from connector.models import FileRef, Right, TicketFilter
from connector.wiring import Services
from connector.words import later


async def choose_ticket(args: AsyncArgs, services: Services) -> None:
    """Open the form for the files of a message."""
    await args.ack()
    every = files_of(args.body.get("message") or {})
    if files := [each for each in every if each.size <= LARGEST_FILE]:
        await _show(args, tuple(files))
        await know_name(args, services)
    else:
        await reply(args, nothing_to_attach(LARGEST_FILE))


async def choose_ticket_again(args: AsyncArgs, services: Services) -> None:  # noqa: ARG001  -- every handler's signature
    """Open the form for files that a button has kept."""
    await args.ack()
    await _show(args, files_kept(chosen(args)))


async def _show(args: AsyncArgs, files: tuple[FileRef, ...]) -> None:
    again = kept(fitting(files, BUTTON_VALUE))
    await show_modal(args, attach_form(files), again=again, by=Action.ATTACH_AGAIN)


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
        bind(choose_ticket, tried=later("Opening the form for that file."), right=Right.CHANGE)
    )
    app.options(Action.ACT_TICKET)(
        bind(suggest_tickets, tried=later("Searching the tickets."), right=Right.CHANGE)
    )
    app.view(Callback.ATTACH_FORM)(
        bind(submit_attachment, tried=later("Attaching the file."), right=Right.CHANGE)
    )
    app.action(Action.ATTACH_AGAIN)(
        bind(
            choose_ticket_again, tried=later("Opening the form for that file."), right=Right.CHANGE
        )
    )
