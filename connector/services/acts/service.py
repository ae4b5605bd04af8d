"""Acts: what people do with a ticket from the chat, from the click to the outcome."""

import asyncio
import logging
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from connector.announcer import Announcer
from connector.clock import Clock
from connector.errors import (
    COMMAND,
    NotConnectedError,
    NotFoundError,
    OutcomeUnknownError,
    PlaceGoneError,
    Provider,
    StoppedError,
)
from connector.models import (
    Act,
    ActDraft,
    ActId,
    ActKind,
    ActState,
    Choice,
    ShareId,
    Ticket,
    WorkspaceId,
)
from connector.servicenow import acts as remote
from connector.services.acts.actor import Actor
from connector.services.acts.words import entry_of
from connector.services.desks import Desks
from connector.services.languages import Languages
from connector.services.notifying.names import Names
from connector.services.rights.leavers import Leavers
from connector.store import acts, connections, deliveries, tickets
from connector.store.acts import ActRecord
from connector.store.database import Database
from connector.words import later, tr
from connector.work import Again, Done, Job, Next, Work

_log = logging.getLogger(__name__)

_IN_PERSON: Final = timedelta(seconds=5)
"""For how long whoever acts may still read the outcome where they acted."""
_LOOK_EVERY: Final = 0.05
_NAME_SECONDS: Final = 0.5
_NUMBER: Final = re.compile(r"[A-Z]{2,8}[0-9]{4,15}", re.ASCII)


class _NoSuchNumberError(NotFoundError):
    """No ticket of ours has a number."""

    @property
    def user_message(self) -> str:
        """Say whose tickets there are, and where they are listed."""
        return tr(
            "Snowline has made no ticket of that number. `{command} tickets all` lists those that"
            " it has made.",
            command=COMMAND,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActService:
    """Takes on what people want done with tickets, does it once, and says what came of it."""

    database: Database
    work: Work
    desks: Desks
    actor: Actor
    names: Names
    languages: Languages
    leavers: Leavers
    announcer: Announcer
    clock: Clock

    async def request(self, workspace: WorkspaceId, draft: ActDraft, delivery: str) -> Act:
        """Record the wish and plan its work, in one transaction.

        The same ``delivery`` gives the same act, however often it comes within a week.

        Raises:
            ConnectorError: as for ``to_act_on``.
            NotConnectedError: the workspace has no ServiceNow connection, not even an expired one.
        """
        ticket = await self.to_act_on(workspace, draft.ticket)
        # The form had the name asked for. Whoever sends it waits for an answer, and not for that.
        name = await self.names.of(workspace, draft.by, draft.by_name, seconds=_NAME_SECONDS)
        draft = replace(_changing(draft, ticket), by_name=name)
        if await connections.get(self.database.view(workspace), Provider.SERVICENOW) is None:
            raise NotConnectedError(Provider.SERVICENOW)
        act = Act(
            id=ActId(secrets.token_hex(16)),
            workspace=workspace,
            draft=draft,
            state=ActState.RECEIVED,
            requested_at=self.clock(),
        )
        async with self.database.transaction(workspace) as tx:
            made = await deliveries.claim(tx, f"act:{delivery}", act.id, act.requested_at)
            if made == act.id:
                await acts.add(tx, ActRecord(act=act, entry=entry_of(draft)))
                await self.work.plan(tx, Job.ADVANCE_ACT, ticket.share, lane=ticket.instance)
                _log.info("A %s was asked for. act=%s share=%s", draft.kind, act.id, ticket.share)
                return act
            known = await acts.get(tx, made)
        return known.act if known else act

    async def advance(self, workspace: WorkspaceId, share_id: str) -> Next:
        """Take a ticket's oldest open act as far as it gets now; twice does no harm."""
        record = await acts.first_open(self.database.view(workspace), share_id)
        if record is None:
            return Done()
        # Why it is not done is kept as it is said, for whoever acted.
        async with self.languages.speaking_to(workspace, record.act.draft.by):
            step = await self.actor.step(record)
        # The next act of the ticket has waited for this one.
        return step if isinstance(step, Again) else Again(self.clock())

    async def tell(self, workspace: WorkspaceId, act_id: str) -> Next:
        """Tell whoever acted what came of it, unless they have read it where they acted.

        Raises:
            ProviderUnavailableError: the chat system could not be reached.
        """
        view = self.database.view(workspace)
        record = await acts.get(view, act_id)
        if record is None or record.told or record.ended_at is None:
            return Done()
        at = record.ended_at + _IN_PERSON
        if self.clock() < at:
            return Again(at)
        ticket = await tickets.get(view, record.act.draft.ticket)
        by = record.act.draft.by
        if ticket is not None and not await self.leavers.had(workspace, by, by):
            with suppress(PlaceGoneError, OutcomeUnknownError):
                await self.announcer.act(record.act, ticket)
        await self.note_told(record.act)
        return Done()

    async def note_told(self, act: Act) -> None:
        """Note that whoever acted has read what came of it."""
        async with self.database.transaction(act.workspace) as tx:
            await acts.keep_told(tx, act.id)

    async def decided(self, act: Act) -> Act:
        """Wait until an act is decided, for as long as the caller has patience."""
        while not act.is_decided:
            await asyncio.sleep(_LOOK_EVERY)
            act = await self.act(act.workspace, act.id)
        return act

    async def act(self, workspace: WorkspaceId, act_id: str) -> Act:
        """Read an act as it stands.

        Raises:
            NotFoundError: there is none.
        """
        record = await acts.get(self.database.view(workspace), act_id)
        if record is None:
            raise NotFoundError(later("What you did"))
        return record.act

    async def ticket(self, workspace: WorkspaceId, share_id: str) -> Ticket:
        """Read the ticket of a share.

        Raises:
            NotFoundError: there is none.
        """
        found = await tickets.get(self.database.view(workspace), ShareId(share_id))
        if found is None:
            raise NotFoundError(later("This ticket"))
        return found

    async def to_act_on(self, workspace: WorkspaceId, share_id: str) -> Ticket:
        """Read the ticket of a share that something is to be done with.

        Raises:
            NotFoundError: there is none.
            StoppedError: it is gone, or of an instance that is not followed any more.
        """
        ticket = await self.ticket(workspace, share_id)
        if ticket.is_gone or not ticket.is_followed:
            raise _left_alone(ticket)
        return ticket

    async def numbered(self, workspace: WorkspaceId, number: str) -> Ticket:
        """Read the ticket of a number, however that is spelled.

        Raises:
            NotFoundError: Snowline has made none of that number.
        """
        wanted = number.strip().upper()
        view = self.database.view(workspace)
        share = None
        if _NUMBER.fullmatch(wanted):
            share = await acts.ticket_numbered(view, wanted)
        if share is None:
            raise _NoSuchNumberError("a ticket of that number")
        return await self.ticket(workspace, share)

    async def people(self, workspace: WorkspaceId, words: str) -> tuple[Choice, ...]:
        """Find whom a ticket can be assigned to.

        Raises:
            ConnectorError: ServiceNow is not connected or could not be asked.
        """
        desk = await self.desks.servicenow(workspace)
        return await desk.ask(partial(remote.people, words=words))

    async def groups(self, workspace: WorkspaceId, words: str) -> tuple[Choice, ...]:
        """Find the groups that a ticket can be assigned to.

        Raises:
            ConnectorError: ServiceNow is not connected or could not be asked.
        """
        desk = await self.desks.servicenow(workspace)
        return await desk.ask(partial(remote.groups, words=words))


def _changing(draft: ActDraft, ticket: Ticket) -> ActDraft:
    """Leave out of an update what the ticket has already."""
    if draft.kind is not ActKind.UPDATE:
        return draft
    known = {"priority": ticket.priority, "due_date": ticket.due.isoformat() if ticket.due else ""}
    kept = (each for each in draft.settings if each.value[:10] != known.get(each.column))
    return replace(draft, settings=tuple(kept))


def _left_alone(ticket: Ticket) -> StoppedError:
    """Say of a ticket that is gone, or not followed, where something can still be done with it."""
    sentence = (
        tr(
            "{number} is not in ServiceNow any more, or hidden from Snowline. Nothing was done with"
            " it: use ServiceNow itself.",
            number=ticket.number,
        )
        if ticket.is_gone
        else tr(
            "{number} is at {instance}, and Snowline does not follow it any more. Nothing was done"
            " with it: use ServiceNow itself.",
            number=ticket.number,
            instance=ticket.instance,
        )
    )
    return StoppedError(f"{ticket.standing}, gone: {ticket.is_gone}", sentence)
