"""What people fill in: a command's words and a submitted view, as typed values or an error."""

from bot.forms.changes import unfinished
from bot.forms.commands import Command, parse_command
from bot.forms.connections import ConnectForm, Ending, MicrosoftConnectForm
from bot.forms.fields import ACCOUNT_LENGTH, LATEST_DUE, FormError, View
from bot.forms.origin import PUBLIC, Origin, Where, action_of
from bot.forms.tickets import DESCRIPTION_LENGTH, NAME_LENGTH, TicketForm

__all__ = [
    "ACCOUNT_LENGTH",
    "DESCRIPTION_LENGTH",
    "LATEST_DUE",
    "NAME_LENGTH",
    "PUBLIC",
    "Command",
    "ConnectForm",
    "Ending",
    "FormError",
    "MicrosoftConnectForm",
    "Origin",
    "TicketForm",
    "View",
    "Where",
    "action_of",
    "parse_command",
    "unfinished",
]
