"""The checks of the ServiceNow connection."""

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listener import workspace_of
from bot.slack import reply
from bot.views.checks import checked, checking
from connector.wiring import Services


async def show_checks(args: AsyncArgs, services: Services) -> None:
    """Say at once that it is being checked, then what was found."""
    await args.ack()
    await reply(args, checking())
    await reply(args, checked(await services.checks.servicenow(workspace_of(args))))
