"""App Home."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.listener import Bind, user_of, workspace_of
from connector.models import Right
from connector.wiring import Services
from connector.words import later


async def open_home(args: AsyncArgs, services: Services) -> None:
    """Have App Home published to who opened it; the messages beside it are another matter."""
    if (args.event or {}).get("tab", "home") == "home":
        await services.homes.open(workspace_of(args), user_of(args))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    app.event("app_home_opened")(bind(open_home, tried=later("Showing App Home."), right=Right.SEE))
