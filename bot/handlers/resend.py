"""A ticket that ServiceNow refused, edited and sent again."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.create import read_ticket
from bot.handlers.reading import chosen, delivery_of, origin_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Callback, Verb
from bot.listener import Bind, user_of, workspace_of
from bot.views.resend import resend_form
from bot.views.share import share_taken
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def edit(args: AsyncArgs, services: Services) -> None:
    """Open the form with what was typed, for who asked for the ticket."""
    await args.ack()
    workspace, user = workspace_of(args), user_of(args)
    share = await services.resending.rejected(workspace, chosen(args), user)
    view = resend_form(share, where=origin_of(args).where)
    await show_modal(args, view, again=Verb.CREATE)


async def submit(args: AsyncArgs, services: Services) -> None:
    """Take it on as a new share, whose card takes the place of the old one's."""
    form, user = read_ticket(args, None), user_of(args)
    share = await services.resending.send_again(
        workspace_of(args), form.origin.resends, user, form.draft, delivery_of(args)
    )
    view = share_taken(form.draft, share.destination, form.origin.where)
    await args.ack(response_action="update", view=view)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.RESEND)(
        bind(edit, tried=later("Opening the form to send the ticket again."), right=Right.SHARE)
    )
    app.view(Callback.RESEND_FORM)(
        bind(submit, tried=later("Sending the ticket again."), right=Right.SHARE)
    )
