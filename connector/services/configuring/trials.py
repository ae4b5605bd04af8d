"""Test records: a real ticket that shows what an instance keeps of the mapped fields."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.clock import Clock
from connector.errors import COMMAND, ConnectorError
from connector.models import (
    TRIAL,
    Meaning,
    Priority,
    RecommendationCategory,
    RecommendationSource,
    Share,
    TestRecord,
    Ticket,
    TicketDraft,
    TicketKind,
    UserId,
    WorkspaceId,
)
from connector.servicenow import columns
from connector.services.configuring.states import StateService
from connector.services.desks import Desks
from connector.services.sharing import progress
from connector.services.sharing.mapped import Mapped
from connector.services.sharing.shares import ShareService
from connector.settings import ConnectorSettings
from connector.store import shares, tickets
from connector.store.database import Database
from connector.words import later, tr

NAME: Final = "Snowline test record, may be deleted"
_DESCRIPTION: Final = (
    "An admin made this record from Slack to see which fields this instance keeps."
    " It may be deleted."
)
_NOT_KEPT: Final = later("ServiceNow did not keep the new state.")
_NO_STATE: Final = later(
    "None of the states in `{command} settings` means that a ticket is cancelled."
)
_LOOK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Makes a test record by the way that every ticket goes, and then cancels it."""

    database: Database
    desks: Desks
    shares: ShareService
    mapped: Mapped
    states: StateService
    settings: ConnectorSettings
    clock: Clock

    async def make(
        self, workspace: WorkspaceId, user: UserId, kind: TicketKind, delivery: str
    ) -> Share:
        """Ask for a test record; the same ``delivery`` makes one, however often it comes.

        Raises:
            NotConnectedError: ServiceNow is not connected.
        """
        draft = TicketDraft(
            kind=kind,
            name=NAME,
            description=_DESCRIPTION,
            priority=Priority.LOW,
            due=self.clock().date(),
            source=RecommendationSource.USER,
            category=RecommendationCategory.IDENTITY,
            requester=user,
            requester_name="",
            action_id=TRIAL,
            action_link=self.settings.portal_url,
            gain=1.0,
        )
        return await self.shares.request(workspace, draft, user, f"test record {delivery}")

    async def result(self, share: Share, seconds: float) -> TestRecord:
        """Wait at most so long for the record, compare it, and cancel it; may be repeated."""
        share = await self._decided(share, seconds)
        view = self.database.view(share.workspace)
        ticket = await tickets.get(view, share.id)
        if ticket is None:
            return TestRecord(share=share, ticket=None, fields=())
        fields = await self.mapped.outcomes(share, ticket.sys_id)
        problem = await self._cancel(ticket)
        return TestRecord(share=share, ticket=ticket, fields=fields, cancel_problem=problem)

    async def _decided(self, share: Share, seconds: float) -> Share:
        view, loop = self.database.view(share.workspace), asyncio.get_running_loop()
        until = loop.time() + seconds
        while record := await shares.get(view, share.id):
            if not progress.is_open(record) or loop.time() >= until:
                return record.share
            await asyncio.sleep(_LOOK_EVERY)
        return share

    async def _cancel(self, ticket: Ticket) -> str:
        try:
            known = await self.states.known(ticket.workspace, ticket.kind)
            cancelled = (each.value for each in known if each.meaning is Meaning.CANCELLED)
            if not (state := next(cancelled, "")):
                return tr(_NO_STATE, command=COMMAND)
            desk = await self.desks.servicenow(ticket.workspace)
            move = partial(columns.set_state, kind=ticket.kind, sys_id=ticket.sys_id, state=state)
            done = await desk.ask(move)
        except ConnectorError as exc:
            return exc.user_message
        return "" if done else tr(_NOT_KEPT)
