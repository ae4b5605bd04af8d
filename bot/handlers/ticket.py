"""One ticket, for whoever asks for its number."""

from typing import Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import words_of
from bot.identifiers import COMMAND
from bot.listener import now_of, workspace_of
from bot.slack import reply
from bot.views.card import details
from connector.errors import InvalidInputError
from connector.wiring import Services
from connector.words import later, tr

_WHICH: Final = later(
    "Type the number of a ticket that Snowline has made: `{command} ticket INC0010001`."
)


async def show_ticket(args: AsyncArgs, services: Services) -> None:
    """Show a ticket with what can be done with it, to whoever asked alone."""
    await args.ack()
    if not (number := words_of(args)):
        raise InvalidInputError("words", tr(_WHICH, command=COMMAND))
    ticket = await services.acts.numbered(workspace_of(args), number)
    await reply(args, details(ticket, now_of(args)))
