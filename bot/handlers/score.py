"""The Secure Score."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listener import now_of, workspace_of
from bot.slack import reply
from bot.views.score import score
from connector.wiring import Services


async def show_score(args: AsyncArgs, services: Services) -> None:
    """Show the score and the actions with the most gain."""
    await args.ack()
    known = await services.actions.score(workspace_of(args))
    await reply(args, score(known, now_of(args)))
