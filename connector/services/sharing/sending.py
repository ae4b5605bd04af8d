"""Turns a share into exactly one ServiceNow record, whatever happens on the way.

Before a request leaves, the store says so. What then comes back decides: a record is kept at
once; a refusal or a failure in which surely nothing happened is settled; anything else leaves
the share unsure, and nothing is sent for it before either the record is found, or the longest
time in which the instance may still carry the request out has passed and a search proves that
there is none. Only where the newest ticket kept the sys_id we chose may the same insert be sent
again without waiting: two records cannot have the same one. A standard change is made by an
interface that chooses the sys_id itself, so that for it the waiting is never left out. Where
finding nothing proves nothing, because a record may be this one or is not shown, nothing is sent
again.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from connector.clock import Clock
from connector.errors import (
    NotConnectedError,
    OtherInstanceError,
    OutcomeUnknownError,
    Provider,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    SignInExpiredError,
    UnexpectedAnswerError,
    UnseenError,
)
from connector.models import ShareId, ShareState
from connector.servicenow.changes import insert_standard
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.record import Record
from connector.services.desks import Desk, Desks
from connector.services.sharing import progress
from connector.services.sharing.finding import Finder, NotFound
from connector.services.sharing.outcomes import Outcomes, Step
from connector.services.sharing.payloads import Payloads
from connector.services.sharing.progress import give_up_at, late_at
from connector.store.shares import ShareRecord
from connector.words import later, tr

_PATIENCE: Final = 3
"""After how many failures a ticket goes without its requester looked up."""
_NOTHING_HAPPENED: Final = "Nothing was created, and it is tried again"
_CANNOT_LOOK: Final = "The ticket cannot be looked up"
_HIDDEN: Final = later(
    "no longer shows Snowline any ticket it has made. If the integration user has lost the"
    " role itil, an admin there gives it again, so that Snowline can look whether this one exists."
)

ServiceNowDesk = Desk[ServiceNowClient]


@dataclass(slots=True)
class _Attempt:
    """One insert. It is stored as leaving each time it leaves, also when a token was refused."""

    outcomes: Outcomes
    record: ShareRecord
    payload: dict[str, str]
    sent_as: str

    async def __call__(self, client: ServiceNowClient) -> Record:
        self.record = await self.outcomes.leaving(self.record, self.sent_as)
        draft = self.record.share.draft
        if draft.is_standard and draft.plan.template is not None:
            return await insert_standard(client, draft.plan.template.id, self.payload)
        return await client.insert(draft.kind, self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Takes a share that is not yet a ticket one step further."""

    desks: Desks
    payloads: Payloads
    finder: Finder
    outcomes: Outcomes
    clock: Clock
    met: set[ShareId] = field(default_factory=set)
    """The late shares that were looked for, in this process's life, before they were sent."""

    async def step(self, record: ShareRecord) -> Step:
        """Send, look or wait, as the share's state asks for."""
        if record.share.state is ShareState.SENDING:
            # Nobody will ever read the answer.
            record = (await self.outcomes.unsure(record, "whoever sent it is gone")).record
        try:
            record, desk = await self._at_desk(record)
            if record.made:
                return await self._look_for_made(record, desk)
            if record.unsure_at is not None:
                return await self._look(record, desk)
            return await self._send_first(record, desk)
        except (NotConnectedError, SignInExpiredError) as exc:
            return await self.outcomes.park(record, exc)

    async def _at_desk(self, record: ShareRecord) -> tuple[ShareRecord, ServiceNowDesk]:
        share = record.share
        desk = await self.desks.servicenow(share.workspace)
        if desk.remote != share.instance and record.unsure_at is not None:
            raise OtherInstanceError(
                tr(
                    "This ticket was being created at {instance}, but Snowline is now connected"
                    " to {remote}. Connect {instance} again to finish it.",
                    instance=share.instance,
                    remote=desk.remote,
                )
            )
        if desk.remote != share.instance:
            # What was asked of the former instance says nothing of what this one is sent.
            record = replace(record, share=replace(share, instance=desk.remote, attempts=0))
        if share.parked:
            record = await self.outcomes.keep(progress.reached(record))
        return record, desk

    async def _send_first(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        share = record.share
        if share.id in self.met or self.clock() < late_at(record):
            return await self._send(record, desk)
        # It may have been sent by a life that an older copy of the database knows nothing of.
        found = await self._search(record, desk)
        if isinstance(found, Step):
            return found
        if found is NotFound.NAMESAKE:
            return await self.outcomes.unclear(record)
        self.met.add(share.id)
        return await self._send(record, desk)

    async def _send(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        try:
            patient = record.failures < _PATIENCE
            payload = await self.payloads.of(record.share, desk, patient=patient)
        except ProviderUnavailableError as exc:
            return await self.outcomes.put_off(record, _NOTHING_HAPPENED, exc)
        attempt = _Attempt(self.outcomes, record, payload, desk.identity)
        return await self._insert(attempt, desk)

    async def _insert(self, attempt: _Attempt, desk: ServiceNowDesk) -> Step:
        try:
            answer = await desk.ask(attempt)
        except SignInExpiredError as exc:
            return await self.outcomes.park(attempt.record, exc)
        except ProviderUnavailableError as exc:
            return await self.outcomes.put_off(attempt.record, _NOTHING_HAPPENED, exc)
        except UnseenError as exc:
            return await self.outcomes.made_unseen(attempt.record, exc)
        except (OutcomeUnknownError, UnexpectedAnswerError) as exc:
            return await self.outcomes.unsure(attempt.record, exc)
        except ProviderRefusedError as exc:
            return await self._refused(attempt.record, desk, exc)
        self.met.discard(attempt.record.share.id)
        return await self.outcomes.created(attempt.record, answer, attempt.payload)

    async def _refused(
        self, record: ShareRecord, desk: ServiceNowDesk, exc: ProviderRefusedError
    ) -> Step:
        # An earlier request may have made the record; then this one had to be refused.
        try:
            found = await self.finder.glance(record.share, desk)
        except ProviderError as unseen:
            found = None
            if record.doubted:
                return await self._cannot_look(record, unseen)
        if found is not None:
            return await self.outcomes.adopted(record, found)
        if record.unsure_at is not None:
            return await self.outcomes.refused_in_doubt(record, exc)
        return await self.outcomes.refused(record, exc)

    async def _look_for_made(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        why: ProviderError | str
        try:
            found = await self.finder.search(record, desk)
        except (SignInExpiredError, ProviderUnavailableError) as exc:
            return await self._cannot_look(record, exc)
        except ProviderError as exc:
            why = exc
        else:
            if isinstance(found, Record):
                return await self.outcomes.adopted(record, found)
            why = found
        if self.outcomes.may_still_be_made(record):
            return await self.outcomes.still_unsure(record)
        return await self.outcomes.out_of_sight(record, why)

    async def _look(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        if self.outcomes.may_still_be_made(record):
            return await self._look_early(record, desk)
        found = await self._search(record, desk)
        if isinstance(found, Step):
            return found
        if found is NotFound.ABSENT:
            return await self._absent(record, desk)
        return await self.outcomes.unclear(record)

    async def _search(self, record: ShareRecord, desk: ServiceNowDesk) -> Step | NotFound:
        """Keep the record as the ticket if it is found; else tell what finding none is worth."""
        try:
            found = await self.finder.search(record, desk)
        except ProviderError as exc:
            return await self._cannot_look(record, exc)
        if isinstance(found, Record):
            return await self.outcomes.adopted(record, found)
        if found is NotFound.BLIND:
            hidden = ProviderRefusedError(Provider.SERVICENOW, found, remedy=_HIDDEN)
            return await self._cannot_look(record, hidden)
        return found

    async def _look_early(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        try:
            found = await self.finder.glance(record.share, desk)
        except ProviderError as exc:
            return await self._cannot_look(record, exc)
        if found is not None:
            return await self.outcomes.adopted(record, found)
        if await self.outcomes.keeps_sys_id(record.share) and self.clock() < give_up_at(record):
            return await self._send(record, desk)
        return await self.outcomes.still_unsure(record)

    async def _absent(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        again = self.clock() < give_up_at(record)
        record = await self.outcomes.sure(record, again=again)
        return await (self._send(record, desk) if again else self.outcomes.give_up(record))

    async def _cannot_look(self, record: ShareRecord, exc: ProviderError) -> Step:
        if isinstance(exc, SignInExpiredError):
            return await self.outcomes.park(record, exc)
        return await self.outcomes.put_off(record, _CANNOT_LOOK, exc)
