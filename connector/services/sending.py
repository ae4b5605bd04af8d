"""Turns a share into exactly one ServiceNow record, whatever happens on the way.

Before a request leaves, the store says so. What then comes back decides: a record is kept at
once; a refusal or a failure in which surely nothing happened is settled; anything else leaves
the share unsure, and nothing is sent for it before either the record is found, or the longest
time in which the instance may still carry the request out has passed and a look-up finds
nothing. Only where an instance was seen to keep the sys_id we choose may the same insert be
sent again without waiting: two records cannot have the same one. Where an instance was seen
to keep none of our marks, finding nothing proves nothing, and nothing is sent again.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from connector.clock import Clock
from connector.errors import (
    ConnectorError,
    NotConnectedError,
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
from connector.servicenow.client import ServiceNowClient
from connector.servicenow.wire import Record, not_kept
from connector.services import progress
from connector.services.desks import Desk, Desks
from connector.services.doubts import Doubts
from connector.services.finding import Finder, seen_in
from connector.services.payloads import Payloads, sent_for
from connector.services.progress import give_up_at, late_at, named
from connector.services.records import to_ticket
from connector.settings import ConnectorSettings
from connector.store import habits, shares, tickets
from connector.store.database import Database
from connector.store.shares import ShareRecord
from connector.work.items import backoff

_log = logging.getLogger(__name__)

_PATIENCE: Final = 3
"""After how many failures a ticket goes without its requester looked up."""
_HIDDEN: Final = ProviderRefusedError(
    Provider.SERVICENOW,
    "none of the tickets made before is in sight",
    remedy="no longer shows Snowline the tickets it has made. An admin there gives the integration"
    " user the role itil again, so that Snowline can look whether this one exists.",
)
_LET_IT_KEEP: Final = (
    "it keeps neither the correlation_id nor the description that Snowline sends."
    " Let the integration user read and write these two fields"
)

ServiceNowDesk = Desk[ServiceNowClient]


@dataclass(frozen=True, slots=True)
class Step:
    """A share after a step; ``wait`` is when the next may be taken, None where it is decided."""

    record: ShareRecord
    wait: datetime | None = None


@dataclass(slots=True)
class _Attempt:
    """One insert. It is stored as leaving each time it leaves, also when a token was refused."""

    sender: "Sender"
    record: ShareRecord
    payload: dict[str, str]

    async def __call__(self, client: ServiceNowClient) -> Record:
        self.record = await self.sender.keep(progress.leaving(self.record, self.sender.clock()))
        return await client.insert(self.record.share.draft.kind, self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Takes a share that is not yet a ticket one step further."""

    database: Database
    desks: Desks
    payloads: Payloads
    settings: ConnectorSettings
    clock: Clock
    doubts: Doubts
    finder: Finder
    met: set[ShareId] = field(default_factory=set)
    """The late shares that were looked for, in this process's life, before they were sent."""

    async def step(self, record: ShareRecord) -> Step:
        """Send, look or wait, as the share's state asks for."""
        if record.share.state is ShareState.SENDING:
            # Whoever sent it is gone: nobody will ever read the answer.
            since = record.share.sent_at or self.clock()
            record = await self._unsure(record, since, "whoever sent it is gone")
        try:
            record, desk = await self._at_desk(record)
            if record.unsure_at is not None:
                return await self._look(record, desk)
            return await self._send_first(record, desk)
        except (NotConnectedError, SignInExpiredError) as exc:
            return await self._park(record, exc)

    async def keep(self, record: ShareRecord) -> ShareRecord:
        """Store how far a share has come."""
        async with self.database.transaction(record.share.workspace) as tx:
            await shares.save(tx, record)
        return record

    async def _at_desk(self, record: ShareRecord) -> tuple[ShareRecord, ServiceNowDesk]:
        share = record.share
        desk = await self.desks.servicenow(share.workspace)
        if desk.remote != share.instance and share.attempts:
            raise _OtherInstanceError(share.instance, desk.remote)
        record = replace(record, share=replace(share, instance=desk.remote))
        return await self.keep(progress.reached(record)) if share.parked else record, desk

    async def _send_first(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        share = record.share
        if share.id in self.met or self.clock() < late_at(record):
            return await self._send(record, desk)
        # It may have been sent by a life that an older copy of the database knows nothing of.
        try:
            found = await self.finder.find(share, desk)
        except ProviderUnavailableError as exc:
            return await self._nothing_happened(record, exc)
        self.met.add(share.id)
        return await (self._adopt(record, found) if found else self._send(record, desk))

    async def _send(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        try:
            patient = record.failures < _PATIENCE
            payload = await self.payloads.of(record.share, desk, patient=patient)
        except ProviderUnavailableError as exc:
            return await self._nothing_happened(record, exc)
        return await self._insert(_Attempt(self, record, payload), desk)

    async def _insert(self, attempt: _Attempt, desk: ServiceNowDesk) -> Step:
        try:
            answer = await desk.ask(attempt)
        except SignInExpiredError as exc:
            return await self._park(attempt.record, exc)
        except ProviderUnavailableError as exc:
            return await self._nothing_happened(attempt.record, exc)
        except UnseenError as exc:
            return await self._unseen(attempt.record, exc)
        except (OutcomeUnknownError, UnexpectedAnswerError) as exc:
            self.doubts.begin(attempt.record.share)
            record = await self._unsure(attempt.record, self.clock(), exc)
            return Step(record, self._first_look(record))
        except ProviderRefusedError as exc:
            return await self._refused(attempt.record, desk, exc)
        return await self._created(attempt.record, answer, attempt.payload)

    async def _unseen(self, record: ShareRecord, exc: UnseenError) -> Step:
        _note(record, "ServiceNow made the ticket and did not show it", exc)
        # The look is a step of its own: what it raises must not meet the record of before.
        record = await self.keep(progress.made(record, self.clock()))
        return Step(record, self.clock())

    async def _look(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        settled = not record.made and not self.doubts.left(record.share)
        try:
            # First whether anything can be seen at all: it may come in sight between the two.
            proves = settled and await self.finder.can_see(record.share, desk)
            found = await self.finder.find(record.share, desk)
        except SignInExpiredError:
            raise
        except ProviderError as exc:
            return await self._cannot_look(record, exc)
        if found is not None:
            return await self._adopt(record, found)
        if not settled:
            return await self._not_there(record, desk)
        return await (self._absent(record, desk) if proves else self._cannot_look(record, _HIDDEN))

    async def _not_there(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        if record.made:
            return await self._out_of_sight(record, "it is not there")
        seen = await self.finder.habits(record.share)
        if seen is not None and seen.keeps_sys_id and self.clock() < give_up_at(record):
            return await self._send(record, desk)
        record = await self.keep(progress.reached(record))
        return Step(record, self._next_look(record))

    async def _absent(self, record: ShareRecord, desk: ServiceNowDesk) -> Step:
        self.doubts.end(record.share)
        seen = await self.finder.habits(record.share)
        if seen is not None and not seen.can_be_found:
            _note(record, "Nobody can tell whether ServiceNow made the ticket", _LET_IT_KEEP)
            return Step(await self.keep(progress.not_findable(record, self.clock())))
        record = await self.keep(progress.sure(record))
        if self.clock() >= give_up_at(record):
            return await self._give_up(record)
        return await self._send(record, desk)

    async def _adopt(self, record: ShareRecord, found: Record) -> Step:
        _note(record, "ServiceNow had made the ticket although nobody said so")
        return await self._created(record, found, sent_for(record.share, found))

    async def _created(self, record: ShareRecord, answer: Record, payload: dict[str, str]) -> Step:
        seen, now = seen_in(record.share, answer), self.clock()
        self.met.discard(record.share.id)
        self.doubts.end(record.share)
        record = progress.created(record, answer.sys_id, not_kept(payload, answer), now)
        share = record.share
        async with self.database.transaction(share.workspace) as tx:
            await shares.save(tx, record)
            await tickets.put(tx, to_ticket(self.desks.http, share, answer, read_at=now))
            await habits.learn(tx, share.instance, share.draft.kind, seen)
        _note(record, f"It is {answer.number} in ServiceNow")
        return Step(record)

    async def _nothing_happened(self, record: ShareRecord, exc: ProviderUnavailableError) -> Step:
        _note(record, "Nothing was created, and it is tried again", exc)
        if self.clock() >= give_up_at(record):
            return await self._give_up(progress.put_off(record, exc))
        at = self._retry_at(record, exc)
        return Step(await self.keep(progress.put_off(record, exc)), at)

    async def _unsure(
        self, record: ShareRecord, since: datetime, why: ProviderError | str
    ) -> ShareRecord:
        _note(record, "Nobody knows yet whether ServiceNow made the ticket", why)
        return await self.keep(progress.unsure(record, since))

    async def _out_of_sight(self, record: ShareRecord, why: ProviderError | str) -> Step:
        _note(record, "The ticket that ServiceNow made cannot be seen", why)
        self.doubts.end(record.share)
        return Step(await self.keep(progress.unseen(record, self.clock())))

    async def _cannot_look(self, record: ShareRecord, exc: ProviderError) -> Step:
        if record.made and not isinstance(exc, ProviderUnavailableError):
            return await self._out_of_sight(record, exc)
        _note(record, "The ticket cannot be looked up", exc)
        if self.clock() >= give_up_at(record):
            return await self._give_up(record)
        at = self._retry_at(record, exc)
        return Step(await self.keep(progress.put_off(record, exc)), at)

    async def _refused(
        self, record: ShareRecord, desk: ServiceNowDesk, exc: ProviderRefusedError
    ) -> Step:
        # An earlier request may have made the record; then this one had to be refused.
        found = await self.finder.find_if_readable(record.share, desk)
        if found is not None:
            return await self._adopt(record, found)
        if record.unsure_at is not None:
            return await self._nothing_proven(record, exc)
        _note(record, "ServiceNow refused the ticket", exc)
        return Step(await self.keep(progress.rejected(record, exc, self.clock())))

    async def _nothing_proven(self, record: ShareRecord, exc: ProviderRefusedError) -> Step:
        _note(record, "ServiceNow refused, but an earlier request may have made the ticket", exc)
        settled = self.clock() + timedelta(seconds=self.doubts.left(record.share))
        return Step(await self.keep(progress.put_off(record, exc)), settled)

    async def _park(self, record: ShareRecord, exc: NotConnectedError | SignInExpiredError) -> Step:
        """Wait for somebody to connect: connecting plans every waiting share anew."""
        _note(record, "It waits for an admin to connect ServiceNow", exc)
        record = progress.parked(record, exc)
        if self.clock() >= give_up_at(record):
            return await self._give_up(record)
        return Step(await self.keep(record), give_up_at(record))

    async def _give_up(self, record: ShareRecord) -> Step:
        _note(record, "Nothing more is tried after 24 hours", record.share.reason)
        self.doubts.end(record.share)
        return Step(await self.keep(progress.given_up(record, self.clock())))

    def _first_look(self, record: ShareRecord) -> datetime:
        # After the first failure it comes at once, after others following a growing wait.
        earlier = record.failures - 1
        wait = backoff(self.settings.retry_base, earlier) if earlier else timedelta()
        return self.clock() + wait

    def _next_look(self, record: ShareRecord) -> datetime:
        lasts, left = self.doubts.lasts(record.share), self.doubts.left(record.share)
        return self.clock() + timedelta(seconds=min(left, max(lasts, self.settings.retry_base)))

    def _retry_at(self, record: ShareRecord, exc: ProviderError) -> datetime:
        named = exc.retry_after if isinstance(exc, ProviderUnavailableError) else None
        wait = backoff(self.settings.retry_base, record.failures)
        return self.clock() + wait + timedelta(seconds=named or 0)


def _note(record: ShareRecord, outcome: str, why: ConnectorError | str = "") -> None:
    sentence = f"{outcome}: {why}" if why else f"{outcome}."
    level = logging.WARNING if why else logging.INFO
    _log.log(level, "%s %s", sentence, named(record.share))


class _OtherInstanceError(NotConnectedError):
    """The share was sent to an instance that is no longer the connected one."""

    def __init__(self, instance: str, connected: str) -> None:
        super().__init__(Provider.SERVICENOW)
        self._sentence = (
            f"This ticket was being created at {instance}, but Snowline is now connected to"
            f" {connected}. Connect {instance} again to finish it."
        )

    @property
    def why(self) -> str:
        """Name both instances."""
        return self._sentence
