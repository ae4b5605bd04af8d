"""Handler to Bolt listener: who asked, from where, in which language, and what went wrong.

Nothing raises out of a listener: Bolt loses an acknowledgement that is followed by an error.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, cast

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.failures import refuse_fields, tell_or_log
from bot.forms import FormError
from bot.languages import spoken_to
from bot.newest import Newest
from bot.once import Once
from connector.clock import Clock
from connector.models import Right, UserId, WorkspaceId
from connector.wiring import Services
from connector.words import ENGLISH, speaking

_log = logging.getLogger(__name__)

Handler = Callable[[AsyncArgs, Services], Awaitable[None]]
Listener = Callable[[AsyncArgs], Awaitable[None]]

ANSWER_SECONDS: Final = 2.6
"""How long after its arrival a submission may take; Slack gives up after three seconds."""
_CLOCK: Final = "snowline_clock"
_ARRIVED: Final = "snowline_arrived"
_OVERTAKEN: Final = "snowline_overtaken"
_WORKSPACE: Final = "snowline_workspace"


class Register(Protocol):
    """What each topic's module ends with: a table of its listeners."""

    def __call__(self, app: AsyncApp, bind: "Bind") -> None:
        """Tell Bolt which request belongs to which handler."""
        ...


@dataclass(frozen=True, slots=True)
class Bind:
    """Makes Bolt listeners of handlers, and remembers which right each of them takes."""

    services: Services
    clock: Clock
    once: Once = field(default_factory=Once)
    newest: Newest = field(default_factory=Newest)
    rights: dict[Listener, Right] = field(default_factory=dict)

    def __call__(
        self, handler: Handler, *, tried: str, right: Right, acknowledges: bool = False
    ) -> Listener:
        """Wrap ``handler``; ``tried`` is the sentence that begins what people read of a failure.

        It is marked with ``later``: people read it in their language, the log in English.

        Nobody gets to the handler without ``right``, and nobody for whom Slack does not say in
        time whether they have it. A command or click is acknowledged before that is asked, and
        before Slack is asked for the person's language, unless the handler ``acknowledges`` only
        what it has kept.
        """

        async def listen(args: AsyncArgs) -> None:
            args.context[_CLOCK] = self.clock
            args.context[_OVERTAKEN] = self.newest.overtaken(args.body)
            workspace = workspace_of(args)
            if await self.once.begins(args, workspace, self.services):
                if not (acknowledges or _is_answered_with_more(args)):
                    await args.ack()
                refusal = await self._refusal(args, right)
                # Who may do something was just told by Slack, and in which language they read.
                with speaking(await self._language(args, workspace, asks=refusal is None)):
                    well = await self._carry_out(args, handler, tried, refusal)
                await self._end(args, workspace, well=well)

        self.rights[listen] = right
        return listen

    async def _end(self, args: AsyncArgs, workspace: WorkspaceId, *, well: bool) -> None:
        try:
            await self.once.ends(args, workspace, self.services, well=well)
        except Exception as exc:  # noqa: BLE001  -- a listener never raises
            _log.warning("that a request was handled is not noted: %s", exc)

    async def _refusal(self, args: AsyncArgs, right: Right) -> Exception | None:
        """Tell why somebody does not get through; None where they do."""
        try:
            await self.services.rights.require(workspace_of(args), user_of(args), right)
        except Exception as exc:  # noqa: BLE001  -- it ends in words as what a handler raises does
            return exc
        return None

    async def _language(self, args: AsyncArgs, workspace: WorkspaceId, *, asks: bool) -> str:
        try:
            return await spoken_to(args, workspace, self.services, asks=asks)
        except Exception as exc:  # noqa: BLE001  -- a listener never raises
            _log.warning("whose language to speak is not known: %s", exc)
            return ENGLISH

    async def _carry_out(
        self, args: AsyncArgs, handler: Handler, tried: str, refusal: Exception | None
    ) -> bool:
        """Have a request handled, and tell whether that went well."""
        if refusal is not None:
            await tell_or_log(args, tried, refusal)
            return False
        try:
            await handler(args, self.services)
        except FormError as exc:
            await refuse_fields(args, tried, exc)
        except Exception as exc:  # noqa: BLE001  -- the one place where everything ends in words
            await tell_or_log(args, tried, exc)
        else:
            return True
        return False


async def note_arrival(context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
    """Start the clock of ``time_to_answer``: the first thing that is done with a request."""
    context[_ARRIVED] = asyncio.get_running_loop().time()
    await next_()


def workspace_of(args: AsyncArgs) -> WorkspaceId:
    """Name the workspace, or the organisation that installed the app, from the envelope alone."""
    noted = args.context.get(_WORKSPACE)
    found = [WorkspaceId(str(noted))] if noted else candidates(args.context)
    return found[0] if found else WorkspaceId("None")


def candidates(context: AsyncBoltContext) -> list[WorkspaceId]:
    """List by whose installation a request may have come, the likeliest first."""
    likeliest = [context.enterprise_id, context.team_id]
    if not context.is_enterprise_install:
        likeliest.reverse()
    return [WorkspaceId(each) for each in likeliest if each]


def note_workspace(context: AsyncBoltContext, workspace: WorkspaceId) -> None:
    """Keep by whose installation a request is answered: what it does is done for that one."""
    context[_WORKSPACE] = workspace


def user_of(args: AsyncArgs) -> UserId:
    """Name who typed, clicked or submitted."""
    return UserId(str(args.context.user_id))


def now_of(args: AsyncArgs) -> datetime:
    """Tell the time (aware UTC)."""
    return cast("Clock", args.context[_CLOCK])()


def is_overtaken(args: AsyncArgs) -> bool:
    """Tell whether another click or submission has come from the same view since."""
    return cast("Callable[[], bool]", args.context[_OVERTAKEN])()


def time_to_answer(args: AsyncArgs) -> asyncio.Timeout:
    """Bound what must be done before Slack gives up waiting for the acknowledgement."""
    return asyncio.timeout_at(args.context[_ARRIVED] + ANSWER_SECONDS)


def _is_answered_with_more(args: AsyncArgs) -> bool:
    """Tell whether the acknowledgement says more than that the request has arrived."""
    return args.body.get("type") in ("view_submission", "block_suggestion")
