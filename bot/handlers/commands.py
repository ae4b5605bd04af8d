"""The command: each verb's handler, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.connect import open_connect_form
from bot.handlers.create import write
from bot.handlers.digest import post_digest
from bot.handlers.disconnect import offer_disconnect
from bot.handlers.doctor import show_checks
from bot.handlers.help import show_help
from bot.handlers.installation import show_setup
from bot.handlers.notifications import (
    follow,
    mute,
    show_notifications,
    unfollow_numbered,
    unmute,
)
from bot.handlers.previews import set_previews
from bot.handlers.reading import command_of
from bot.handlers.score import show_score
from bot.handlers.settings import show_settings
from bot.handlers.share import find
from bot.handlers.status import show_status
from bot.handlers.ticket import show_ticket
from bot.handlers.tickets import list_tickets
from bot.identifiers import COMMAND, Action, Verb
from bot.listener import Bind, Handler
from connector.models import Right
from connector.words import later


@dataclass(frozen=True, slots=True)
class Entry:
    """What a verb does, how people read it when it fails, and which right it takes."""

    handler: Handler
    tried: str
    right: Right
    acknowledges: bool = False


VERBS: Final[Mapping[Verb, Entry]] = {
    Verb.HELP: Entry(show_help, later("Listing what can be typed."), right=Right.ANYONE),
    Verb.CONNECT: Entry(
        open_connect_form, later("Opening the form to connect."), right=Right.CONNECT
    ),
    Verb.DISCONNECT: Entry(
        offer_disconnect, later("Listing the connections."), right=Right.CONNECT
    ),
    Verb.SETUP: Entry(show_setup, later("Showing how setting up stands."), right=Right.CONNECT),
    Verb.STATUS: Entry(show_status, later("Showing how the connections stand."), right=Right.SEE),
    Verb.DOCTOR: Entry(
        show_checks, later("Checking the ServiceNow connection."), right=Right.CONNECT
    ),
    Verb.SHARE: Entry(find, later("Opening the search for an action."), right=Right.SHARE),
    Verb.CREATE: Entry(write, later("Opening the form for a ticket."), right=Right.SHARE),
    Verb.TICKETS: Entry(list_tickets, later("Listing the tickets."), right=Right.SEE),
    Verb.TICKET: Entry(show_ticket, later("Showing the ticket."), right=Right.SEE),
    Verb.SCORE: Entry(show_score, later("Showing the Secure Score."), right=Right.SEE),
    Verb.DIGEST: Entry(
        post_digest, later("Posting the digest."), right=Right.SEE, acknowledges=True
    ),
    Verb.NOTIFICATIONS: Entry(
        show_notifications, later("Showing your notifications."), right=Right.SEE
    ),
    Verb.FOLLOW: Entry(follow, later("Following that."), right=Right.SEE),
    Verb.UNFOLLOW: Entry(unfollow_numbered, later("Unfollowing the ticket."), right=Right.SEE),
    Verb.MUTE: Entry(mute, later("Muting that."), right=Right.SEE),
    Verb.UNMUTE: Entry(unmute, later("Unmuting that."), right=Right.SEE),
    Verb.SETTINGS: Entry(show_settings, later("Showing the settings."), right=Right.CONNECT),
    Verb.PREVIEWS: Entry(
        set_previews, later("Setting previews of links here."), right=Right.CONNECT
    ),
}


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    listeners = {
        verb: bind(
            entry.handler, tried=entry.tried, right=entry.right, acknowledges=entry.acknowledges
        )
        for verb, entry in VERBS.items()
    }

    async def dispatch(args: AsyncArgs) -> None:
        await listeners[command_of(args).verb or Verb.HELP](args)

    app.command(COMMAND)(dispatch)
    app.action(Action.OPEN_AGAIN)(dispatch)
