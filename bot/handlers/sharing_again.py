"""An action that was shared before: update what there is, or make another ticket."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.create import required_servicenow
from bot.handlers.noting import form_note
from bot.handlers.reading import chosen, name_of, origin_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Verb
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.views.act_forms import Filling, act_form
from bot.views.sharing_again import another_form, shared_again
from connector.models import ActDraft, ActKind, Right, ShareId
from connector.wiring import Services
from connector.words import later


async def describe_another(args: AsyncArgs, services: Services) -> None:
    """Open the form for one more ticket of an action; it names those that there are."""
    await args.ack()
    workspace = workspace_of(args)
    connection = await required_servicenow(args, services)
    action = await services.actions.find(workspace, chosen(args))
    note = await form_note(args, services, connection, action.category)
    known = await services.coverings.of(workspace, action.id)
    view = another_form(
        action,
        known,
        origin_of(args),
        now_of(args).date(),
        note=note,
        defaults=await services.defaults.get(workspace),
    )
    await show_modal(args, view, again=f"{Verb.SHARE} {action.title}")


async def update(args: AsyncArgs, services: Services) -> None:
    """Open the form in which a ticket is updated because its action was shared again."""
    await args.ack()
    workspace = workspace_of(args)
    share, _, key = chosen(args).partition(" ")
    ticket = await services.acts.to_act_on(workspace, share)
    action = await services.actions.find(workspace, key)
    draft = ActDraft(
        kind=ActKind.UPDATE,
        ticket=ShareId(share),
        by=user_of(args),
        by_name=name_of(args),
        text=shared_again(action),
    )
    view = act_form(ticket, ActKind.UPDATE, filling=Filling(draft=draft))
    await show_modal(args, view, again=f"{Verb.TICKET} {ticket.number}")


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.SHARE_ANEW)(
        bind(describe_another, tried=later("Opening the form for the action."), right=Right.SHARE)
    )
    app.action(Action.SHARE_UPDATE)(
        bind(update, tried=later("Opening the form for the ticket."), right=Right.CHANGE)
    )
