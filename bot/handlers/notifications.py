"""What is told, to whom and where: one's own settings, a conversation's, and a ticket's."""

from contextlib import suppress
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.notifications import read_personal, ticked
from bot.handlers.reading import (
    chosen,
    is_in_modal,
    name_of,
    origin_of,
    view_of,
    words_of,
)
from bot.handlers.showing import change_modal, show_modal
from bot.identifiers import COMMAND, Action, Callback, Verb
from bot.listener import Bind, user_of, workspace_of
from bot.slack import reply, say
from bot.views.acts import More
from bot.views.blocks import Json
from bot.views.notifications import (
    channel_changed,
    channel_panel,
    followed,
    muted,
    personal,
    unfollowed,
    unmuted,
)
from connector.errors import InvalidInputError, PlaceGoneError
from connector.models import Right, Told
from connector.wiring import Services
from connector.words import later, tr

_WHICH: Final = later("Type the number of the ticket: `{command} unfollow INC0010001`.")
_NOWHERE: Final = later(
    "This is about a conversation. Type `{command} notifications` for what you are told yourself."
)


async def show_notifications(args: AsyncArgs, services: Services) -> None:
    """Show what somebody is told in private, and what they follow."""
    await args.ack()
    view = await _personal(args, services)
    await show_modal(args, view, again=Verb.NOTIFICATIONS)


async def turn_page(args: AsyncArgs, services: Services) -> None:
    """Show other followed tickets in the place of those."""
    await args.ack()
    await change_modal(args, await _personal(args, services, int(chosen(args))))


async def keep_personal(args: AsyncArgs, services: Services) -> None:
    """Keep what somebody wants to be told, and close the form."""
    wanted = read_personal(view_of(args))
    await services.notifying.change_personal(workspace_of(args), user_of(args), wanted)
    await args.ack()
    await services.homes.refresh(workspace_of(args))


async def follow(args: AsyncArgs, services: Services) -> None:
    """Follow a ticket by its number; without one, hear everything in this conversation."""
    if number := words_of(args):
        ticket = await services.acts.numbered(workspace_of(args), number)
        await _follow(args, services, ticket.share)
    else:
        await _change_channel(args, services, Told.ALL)


async def follow_again(args: AsyncArgs, services: Services) -> None:
    """Follow a ticket by a button."""
    await _follow(args, services, chosen(args))


async def unfollow_numbered(args: AsyncArgs, services: Services) -> None:
    """Stop following a ticket by its number."""
    if not (number := words_of(args)):
        raise InvalidInputError("words", tr(_WHICH, command=COMMAND))
    ticket = await services.acts.numbered(workspace_of(args), number)
    await _unfollow(args, services, ticket.share)


async def unfollow(args: AsyncArgs, services: Services) -> None:
    """Stop following a ticket by a button under what was told of it."""
    await _unfollow(args, services, chosen(args))


async def unfollow_listed(args: AsyncArgs, services: Services) -> None:
    """Stop following a ticket in the list of them."""
    await services.notifying.unfollow(workspace_of(args), user_of(args), chosen(args))
    await args.ack()
    await change_modal(args, await _personal(args, services))


async def mute(args: AsyncArgs, services: Services) -> None:
    """Mute a ticket by its number; without one, this conversation."""
    if number := words_of(args):
        ticket = await services.acts.numbered(workspace_of(args), number)
        await _mute(args, services, ticket.share)
    else:
        await _change_channel(args, services, Told.NOTHING)


async def unmute(args: AsyncArgs, services: Services) -> None:
    """Unmute a ticket by its number; without one, this conversation."""
    if number := words_of(args):
        ticket = await services.acts.numbered(workspace_of(args), number)
        await _unmute(args, services, ticket.share)
    else:
        await _change_channel(args, services, Told.ALL)


async def choose_more(args: AsyncArgs, services: Services, what: More, share: str) -> None:
    """Do what was chosen in a ticket's menu."""
    match what:
        case More.FOLLOW:
            await _follow(args, services, share)
        case More.MUTE:
            await _mute(args, services, share)
        case More.UNMUTE:
            await _unmute(args, services, share)
        case More.NOTIFICATIONS:
            await args.ack()
            await _show_channel(args, services)


async def choose_told(args: AsyncArgs, services: Services) -> None:
    """Have a conversation's threads say as much as was chosen."""
    await _change_channel(args, services, Told(chosen(args)), replace=True)


async def choose_broadcasts(args: AsyncArgs, services: Services) -> None:
    """Have endings shown in the channel, too, or not any more."""
    wanted = ticked(dict(args.action or {}))
    await _change_channel(args, services, None, broadcasts=wanted, replace=True)


async def acknowledge(args: AsyncArgs, services: Services) -> None:  # noqa: ARG001  -- every handler's signature
    """Take note that a link was followed; Slack has opened it already."""
    await args.ack()


async def _follow(args: AsyncArgs, services: Services, share: str) -> None:
    ticket = await services.notifying.follow(workspace_of(args), user_of(args), share)
    await args.ack()
    await reply(args, followed(ticket), replace=_is_ephemeral(args) and not _is_menu(args))


async def _unfollow(args: AsyncArgs, services: Services, share: str) -> None:
    ticket = await services.notifying.unfollow(workspace_of(args), user_of(args), share)
    await args.ack()
    await reply(args, unfollowed(ticket), replace=_is_ephemeral(args))


async def _mute(args: AsyncArgs, services: Services, share: str) -> None:
    ticket = await services.notifying.mute(workspace_of(args), share, _here(args), user_of(args))
    await args.ack()
    await reply(args, muted(ticket))


async def _unmute(args: AsyncArgs, services: Services, share: str) -> None:
    ticket = await services.notifying.unmute(workspace_of(args), share, _here(args))
    await args.ack()
    await reply(args, unmuted(ticket))


async def _change_channel(
    args: AsyncArgs,
    services: Services,
    told: Told | None,
    *,
    broadcasts: bool | None = None,
    replace: bool = False,
) -> None:
    """Change what is told here, for whoever can write here, and tell the others who did it."""
    workspace, here = workspace_of(args), _here(args)
    changed = await services.notifying.change_channel(
        workspace, here, user_of(args), told=told, broadcasts=broadcasts
    )
    await args.ack()
    by_name = await services.names.of(workspace, user_of(args), name_of(args))
    await _show_channel(args, services, replace=replace)
    if changed and not origin_of(args).where.direct:
        news = await services.notifying.channel(workspace, here)
        with suppress(PlaceGoneError):
            await say(args.client, here, channel_changed(news, by_name))


async def _show_channel(args: AsyncArgs, services: Services, *, replace: bool = False) -> None:
    news = await services.notifying.channel(workspace_of(args), _here(args))
    await reply(args, channel_panel(news), replace=replace)


async def _personal(args: AsyncArgs, services: Services, skipped: int = 0) -> Json:
    workspace, user = workspace_of(args), user_of(args)
    settings = await services.notifying.personal(workspace, user)
    listed = await services.notifying.followed(workspace, user, skipped)
    return personal(settings, listed, skipped)


def _is_ephemeral(args: AsyncArgs) -> bool:
    """Tell whether what was clicked is an answer to this person, which a new one may replace."""
    return bool((args.body.get("container") or {}).get("is_ephemeral"))


def _is_menu(args: AsyncArgs) -> bool:
    return (args.action or {}).get("type") == "overflow"


def _here(args: AsyncArgs) -> str:
    """Name the conversation that a command was typed in or a message clicked in, and no other.

    Slack lets only those act there who can write there.

    Raises:
        InvalidInputError: it came from no conversation.
    """
    if args.context.channel_id is None or is_in_modal(args):
        raise InvalidInputError("words", tr(_NOWHERE, command=COMMAND))
    return args.context.channel_id


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    showing = later("Showing your notifications.")
    changing = later("Changing the notifications here.")
    app.action(Action.NOTIFICATIONS)(bind(show_notifications, tried=showing, right=Right.SEE))
    app.action(Action.FOLLOWED_PAGE)(bind(turn_page, tried=showing, right=Right.SEE))
    app.view(Callback.NOTIFICATIONS)(
        bind(keep_personal, tried=later("Saving your notifications."), right=Right.SEE)
    )
    app.action(Action.FOLLOW)(
        bind(follow_again, tried=later("Following the ticket."), right=Right.SEE)
    )
    app.action(Action.UNFOLLOW)(
        bind(unfollow, tried=later("Unfollowing the ticket."), right=Right.SEE)
    )
    app.action(Action.UNFOLLOW_LISTED)(
        bind(unfollow_listed, tried=later("Unfollowing the ticket."), right=Right.SEE)
    )
    app.action(Action.CHANNEL_TOLD)(bind(choose_told, tried=changing, right=Right.SEE))
    app.action(Action.CHANNEL_BROADCASTS)(bind(choose_broadcasts, tried=changing, right=Right.SEE))
    app.action(Action.OPEN_SERVICENOW)(
        bind(acknowledge, tried=later("Opening ServiceNow."), right=Right.ANYONE)
    )
    app.action(Action.OPEN_DEFENDER)(
        bind(acknowledge, tried=later("Opening Microsoft Defender."), right=Right.ANYONE)
    )
