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


@dataclass(frozen=True, slots=True)
class Entry:
    """What a verb does, and how people read it when it fails."""

    handler: Handler
    tried: str
    admins_only: bool = False


VERBS: Final[Mapping[Verb, Entry]] = {
    Verb.HELP: Entry(show_help, "Listing what can be typed."),
    Verb.CONNECT: Entry(open_connect_form, "Opening the form to connect.", admins_only=True),
    Verb.DISCONNECT: Entry(offer_disconnect, "Listing the connections.", admins_only=True),
    Verb.SETUP: Entry(show_setup, "Showing how setting up stands.", admins_only=True),
    Verb.STATUS: Entry(show_status, "Showing how the connections stand."),
    Verb.DOCTOR: Entry(show_checks, "Checking the ServiceNow connection.", admins_only=True),
    Verb.SHARE: Entry(find, "Opening the search for an action."),
    Verb.CREATE: Entry(write, "Opening the form for a ticket."),
    Verb.TICKETS: Entry(list_tickets, "Listing the tickets."),
    Verb.TICKET: Entry(show_ticket, "Showing the ticket."),
    Verb.SCORE: Entry(show_score, "Showing the Secure Score."),
    Verb.DIGEST: Entry(post_digest, "Posting the digest."),
    Verb.NOTIFICATIONS: Entry(show_notifications, "Showing your notifications."),
    Verb.FOLLOW: Entry(follow, "Following that."),
    Verb.UNFOLLOW: Entry(unfollow_numbered, "Unfollowing the ticket."),
    Verb.MUTE: Entry(mute, "Muting that."),
    Verb.UNMUTE: Entry(unmute, "Unmuting that."),
    Verb.SETTINGS: Entry(show_settings, "Showing the settings.", admins_only=True),
    Verb.PREVIEWS: Entry(set_previews, "Setting previews of links here.", admins_only=True),
}


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    listeners = {
        verb: bind(entry.handler, tried=entry.tried, admins_only=entry.admins_only)
        for verb, entry in VERBS.items()
    }

    async def dispatch(args: AsyncArgs) -> None:
        await listeners[command_of(args).verb or Verb.HELP](args)

    app.command(COMMAND)(dispatch)
    app.action(Action.OPEN_AGAIN)(dispatch)
