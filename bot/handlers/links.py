"""Links that people post: shown to the channel in short, and beside it to who may read more."""

import asyncio
import logging
from collections.abc import Mapping
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
from bot.previewing import present, unfurl
from bot.views import link_notices as notices
from bot.views import links as views
from connector.errors import ConnectorError, NotFoundError
from connector.models import (
    Act,
    ActDraft,
    ActKind,
    ActState,
    Circle,
    ImprovementAction,
    Person,
    Right,
    SharedLinks,
    Ticket,
    TicketDetails,
    WorkspaceId,
)
from connector.wiring import Services
from connector.words import later

_log = logging.getLogger(__name__)

_WESTERNMOST: Final = timedelta(hours=12)
_PATIENCE: Final = 2.0
"""Seconds for what a pane shows: Slack takes it for three."""
_RIGHTS_SECONDS: Final = 1.4


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
        if shown and not await unfurl(args.client, where(args.body), shown):
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
        workspace, channel = workspace_of(args), shared.place.conversation
        team = str(args.context.team_id or "") if args.context.is_enterprise_install else ""
        try:
            return not await self.audience.is_closed(args.client, workspace, channel, team)
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
        pane = notices.late()
    except NotFoundError:
        pane = notices.not_followed()
    except ConnectorError as exc:
        pane = notices.trouble(exc.user_message)
    await present(args.client, str(event.get("trigger_id") or ""), pane)


async def set_due(args: AsyncArgs, services: Services) -> None:
    """Set the due date that was chosen in the pane, as whoever chose it."""
    view = view_of(args)
    about = await _about(services, workspace_of(args), view)
    ticket = about if isinstance(about, Ticket) else None
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
    await present(args.client, str(args.body["trigger_id"]), pane)


async def _pane(args: AsyncArgs, services: Services, event: dict[str, Any]) -> dict[str, Any]:
    workspace = workspace_of(args)
    who = await _member(args)
    about = await _about(services, workspace, event)
    if about is None:
        return notices.not_followed()
    if isinstance(about, ImprovementAction):
        return views.action_pane(about) if who else notices.members_only()
    details = await services.links.details(about, who)
    return views.ticket_pane(details) if details else notices.not_yours(about.number)


async def _about(
    services: Services, workspace: WorkspaceId, told: Mapping[str, Any]
) -> Ticket | ImprovementAction | None:
    """Find what a preview is about; where Slack says no more, by its address."""
    kind, id_ = reference(told)
    if not id_:
        return await services.links.at(workspace, str(told.get("entity_url") or ""))
    if kind == views.ACTION:
        return await services.links.action(workspace, id_)
    return await services.links.ticket(workspace, kind, id_)


async def _refusal(args: AsyncArgs, services: Services, ticket: Ticket | None) -> str:
    """Say why whoever submits may not change a ticket; empty where they may."""
    if ticket is None:
        return notices.left_alone()
    try:
        async with asyncio.timeout(_RIGHTS_SECONDS):
            may = await services.links.may_read(ticket, await _member(args))
    except TimeoutError:
        return notices.unsure()
    except ConnectorError as exc:
        return exc.user_message
    return "" if may else notices.may_not()


async def _after(args: AsyncArgs, services: Services, act: Act) -> dict[str, Any]:
    """Show the ticket as it is after an act, or why it is as it was."""
    if not act.is_decided:
        return notices.still_under_way()
    await services.acts.note_told(act)
    if act.state is not ActState.DONE:
        return notices.not_saved(act.reason)
    if act.not_kept:
        return notices.not_kept()
    ticket = await services.acts.ticket(act.workspace, act.draft.ticket)
    details = None
    with suppress(TimeoutError, ConnectorError):
        async with time_to_answer(args):
            details = await services.links.details(ticket, await _member(args))
    kept = TicketDetails(ticket=ticket, description="", assignment_group="")
    return views.ticket_pane(details or kept)


async def _member(args: AsyncArgs) -> Person | None:
    return await SlackPeople(args.client).full_member(workspace_of(args), user_of(args))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    links = Links(Audience())
    # Who reads what of a link is decided by the poster, the channel and the ticket.
    app.event("link_shared")(
        bind(links.show, tried=later("Showing what a link leads to."), right=Right.ANYONE)
    )
    details = bind(show_details, tried=later("Showing the details of a link."), right=Right.ANYONE)
    app.event("entity_details_requested")(details)
    setting = bind(set_due, tried=later("Setting the due date."), right=Right.CHANGE)
    # Slack's documents show both names.
    for name in (Callback.ENTITY_EDIT, ""):
        app.view(name, matchers=[_is_entity])(setting)


async def _is_entity(body: dict[str, Any]) -> bool:
    return bool((body.get("view") or {}).get("type") == "entity_detail")
