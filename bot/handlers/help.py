"""What can be typed."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import command_of
from bot.slack import reply
from bot.views.help import help_text
from connector.wiring import Services


async def show_help(args: AsyncArgs, services: Services) -> None:  # noqa: ARG001  -- every handler's signature
    """List the verbs; first say which word is none of them."""
    await args.ack()
    command = command_of(args)
    await reply(args, help_text(unknown="" if command.verb else command.words))
