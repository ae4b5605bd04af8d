"""Several improvement actions shared at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms import FormError, Origin
from bot.forms.bulks import BulkForm, Repeat
from bot.handlers.create import required_servicenow
from bot.handlers.noting import form_note
from bot.handlers.reading import delivery_of, name_of, origin_of, view_of
from bot.handlers.share import suggest
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Block, Callback, Verb
from bot.listener import Bind, now_of, user_of, workspace_of
from bot.views.bulks import Filled, bulk_form, bulk_taken
from bot.views.share import share_taken
from bot.views.text import one_line
from connector.errors import AlreadySharedError
from connector.models import BulkWish, FormDefaults, ImprovementAction, Right, ShareId, TicketDraft
from connector.wiring import Services
from connector.words import later, tr

_WESTERNMOST: Final = timedelta(hours=12)
_GONE: Final = later("Not open any more, so that it cannot be shared: {names}. Take it out.")
_NOTHING_LEFT: Final = later("All of these have tickets already, and none is left to share.")
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class _Sharing:
    """A form that was sent, with the actions that it is about."""

    form: BulkForm
    actions: Sequence[ImprovementAction]
    drafts: tuple[TicketDraft, ...]
    goal: Origin
    defaults: FormDefaults


async def choose(args: AsyncArgs, services: Services) -> None:
    """Open the form in which several actions are chosen."""
    await args.ack()
    note = await form_note(args, services, await required_servicenow(args, services))
    # Nobody is asked about what has happened since: the form is new.
    origin = replace(origin_of(args), action="", category=None, seen=())
    defaults = await services.defaults.get(workspace_of(args))
    view = bulk_form(origin, today=now_of(args).date(), note=note, defaults=defaults)
    await show_modal(args, view, again=Verb.SHARE)


async def submit(args: AsyncArgs, services: Services) -> None:
    """Take on every ticket at once; ask first where an action has one already."""
    # Nobody is refused the date that is still today where they are.
    form = BulkForm.read(view_of(args), today=(now_of(args) - _WESTERNMOST).date())
    sharing = await _sharing(args, services, form)
    try:
        await _take_on(args, services, sharing)
    except AlreadySharedError:
        await _ask_again(args, services, sharing)
        return
    goal = sharing.goal
    if len(sharing.drafts) == 1:
        view = share_taken(sharing.drafts[0], goal.channel, goal.where)
    else:
        view = bulk_taken(len(sharing.drafts), goal.channel, goal.where)
    await args.ack(response_action="update", view=view)


async def _sharing(args: AsyncArgs, services: Services, form: BulkForm) -> _Sharing:
    """Find the chosen actions, without those that are to be left out.

    Raises:
        FormError: an action is not open any more, or none is left.
    """
    workspace = workspace_of(args)
    found = await services.actions.open_ones(workspace, form.keys)
    actions = list(found.values())
    if gone := [_quoted(words or key) for key, words in form.keys.items() if key not in found]:
        names = ", ".join(gone[:_NAMED])
        raise FormError({Block.ACTIONS: tr(_GONE, names=names)})
    if form.repeat is Repeat.LEAVE:
        marks = await services.coverings.marks(workspace)
        actions = [each for each in actions if each.id not in marks]
    if not actions:
        raise FormError({Block.ACTIONS: tr(_NOTHING_LEFT)})
    defaults = await services.defaults.get(workspace)
    completed = form.completed(defaults, now_of(args).date())
    drafts = completed.drafts(actions, user_of(args), name_of(args))
    return _Sharing(form, actions, drafts, form.goal(defaults, drafts), defaults)


def _quoted(words: str) -> str:
    return tr("“{words}”", words=one_line(words, 60))


async def _take_on(args: AsyncArgs, services: Services, sharing: _Sharing) -> None:
    workspace, goal = workspace_of(args), sharing.goal
    anew = sharing.form.repeat is Repeat.ANEW
    seen = frozenset(map(ShareId, goal.seen)) if anew else frozenset()
    if len(sharing.drafts) == 1:
        await services.shares.request(
            workspace,
            sharing.drafts[0],
            goal.channel,
            delivery_of(args),
            thread=goal.place,
            seen=seen,
        )
        return
    wish = BulkWish(
        drafts=sharing.drafts,
        requester=user_of(args),
        destination=goal.channel,
        thread=goal.place,
        seen=seen,
    )
    await services.bulks.request(workspace, wish, delivery_of(args))


async def _ask_again(args: AsyncArgs, services: Services, sharing: _Sharing) -> None:
    """Show which of the actions have tickets, and remember that they were shown."""
    workspace = workspace_of(args)
    marks = await services.coverings.marks(workspace)
    seen = [
        known.share.id
        for action in sharing.actions
        if action.id in marks
        for known in await services.coverings.of(workspace, action.id)
        if known.is_live
    ]
    origin = replace(sharing.form.origin, seen=tuple(dict.fromkeys(seen)))
    filled = Filled(form=sharing.form, chosen=sharing.actions, marks=marks)
    view = bulk_form(origin, today=now_of(args).date(), filled=filled, defaults=sharing.defaults)
    await args.ack(response_action="update", view=view)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.action(Action.SHARE_MANY)(
        bind(choose, tried=later("Opening the form for several actions."), right=Right.SHARE)
    )
    app.options(Action.FIND_MANY)(
        bind(suggest, tried=later("Searching the open actions."), right=Right.SHARE)
    )
    app.view(Callback.BULK_FORM)(
        bind(submit, tried=later("Sharing the actions to ServiceNow."), right=Right.SHARE)
    )
