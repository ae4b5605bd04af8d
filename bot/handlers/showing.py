"""Modals: opened on a fresh click, changed where they stand."""

from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import chosen, is_in_modal, view_of
from bot.identifiers import Action
from bot.listener import is_overtaken
from bot.slack import TriggerExpiredError, ask, reply
from bot.views.problem import open_again
from connector.errors import ProviderRefusedError

_CHANGED: Final = "hash_conflict"
_CLOSED: Final = "not_found"


async def show_modal(
    args: AsyncArgs, view: dict[str, Any], *, again: str, by: Action = Action.OPEN_AGAIN
) -> None:
    """Open ``view``, or put it in the place of the modal that was clicked.

    Where Slack finds the click too old, a button does the same as the click; as a command or a
    shortcut has none, there it is ``by`` with the value ``again``, a command by itself.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    if is_in_modal(args):
        await change_modal(args, view)
        return
    try:
        await ask(args.client.views_open(trigger_id=args.body["trigger_id"], view=view))
    except TriggerExpiredError:
        clicked = str((args.action or {}).get("action_id") or "")
        repeated = (Action(clicked), chosen(args)) if clicked else (by, again)
        await reply(args, open_again(*repeated))


async def change_modal(args: AsyncArgs, view: dict[str, Any]) -> None:
    """Put ``view`` in the place of the modal that was clicked, unless it has moved on since.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    there = view_of(args)
    try:
        answer = await ask(
            args.client.views_update(view_id=there["id"], hash=there["hash"], view=view)
        )
        # What is shown next in its place follows this.
        there["hash"] = (answer.get("view") or {}).get("hash")
    except ProviderRefusedError as exc:
        if exc.reason == _CHANGED and not is_overtaken(args):
            # An older click has changed it, and this one is what the user wants to see.
            await _change_anyhow(args, there["id"], view)
        elif exc.reason not in {_CHANGED, _CLOSED}:
            raise


async def _change_anyhow(args: AsyncArgs, view_id: str, view: dict[str, Any]) -> None:
    try:
        await ask(args.client.views_update(view_id=view_id, view=view))
    except ProviderRefusedError as exc:
        if exc.reason != _CLOSED:
            raise


async def push_modal(args: AsyncArgs, view: dict[str, Any]) -> str:
    """Put ``view`` on top of the modal that was clicked, and return its id.

    Where Slack finds the click too old for that, it takes the place of that modal.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    try:
        answer = await ask(args.client.views_push(trigger_id=args.body["trigger_id"], view=view))
    except TriggerExpiredError:
        await change_modal(args, view)
        return str(view_of(args)["id"])
    return str((answer.get("view") or {}).get("id"))
