"""Links that people post: shown to the channel in short, and beside it to who may read more."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.audience import Audience
from bot.forms.acts import due_setting
from bot.forms.links import DUE_FIELD, by_app, read_due, read_shared, reference, where
from bot.handlers.reading import name_of, submission_of, view_of
from bot.identifiers import Callback
from bot.listener import Bind, now_of, time_to_answer, user_of, workspace_of
from bot.people import SlackPeople
from bot.slack import ask
from bot.views import links as views
from connector.errors import ConnectorError, NotFoundError, ProviderError, ProviderRefusedError
from connector.models import (
    Act,
    ActDraft,
    ActKind,
    ActState,
    Circle,
    Person,
    Preview,
    SharedLinks,
    Ticket,
    TicketDetails,
)
from connector.wiring import Services

_log = logging.getLogger(__name__)

_WESTERNMOST: Final = timedelta(hours=12)
_PATIENCE: Final = 2.0
"""Seconds for what a pane shows: Slack takes it for three."""
_RIGHTS_SECONDS: Final = 1.4
_FINAL: Final = frozenset(
    {
        "cannot_find_channel",
        "cannot_find_message",
        "cannot_find_service",
        "cannot_prompt",
        "cannot_unfurl_message",
        "cannot_unfurl_url",
        "invalid_source",
        "invalid_unfurl_id",
        "missing_scope",
    }
)
"""Refusals of a message or its link, whatever it is to be shown as."""
_LATE: Final = "ServiceNow did not answer in time. Try again in a minute."
_UNSURE: Final = (
    "ServiceNow did not say in time whether you may change this. Nothing was changed: try again."
)
_MAY_NOT: Final = (
    "Nothing was changed: your e-mail address belongs to no active ServiceNow user with a role"
    " that may read this ticket, as far as Snowline can see."
)
_STILL_UNDER_WAY: Final = (
    "ServiceNow has not confirmed this yet. Snowline goes on trying, and the ticket's card shows"
    " the date once it is set."
)


@dataclass(frozen=True, slots=True)
class Links:
    """The handlers, with what they remember of who reads along where."""

    audience: Audience

    async def show(self, args: AsyncArgs, services: Services) -> None:
        """Show in short what the links of a message lead to, where the rules let it."""
        if by_app(args.body, args.context.bot_user_id):
            return
        workspace, shared = workspace_of(args), read_shared(args.body)
        found = await services.links.named(workspace, shared)
        if not found:
            return
        circle = await self._circle(args, shared)
        shown = await services.links.to_show(workspace, shared, found, circle)
        if shown and not await _unfurled(args, shown):
            await services.links.take_back(workspace, shared, shown)

    async def _circle(self, args: AsyncArgs, shared: SharedLinks) -> Circle:
        poster = None
        with suppress(NotFoundError):
            poster = await _member(args)
        if shared.place is None or poster is None:
            return Circle(poster=poster, outsiders=True)
        outsiders = bool(args.body.get("is_ext_shared_channel"))
        return Circle(poster=poster, outsiders=outsiders or await self._open(args, shared))

    async def _open(self, args: AsyncArgs, shared: SharedLinks) -> bool:
        assert shared.place is not None  # noqa: S101  -- a message that is posted
        channel = shared.place.conversation
        try:
            return not await self.audience.is_closed(args.client, workspace_of(args), channel)
        except ConnectorError as exc:
            _log.info("Nobody can tell who reads a channel: %s", exc)
            return True


async def show_details(args: AsyncArgs, services: Services) -> None:
    """Show more of what a preview is about to whoever opened it, if they may read it."""
    event: dict[str, Any] = args.body["event"]
    try:
        async with asyncio.timeout(_PATIENCE):
            pane = await _pane(args, services, event)
    except TimeoutError:
        pane = views.trouble(_LATE)
    except NotFoundError:
        pane = views.not_followed()
    except ConnectorError as exc:
        pane = views.trouble(exc.user_message)
    await _present(args, str(event.get("trigger_id") or ""), pane)


async def set_due(args: AsyncArgs, services: Services) -> None:
    """Set the due date that was chosen in the pane, as whoever chose it."""
    view = view_of(args)
    ticket = await services.links.ticket(workspace_of(args), *reference(view))
    # Nobody is refused the date that is still today where they are.
    day = read_due(view, (now_of(args) - _WESTERNMOST).date())
    refusal = await _refusal(args, services, ticket)
    if refusal or ticket is None:
        await args.ack(response_action="errors", errors={DUE_FIELD: refusal})
        return
    draft = ActDraft(
        kind=ActKind.DUE,
        ticket=ticket.share,
        by=user_of(args),
        by_name=name_of(args),
        settings=(due_setting(day),),
    )
    try:
        act = await services.acts.request(workspace_of(args), draft, submission_of(args))
    except ConnectorError as exc:
        await args.ack(response_action="errors", errors={DUE_FIELD: exc.user_message})
        return
    await args.ack()
    with suppress(TimeoutError):
        async with time_to_answer(args):
            act = await services.acts.decided(act)
    pane = await _after(args, services, act)
    await _present(args, str(args.body["trigger_id"]), pane)


async def _pane(args: AsyncArgs, services: Services, event: dict[str, Any]) -> dict[str, Any]:
    workspace = workspace_of(args)
    who = await _member(args)
    kind, id_ = reference(event)
    if kind == views.ACTION:
        action = await services.links.action(workspace, id_)
        if action is None:
            return views.not_followed()
        return views.action_pane(action) if who else views.members_only()
    ticket = await services.links.ticket(workspace, kind, id_)
    if ticket is None:
        return views.not_followed()
    details = await services.links.details(ticket, who)
    return views.ticket_pane(details) if details else views.not_yours(ticket.number)


async def _refusal(args: AsyncArgs, services: Services, ticket: Ticket | None) -> str:
    """Say why whoever submits may not change a ticket; empty where they may."""
    if ticket is None:
        return "Nothing was changed: Snowline does not follow this ticket any more."
    try:
        async with asyncio.timeout(_RIGHTS_SECONDS):
            may = await services.links.may_read(ticket, await _member(args))
    except TimeoutError:
        return _UNSURE
    except ConnectorError as exc:
        return exc.user_message
    return "" if may else _MAY_NOT


async def _after(args: AsyncArgs, services: Services, act: Act) -> dict[str, Any]:
    """Show the ticket as it is after an act, or why it is as it was."""
    if not act.is_decided:
        return views.not_saved(_STILL_UNDER_WAY)
    await services.acts.note_told(act)
    if act.state is not ActState.DONE:
        return views.not_saved(act.reason)
    if act.not_kept:
        return views.not_saved("ServiceNow did not keep the due date. Set it there by hand.")
    ticket = await services.acts.ticket(act.workspace, act.draft.ticket)
    details = None
    with suppress(TimeoutError, ConnectorError):
        async with time_to_answer(args):
            details = await services.links.details(ticket, await _member(args))
    kept = TicketDetails(ticket=ticket, description="", assignment_group="")
    return views.ticket_pane(details or kept)


async def _member(args: AsyncArgs) -> Person | None:
    return await SlackPeople(args.client).full_member(workspace_of(args), user_of(args))


async def _unfurled(args: AsyncArgs, shown: tuple[Preview, ...]) -> bool:
    """Show previews as Work Objects or, where those are not on, plainly; False where neither."""
    entities = [views.entity(each) for each in shown]
    unfurls = {each.url: views.plainly(each) for each in shown}
    contents: tuple[dict[str, Any], ...] = (
        {"metadata": {"entities": entities}},
        {"unfurls": unfurls},
    )
    for content in contents:
        try:
            answer = await ask(args.client.chat_unfurl(**(where(args.body) | content)))
        except ProviderRefusedError as exc:
            _log.info("A link was not shown: %s", exc.reason)
            if exc.reason in _FINAL:
                return False
        except ConnectorError as exc:
            _log.info("A link was not shown: %s", exc)
            return False
        else:
            # An object that Slack does not understand is dropped, and the answer is still ok.
            if answer.get("warning") != "invalid_metadata_format":
                return True
    return False


async def _present(args: AsyncArgs, trigger: str, pane: dict[str, Any]) -> None:
    try:
        await ask(args.client.entity_presentDetails(trigger_id=trigger, **pane))
    except ProviderError as exc:
        # It was closed, or this is an answer that was given already.
        _log.info("The details of a link were not shown: %s", exc)


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    links = Links(Audience())
    app.event("link_shared")(bind(links.show, tried="Showing what a link leads to."))
    details = bind(show_details, tried="Showing the details of a link.")
    app.event("entity_details_requested")(details)
    setting = bind(set_due, tried="Setting the due date.")
    # Slack's documents show both names.
    for name in (Callback.ENTITY_EDIT, ""):
        app.view(name, matchers=[_is_entity])(setting)


async def _is_entity(body: dict[str, Any]) -> bool:
    return bool((body.get("view") or {}).get("type") == "entity_detail")
