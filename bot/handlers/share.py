"""From an improvement action to a ticket."""

from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import action_of
from bot.handlers.create import read_ticket, required_servicenow, take_on
from bot.handlers.noting import form_note
from bot.handlers.reading import chosen, origin_of, typed, view_of, words_of
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Callback
from bot.listener import Bind, now_of, workspace_of
from bot.views.finding import action_options, find_action
from bot.views.share import create_form, signed_out, ticket_form
from bot.views.sharing_again import overtaken_form, shared_before
from connector.errors import AlreadySharedError, NotFoundError
from connector.models import Right
from connector.wiring import Services
from connector.words import later, tr

_GONE: Final = later(
    "The improvement action is not open any more. What you wrote is kept below:"
    " you can send it as a ticket of your own, or close this and pick another action."
)


async def find(args: AsyncArgs, services: Services) -> None:
    """Open the search for an action."""
    await args.ack()
    words, origin = words_of(args), origin_of(args)
    note = signed_out(await required_servicenow(args, services))
    matches = await services.actions.search(workspace_of(args), words)
    marks = await services.coverings.marks(workspace_of(args))
    view = find_action(
        words, matches, channel=origin.channel, where=origin.where, note=note, marks=marks
    )
    await show_modal(args, view, again=f"share {words}")


async def suggest(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed into the search with the actions that fit."""
    found = await services.actions.search(workspace_of(args), typed(args))
    await args.ack(action_options(found, await services.coverings.marks(workspace_of(args))))


async def describe(args: AsyncArgs, services: Services) -> None:
    """Open the form for the chosen action, or show first which tickets it has already."""
    await args.ack()
    connection = await required_servicenow(args, services)
    action = await services.actions.find(workspace_of(args), chosen(args))
    note = await form_note(args, services, connection, action.category)
    origin, now = origin_of(args), now_of(args)
    if known := await services.coverings.of(workspace_of(args), action.id):
        view = shared_before(action, known, origin, now)
    else:
        view = ticket_form(
            action,
            channel=origin.channel,
            where=origin.where,
            today=now.date(),
            note=note,
            defaults=await services.defaults.get(workspace_of(args)),
        )
    await show_modal(args, view, again=f"share {action.title}")


async def submit_share(args: AsyncArgs, services: Services) -> None:
    """Take on a share; if its action is gone, offer what was written as a free ticket."""
    try:
        action = await services.actions.find(workspace_of(args), action_of(view_of(args)))
    except NotFoundError:
        await _offer_free_ticket(args, services)
        return
    form = read_ticket(args, action)
    try:
        await take_on(args, services, form)
    except AlreadySharedError:
        known = await services.coverings.of(workspace_of(args), action.id)
        view = overtaken_form(
            action,
            known,
            form,
            now_of(args),
            defaults=await services.defaults.get(workspace_of(args)),
        )
        await args.ack(response_action="update", view=view)


async def _offer_free_ticket(args: AsyncArgs, services: Services) -> None:
    form = read_ticket(args, None)
    view = create_form(
        channel=form.origin.channel,
        where=form.origin.where,
        today=now_of(args).date(),
        draft=form.draft,
        picked=form.channel,
        note=tr(_GONE),
        defaults=await services.defaults.get(workspace_of(args)),
    )
    await args.ack(response_action="update", view=view)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.options(Action.FIND)(
        bind(suggest, tried=later("Searching the open actions."), right=Right.SHARE)
    )
    app.action(Action.FIND)(
        bind(describe, tried=later("Opening the form for that action."), right=Right.SHARE)
    )
    app.action(Action.SHARE)(
        bind(describe, tried=later("Opening the form for that action."), right=Right.SHARE)
    )
    app.action(Action.HOME_SHARE)(
        bind(find, tried=later("Opening the search for an action."), right=Right.SHARE)
    )
    app.view(Callback.SHARE_FORM)(
        bind(submit_share, tried=later("Sharing the action to ServiceNow."), right=Right.SHARE)
    )
