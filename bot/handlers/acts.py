"""What people do with a ticket that exists: comment, change its state, assign, set a date."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.acts import About, chosen_state, read_act
from bot.handlers.notifications import choose_more
from bot.handlers.reading import chosen, name_of, submission_of, typed, view_of
from bot.handlers.showing import change_modal, show_modal
from bot.identifiers import Action, Callback, Verb
from bot.listener import Bind, now_of, time_to_answer, user_of, workspace_of
from bot.slack import reply
from bot.views.act_forms import EMPTY, Filling, act_form, choice_options
from bot.views.acts import More, outcome, outcome_modal
from connector.models import Act, ActDraft, ActKind, Right, ShareId, Ticket
from connector.wiring import Services
from connector.words import later

_WESTERNMOST: Final = timedelta(hours=12)
_PATIENCE: Final = 4.0
"""Seconds to wait for an outcome where nobody's form is held open by it."""


async def comment(args: AsyncArgs, services: Services) -> None:
    """Open the form for a comment."""
    await args.ack()
    await _open(args, services, chosen(args), ActKind.COMMENT)


async def change_state(args: AsyncArgs, services: Services) -> None:
    """Open the form in which the ticket's next state is chosen."""
    await args.ack()
    await _open(args, services, chosen(args), ActKind.STATE)


async def set_due_date(args: AsyncArgs, services: Services) -> None:
    """Open the form for the due date."""
    await args.ack()
    await _open(args, services, chosen(args), ActKind.DUE)


async def more(args: AsyncArgs, services: Services) -> None:
    """Do what was chosen in the menu: open a form, or change what is told."""
    what, _, ticket = chosen(args).partition(" ")
    if what in set(More):
        await choose_more(args, services, More(what), ticket)
        return
    await args.ack()
    # What is told may be changed by whoever sees the card; the ticket itself may not.
    await services.rights.require(workspace_of(args), user_of(args), Right.CHANGE)
    await _open(args, services, ticket, ActKind[what])


async def ask_what_it_takes(args: AsyncArgs, services: Services) -> None:
    """Show the fields that the chosen state takes; what is typed already stays."""
    await args.ack()
    about, state = About.read(view_of(args)), chosen_state(view_of(args))
    ticket = await services.acts.to_act_on(workspace_of(args), about.ticket)
    paths = await services.paths.of(ticket)
    await change_modal(args, act_form(ticket, about.kind, paths=paths, state=state))


async def edit(args: AsyncArgs, services: Services) -> None:
    """Open the form of what was refused, with all that was typed and what it lacked."""
    await args.ack()
    act = await services.acts.act(workspace_of(args), chosen(args))
    filling = Filling(draft=act.draft, wanted=act.wanted, note=act.reason)
    await _open(args, services, act.draft.ticket, act.draft.kind, filling)


async def submit(args: AsyncArgs, services: Services) -> None:
    """Take on what is to be done, and say what came of it if that is soon."""
    draft = read_act(
        view_of(args),
        by=user_of(args),
        by_name=name_of(args),
        # Nobody is refused the date that is still today where they are.
        today=(now_of(args) - _WESTERNMOST).date(),
    )
    await take_on(args, services, draft)


async def take_on(args: AsyncArgs, services: Services, draft: ActDraft) -> None:
    """Commit what a form asks for, and tell Slack yes, with the outcome if that is soon."""
    act = await services.acts.request(workspace_of(args), draft, submission_of(args))
    with suppress(TimeoutError):
        async with time_to_answer(args):
            act = await services.acts.decided(act)
    ticket = await _seen(services, act)
    await args.ack(response_action="update", view=outcome_modal(act, ticket))


async def suggest_people(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the people that fit."""
    await args.ack(choice_options(await services.acts.people(workspace_of(args), typed(args))))


async def suggest_groups(args: AsyncArgs, services: Services) -> None:
    """Answer what is typed with the groups that fit."""
    await args.ack(choice_options(await services.acts.groups(workspace_of(args), typed(args))))


async def _open(
    args: AsyncArgs, services: Services, share: str, kind: ActKind, filling: Filling = EMPTY
) -> None:
    ticket = await services.acts.to_act_on(workspace_of(args), share)
    paths = await services.paths.of(ticket) if kind is ActKind.STATE else None
    view = act_form(ticket, kind, paths=paths, filling=filling)
    await show_modal(args, view, again=f"{Verb.TICKET} {ticket.number}")
    await know_name(args, services)


async def know_name(args: AsyncArgs, services: Services) -> None:
    """Have whoever opens a form known by name before they send it, when nobody may wait."""
    await services.names.of(workspace_of(args), user_of(args), name_of(args))


async def assign_to_me(args: AsyncArgs, services: Services) -> None:
    """Assign the ticket to whoever presses, at once."""
    await args.ack()
    await know_name(args, services)
    draft = ActDraft(
        kind=ActKind.ASSIGN,
        ticket=ShareId(chosen(args)),
        by=user_of(args),
        by_name=name_of(args),
        to_me=True,
    )
    act = await services.acts.request(workspace_of(args), draft, submission_of(args))
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            act = await services.acts.decided(act)
    await reply(args, outcome(act, await _seen(services, act)))


async def _seen(services: Services, act: Act) -> Ticket:
    """Note that an outcome, if there is one, is read now; return its ticket."""
    if act.is_decided:
        await services.acts.note_told(act)
    return await services.acts.ticket(act.workspace, act.draft.ticket)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    opening = later("Opening the form for the ticket.")
    app.action(Action.ACT_COMMENT)(bind(comment, tried=opening, right=Right.CHANGE))
    app.action(Action.ACT_STATE)(bind(change_state, tried=opening, right=Right.CHANGE))
    app.action(Action.ACT_DUE)(bind(set_due_date, tried=opening, right=Right.CHANGE))
    app.action(Action.ACT_ASSIGN_TO_ME)(
        bind(assign_to_me, tried=later("Assigning the ticket to you."), right=Right.CHANGE)
    )
    app.action(Action.ACT_MORE)(
        bind(more, tried=later("Doing that with the ticket."), right=Right.SEE, acknowledges=True)
    )
    app.action(Action.ACT_STATE_CHOSEN)(
        bind(ask_what_it_takes, tried=later("Asking for its fields."), right=Right.CHANGE)
    )
    app.action(Action.ACT_EDIT)(bind(edit, tried=opening, right=Right.CHANGE))
    app.options(Action.ACT_PERSON)(
        bind(suggest_people, tried=later("Searching ServiceNow's users."), right=Right.CHANGE)
    )
    app.options(Action.ACT_GROUP)(
        bind(suggest_groups, tried=later("Searching ServiceNow's groups."), right=Right.CHANGE)
    )
    app.view(Callback.ACT_FORM)(
        bind(submit, tried=later("Sending it to ServiceNow."), right=Right.CHANGE)
    )
