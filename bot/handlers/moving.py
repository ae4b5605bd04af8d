"""What becomes of the tickets when another instance is about to be connected."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.forms.moving import MoveForm
from bot.handlers.reading import view_of
from bot.identifiers import Callback
from bot.listener import Bind, workspace_of
from bot.views.blocks import Json
from bot.views.connecting_servicenow import sign_in
from bot.views.moving import move
from connector.models import Right, WorkspaceId
from connector.services.forms import SignIn
from connector.wiring import Services
from connector.words import later


async def sign_in_or_question(services: Services, workspace: WorkspaceId, begun: SignIn) -> Json:
    """Show the link of a sign-in, or first ask about the tickets that it leaves behind."""
    left = await services.moving.left_behind(workspace, begun.host)
    return sign_in(begun) if left is None else move(left, begun)


async def submit_move(args: AsyncArgs, services: Services) -> None:
    """Keep the answer and show the link of the sign-in."""
    form = MoveForm.read(view_of(args))
    begun = form.sign_in
    await services.moving.answer(workspace_of(args), begun.host, form.becomes)
    await args.ack(response_action="update", view=sign_in(begun))


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    tried = later("Keeping what becomes of the tickets.")
    app.view(Callback.MOVE)(bind(submit_move, tried=tried, right=Right.CONNECT))
