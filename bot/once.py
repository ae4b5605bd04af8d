"""Each delivery of a request is handled once, however often Slack sends it.

While a process lives it remembers what it handles and what it answered. What was handled to its
end is noted in the store, too. A process that ends in between has noted nothing, so the request
is handled when it comes again; what then may have been done already is done once by the services,
which claim the delivery in the very transaction that keeps what it makes.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse

from connector.models import WorkspaceId
from connector.wiring import Services

_REMEMBERED: Final = 1000


@dataclass(slots=True)
class Once:
    """What is being handled, and what was answered lately, by workspace and delivery."""

    _answers: dict[tuple[WorkspaceId, str], asyncio.Future[BoltResponse | None]] = field(
        default_factory=dict
    )

    async def begins(self, args: AsyncArgs, workspace: WorkspaceId, services: Services) -> bool:
        """Tell whether a delivery is to be handled; one that is not gets its answer here."""
        delivery = _name_of(args.body)
        if not delivery:
            return True
        before = self._answers.get((workspace, delivery))
        if before is None:
            self._forget_some()
            self._answers[workspace, delivery] = asyncio.get_running_loop().create_future()
            if not await services.handled.is_known(workspace, delivery):
                return True
            self._settle(workspace, delivery, None)
        await _answer_as(before, args)
        return False

    async def ends(
        self, args: AsyncArgs, workspace: WorkspaceId, services: Services, *, well: bool
    ) -> None:
        """Remember what a delivery was answered, or forget it where it may come again."""
        delivery = _name_of(args.body)
        if not delivery:
            return
        self._settle(workspace, delivery, args.ack.response)
        if well:
            await services.handled.note(workspace, delivery)
        else:
            self._answers.pop((workspace, delivery), None)

    def _settle(self, workspace: WorkspaceId, delivery: str, answer: BoltResponse | None) -> None:
        waiting = self._answers[workspace, delivery]
        if not waiting.done():
            waiting.set_result(answer)

    def _forget_some(self) -> None:
        if len(self._answers) >= _REMEMBERED:
            done = [each for each, answer in self._answers.items() if answer.done()]
            for each in done[: _REMEMBERED // 2]:
                del self._answers[each]


async def _answer_as(before: asyncio.Future[BoltResponse | None] | None, args: AsyncArgs) -> None:
    """Answer a submission as the first delivery was answered; all else is just taken."""
    if args.body.get("type") == "view_submission" and before is not None:
        args.ack.response = await asyncio.shield(before)
    if args.ack.response is None:
        await args.ack()


def _name_of(body: Mapping[str, Any]) -> str:
    """Name a delivery as Slack does; empty for what only asks, such as a search."""
    match body.get("type"):
        case "block_suggestion" | "view_closed":
            return ""
        case "event_callback":
            return str(body.get("event_id") or "")
        case _:
            return str(body.get("trigger_id") or "")
