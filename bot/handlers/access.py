"""Asking for a right, and answering those who ask."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import chosen, is_in_modal
from bot.handlers.showing import show_modal
from bot.identifiers import Action, Verb
from bot.listener import Bind, user_of, workspace_of
from bot.slack import reply
from bot.views.access import answered_already, requested, requested_modal
from connector.errors import OvertakenError
from connector.models import RequestState, Right
from connector.wiring import Services
from connector.words import later

_TOO_OLD = later("This button is too old to be used. Try again what you wanted to do.")


async def request_access(args: AsyncArgs, services: Services) -> None:
    """Ask those who may allow it, and say so where the refusal stood."""
    await args.ack()
    user = user_of(args)
    request, is_new = await services.right_requests.ask(workspace_of(args), user, _wanted(args))
    if is_in_modal(args):
        view = requested_modal(request, is_new=is_new)
        await show_modal(args, view, again=Verb.HELP)
    else:
        await reply(args, requested(request, is_new=is_new), replace=True)


async def allow(args: AsyncArgs, services: Services) -> None:
    """Give the person the right that they asked for."""
    await _answer(args, services, RequestState.ALLOWED)


async def decline(args: AsyncArgs, services: Services) -> None:
    """Leave the right as it is, and have the person told."""
    await _answer(args, services, RequestState.DECLINED)


async def _answer(args: AsyncArgs, services: Services, state: RequestState) -> None:
    await args.ack()
    user = user_of(args)
    request = await services.right_requests.answer(workspace_of(args), user, chosen(args), state)
    # The message that was clicked is edited by the work, like every other copy of it.
    if request.state is not state or request.decided_by != user:
        await reply(args, answered_already(request))


def _wanted(args: AsyncArgs) -> Right:
    try:
        return Right(chosen(args))
    except ValueError as exc:
        raise OvertakenError("the button names no right", _TOO_OLD) from exc


def register(app: AsyncApp, bind: Bind) -> None:
    """Tell Bolt which request belongs to which handler."""
    asking, answering = later("Requesting access."), later("Answering the request.")
    app.action(Action.ACCESS_REQUEST)(bind(request_access, tried=asking, right=Right.SEE))
    # Who may answer is decided with the request in hand: admins, and those who are set for it.
    app.action(Action.ACCESS_ALLOW)(bind(allow, tried=answering, right=Right.SEE))
    app.action(Action.ACCESS_DECLINE)(bind(decline, tried=answering, right=Right.SEE))
