"""Modals: opened on a fresh click, changed where they stand."""

from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.handlers.reading import is_in_modal, view_of
from bot.slack import TriggerExpiredError, ask, reply
from bot.views.problem import open_again
from connector.errors import ProviderRefusedError

_OVERTAKEN: Final = frozenset({"hash_conflict", "not_found"})


async def show_modal(args: AsyncArgs, view: dict[str, Any], *, again: str) -> None:
    """Open ``view``, or put it in the place of the modal that was clicked.

    Where Slack finds the click too old, a button offers the command ``again``.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    if is_in_modal(args):
        await ask(args.client.views_update(view_id=view_of(args)["id"], view=view))
        return
    try:
        await ask(args.client.views_open(trigger_id=args.body["trigger_id"], view=view))
    except TriggerExpiredError:
        await reply(args, open_again(again))


async def change_modal(args: AsyncArgs, view: dict[str, Any]) -> None:
    """Put ``view`` in the place of the modal that was clicked, unless it has moved on since.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    there = view_of(args)
    try:
        await ask(args.client.views_update(view_id=there["id"], hash=there["hash"], view=view))
    except ProviderRefusedError as exc:
        # Sent, closed or changed meanwhile: what stands there now is what the user wants to see.
        if exc.reason not in _OVERTAKEN:
            raise


async def push_modal(args: AsyncArgs, view: dict[str, Any]) -> str:
    """Put ``view`` on top of the modal that was clicked, and return its id.

    Raises:
        ConnectorError: as for ``bot.slack.ask``.
    """
    answer = await ask(args.client.views_push(trigger_id=args.body["trigger_id"], view=view))
    return str((answer.get("view") or {}).get("id"))
